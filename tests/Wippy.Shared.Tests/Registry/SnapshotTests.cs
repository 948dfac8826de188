using System.Collections.Immutable;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Registry;

public sealed class SnapshotTests
{
    [Fact]
    public void BaseHash_SameEntriesElsewhereInOtherOrder_IsTheSame()
    {
        using var one = new TempFolder()
            .With("src/_index.yaml", "namespace: app\nentries:\n  - {name: a, kind: registry.entry, x: 1, y: [2]}\n  - {name: b, kind: process.lua, source: file://b.lua}\n")
            .With("src/b.lua", "return 1");
        using var two = new TempFolder()
            .With("z.json", """{"namespace": "app", "name": "b", "kind": "process.lua", "source": "return 1"}""")
            .With("deep/er/a.yaml", "namespace: app\n\nname: a\nkind: registry.entry\ny: [2]\nx: 1\n");

        Assert.Equal(HashOf(one), HashOf(two));
        Assert.Matches("^[0-9a-f]{64}$", HashOf(one));
    }

    [Theory]
    [InlineData("x: 2")]
    [InlineData("x: 1.0")]
    [InlineData("x: '1'")]
    [InlineData("x: true")]
    [InlineData("x: [1]")]
    [InlineData("x: {x: 1}")]
    [InlineData("x: ")]
    [InlineData("y: 1")]
    [InlineData("meta: {x: 1}")]
    [InlineData("data: [x, 1]")]
    public void BaseHash_AnyOtherValue_IsAnother(string field)
    {
        using var one = new TempFolder().With("a.yaml", "namespace: app\nname: a\nkind: registry.entry\nx: 1\n");
        using var other = new TempFolder().With("a.yaml", $"namespace: app\nname: a\nkind: registry.entry\n{field}\n");

        Assert.NotEqual(HashOf(one), HashOf(other));
    }

    [Fact]
    public void BaseHash_ValueOutsideTheTree_IsABug()
    {
        var entry = new Entry(EntryId.Parse("app:a"), "registry.entry", data: DayOfWeek.Monday);

        Assert.Throws<ArgumentException>(() => EntryHash.Of([entry]));
    }

    [Fact]
    public void Next_KeepsTheBaseAndCompilesWhatChanged()
    {
        var kept = Host("app:kept");
        var declared = Snapshot.FromDeclared(Entries(kept, Host("app:changed"), Host("app:gone")));

        var next = declared.Next(7, Entries(kept, Host("app:changed", maxProcesses: 5), Host("app:new")));

        Assert.Equal((0, 7), (declared.Version, next.Version));
        Assert.Equal(declared.BaseHash, next.BaseHash);
        Assert.Same(SpecOf(declared, "app:kept"), SpecOf(next, "app:kept"));
        Assert.Equal((null, 5), (SpecOf(declared, "app:changed")!.MaxProcesses, SpecOf(next, "app:changed")!.MaxProcesses));
        Assert.Null(SpecOf(next, "app:gone"));
        Assert.NotNull(SpecOf(next, "app:new"));
    }

    private static HostSpec? SpecOf(Snapshot snapshot, string id) => snapshot.TryGetHost(EntryId.Parse(id), out var spec) ? spec : null;

    private static Entry Host(string id, long? maxProcesses = null) => new(
        EntryId.Parse(id),
        EntryKinds.ProcessHost,
        data: new Dictionary<string, object?> { ["host"] = new Dictionary<string, object?> { ["max_processes"] = maxProcesses } });

    private static string HashOf(TempFolder app) => AppLoader.Load(app.Path).Snapshot!.BaseHash;

    private static ImmutableSortedDictionary<EntryId, Entry> Entries(params Entry[] entries) => entries.ToImmutableSortedDictionary(entry => entry.Id, entry => entry);
}
