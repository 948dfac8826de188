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
    public void Next_KeepsTheBaseAndCountsUp()
    {
        var declared = Snapshot.FromDeclared(Entries("app:a"));

        var next = declared.Next(Entries("app:a", "app:b"));

        Assert.Equal(0, declared.Version);
        Assert.Equal(1, next.Version);
        Assert.Equal(declared.BaseHash, next.BaseHash);
        Assert.Equal(["app:a", "app:b"], next.Entries.Keys.Select(id => id.ToString()));
    }

    [Fact]
    public void Publish_ReplacesCurrentAndTellsBoth()
    {
        var declared = Snapshot.FromDeclared(Entries("app:a"));
        var next = declared.Next(Entries("app:b"));
        var registry = new EntryRegistry(declared);
        var seen = new List<(Snapshot, Snapshot, Snapshot)>();
        registry.Published += (before, after) => seen.Add((before, after, registry.Current));

        Assert.Same(declared, registry.Current);
        registry.Publish(next);

        Assert.Same(next, registry.Current);
        Assert.Equal([(declared, next, next)], seen);
    }

    [Fact]
    public void Publish_AnotherApp_IsRefused()
    {
        var registry = new EntryRegistry(Snapshot.FromDeclared(Entries("app:a")));

        Assert.Throws<ArgumentException>(() => registry.Publish(Snapshot.FromDeclared(Entries("app:b"))));
        Assert.True(registry.Current.Entries.ContainsKey(EntryId.Parse("app:a")));
    }

    private static string HashOf(TempFolder app) => AppLoader.Load(app.Path).Snapshot!.BaseHash;

    private static ImmutableSortedDictionary<EntryId, Entry> Entries(params string[] ids) =>
        ids.Select(EntryId.Parse).ToImmutableSortedDictionary(id => id, id => new Entry(id, EntryKinds.PlainEntry));
}
