using System.Collections.Immutable;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Tests.Registry;

public sealed class EntryRegistryTests
{
    private readonly EntryRegistry _registry = new(Snapshot.FromDeclared(Entries(Plain("app:a", 1), Plain("app:b", 1), Host("app:host"))));

    [Fact]
    public async Task Apply_SeveralOperations_MakesOneVersionAndTellsOnce()
    {
        var declared = _registry.Current;
        var seen = new List<RegistryChange>();
        _registry.Changed += seen.Add;

        var result = await _registry.ApplyAsync([EntryChange.Create(Plain("app:c", 1)), EntryChange.Update(Plain("app:a", 2)), EntryChange.Delete(EntryId.Parse("app:b"))]);

        Assert.Null(result.Error);
        Assert.Same(_registry.Current, result.Version);
        Assert.Equal(1, result.Version!.Version);
        Assert.Equal(["app:a", "app:c", "app:host"], result.Version.Entries.Keys.Select(id => id.ToString()));
        var change = Assert.Single(seen);
        Assert.Same(declared, change.Before);
        Assert.Same(result.Version, change.After);
        Assert.Equal(["entry.delete app:b", "entry.update app:a", "entry.create app:c"], change.Changes.Changes.Select(c => c.ToString()));
        Assert.Equal(3, declared.Entries.Count);
    }

    [Fact]
    public async Task Apply_NothingAskedFor_IsInvalid()
    {
        var result = await _registry.ApplyAsync([]);

        Assert.Equal((ErrorKind.Invalid, "no changes to apply"), (result.Error!.Kind, result.Error.Message));
    }

    [Fact]
    public async Task Apply_EverythingWrong_ReportsAllOfItAndChangesNothing()
    {
        var declared = _registry.Current;
        _registry.Changed += _ => Assert.Fail("nothing has changed");

        var result = await _registry.ApplyAsync(
        [
            EntryChange.Create(Plain("app:a", 1)),
            EntryChange.Update(Plain("app:bb", 1)),
            EntryChange.Delete(EntryId.Parse("app:zzzzz")),
            EntryChange.Create(new Entry(EntryId.Parse("app:s"), "process.servic", data: new Dictionary<string, object?>())),
            EntryChange.Create(Host("app:h", "no")),
            EntryChange.Create(Plain("app:good", 1)),
        ]);

        Assert.Same(declared, _registry.Current);
        Assert.Null(result.Version);
        Assert.Equal(ErrorKind.Internal, result.Error!.Kind);
        Assert.Equal(
            """
            error: app:a: cannot be created: there is an entry of that id
            error: app:bb: cannot be updated: no entry of that id (did you mean 'app:a'?)
            error: app:zzzzz: cannot be deleted: no entry of that id
            error: app:h.host.workers: expected a whole number from 1 to 1024, got 'no'
            error: app:s.kind: unknown kind 'process.servic' (did you mean 'process.service'?)
            """,
            result.Error.Message.Replace("app:b'", "app:a'"));
        Assert.Equal([0L], _registry.Versions.Keys);
    }

    [Fact]
    public async Task Apply_DeletesWhatAnotherNeeds_IsRefused()
    {
        await _registry.ApplyAsync([EntryChange.Create(Service("app:s", "app:p", "app:host")), EntryChange.Create(Lua("app:p"))]);

        var result = await _registry.ApplyAsync([EntryChange.Delete(EntryId.Parse("app:host"))]);

        Assert.Equal("error: app:s.host: no entry 'app:host', expected the id of a process.host or terminal.host", result.Error!.Message);
        Assert.Equal(1, _registry.Current.Version);
    }

    [Fact]
    public async Task Apply_SeveralOperationsOnOneEntry_TakeEffectInTurn()
    {
        var result = await _registry.ApplyAsync(
        [
            EntryChange.Delete(EntryId.Parse("app:a")),
            EntryChange.Create(Plain("app:a", 5)),
            EntryChange.Create(Plain("app:c", 1)),
            EntryChange.Delete(EntryId.Parse("app:c")),
        ]);

        Assert.Equal(["entry.update app:a"], ChangeSet.Between(_registry.Versions[0].Entries, result.Version!.Entries).Changes.Select(c => c.ToString()));
    }

    [Fact]
    public async Task Apply_CheckRefuses_ChangesNothing()
    {
        var registry = new EntryRegistry(_registry.Current, (entries, problems) => problems.Error(entries.Values.First(), "x", "not like this"));

        var result = await registry.ApplyAsync([EntryChange.Create(Plain("app:c", 1))]);

        Assert.Equal("error: app:a.x: not like this", result.Error!.Message);
        Assert.Equal(0, registry.Current.Version);
    }

    [Fact]
    public async Task Apply_UnknownField_WarnsAboutChangedEntriesOnly()
    {
        await _registry.ApplyAsync([EntryChange.Create(Lua("app:p", field: "sauce"))]);
        var result = await _registry.ApplyAsync([EntryChange.Create(Lua("app:q", field: "soure"))]);

        Assert.Equal(["warning: app:q.soure: unknown field is ignored (did you mean 'source'?)"], result.Warnings.Select(w => w.ToString()));
    }

    [Fact]
    public async Task Apply_InDependencyOrder()
    {
        var order = new List<string>();
        _registry.Changed += change => order.AddRange(change.Changes.Changes.Select(c => c.ToString()));
        EntryChange[] created = [EntryChange.Create(Service("app:a1", "app:p", "app:z")), EntryChange.Create(Lua("app:p")), EntryChange.Create(Host("app:z"))];

        await _registry.ApplyAsync(created);
        await _registry.ApplyAsync([EntryChange.Delete(EntryId.Parse("app:p")), EntryChange.Delete(EntryId.Parse("app:z")), EntryChange.Delete(EntryId.Parse("app:a1"))]);

        Assert.Equal(["entry.create app:p", "entry.create app:z", "entry.create app:a1", "entry.delete app:a1", "entry.delete app:z", "entry.delete app:p"], order);
    }

    [Fact]
    public async Task Apply_HandlerStillWorks_IsNotOver()
    {
        var started = new TaskCompletionSource<Error?>();
        _registry.Changed += change => change.WaitFor(started.Task);

        var first = _registry.ApplyAsync([EntryChange.Create(Plain("app:c", 1))]);
        var second = _registry.ApplyAsync([EntryChange.Create(Plain("app:d", 1))]);

        Assert.False(first.IsCompleted);
        Assert.Equal(1, _registry.Current.Version);
        Assert.Equal([0L], _registry.Versions.Keys);
        started.SetResult(null);
        Assert.Equal((1L, 2L), ((await first).Version!.Version, (await second).Version!.Version));
    }

    [Fact]
    public async Task Apply_HandlerFails_IsTakenBack()
    {
        var declared = _registry.Current;
        var seen = new List<string>();
        var failure = new Error(ErrorKind.Unavailable, "port 80 is in use");
        _registry.Changed += change => seen.Add(string.Join(", ", change.Changes.Changes));
        _registry.Changed += change => change.WaitFor(Task.FromResult(change.After == declared ? null : failure));

        var result = await _registry.ApplyAsync([EntryChange.Create(Plain("app:c", 1)), EntryChange.Delete(EntryId.Parse("app:a"))]);

        Assert.Equal((ErrorKind.Internal, "port 80 is in use"), (result.Error!.Kind, result.Error.Message));
        Assert.Same(declared, _registry.Current);
        Assert.Equal(["entry.delete app:a, entry.create app:c", "entry.delete app:c, entry.create app:a"], seen);
        Assert.Equal([0L], _registry.Versions.Keys);
    }

    [Fact]
    public async Task ApplyVersion_GoesBackAndForth_AndNumbersAreNeverUsedTwice()
    {
        await _registry.ApplyAsync([EntryChange.Create(Plain("app:c", 1))]);
        var second = await _registry.ApplyAsync([EntryChange.Delete(EntryId.Parse("app:a"))]);

        var back = await _registry.ApplyVersionAsync(0);
        Assert.Same(_registry.Versions[0], back.Version);
        Assert.Equal(["app:a", "app:b", "app:host"], _registry.Current.Entries.Keys.Select(id => id.ToString()));
        await _registry.ApplyVersionAsync(2);
        Assert.Same(second.Version, _registry.Current);
        await _registry.ApplyVersionAsync(0);
        var third = await _registry.ApplyAsync([EntryChange.Create(Plain("app:d", 1))]);

        Assert.Equal(3, third.Version!.Version);
        Assert.Equal([0L, 1L, 2L, 3L], _registry.Versions.Keys);
    }

    [Fact]
    public async Task ApplyVersion_Unknown_IsNotFound()
    {
        var result = await _registry.ApplyVersionAsync(3);

        Assert.Equal((ErrorKind.NotFound, "version v3 not found (there are v0 to v0)"), (result.Error!.Kind, result.Error.Message));
    }

    [Fact]
    public async Task Versions_BeyondTheLimit_TheOldestIsForgottenAndTheFirstKept()
    {
        for (var i = 0; i <= EntryRegistry.MaxVersions; i++) await _registry.ApplyAsync([EntryChange.Update(Plain("app:a", i))]);

        Assert.Equal(EntryRegistry.MaxVersions + 1, _registry.Versions.Count);
        Assert.Equal([0L, 2L], _registry.Versions.Keys.Take(2));
        Assert.Equal(EntryRegistry.MaxVersions + 1, _registry.Current.Version);
    }

    private static ImmutableSortedDictionary<EntryId, Entry> Entries(params Entry[] entries) => entries.ToImmutableSortedDictionary(e => e.Id, e => e);

    private static Entry Plain(string id, long value) => new(EntryId.Parse(id), EntryKinds.PlainEntry, data: new Dictionary<string, object?> { ["value"] = value });

    private static Entry Lua(string id, string field = "method") =>
        new(EntryId.Parse(id), EntryKinds.LuaProcess, data: new Dictionary<string, object?> { ["source"] = "return 1", [field] = "main" });

    private static Entry Host(string id, object? workers = null) =>
        new(EntryId.Parse(id), EntryKinds.ProcessHost, data: new Dictionary<string, object?> { ["host"] = new Dictionary<string, object?> { ["workers"] = workers } });

    private static Entry Service(string id, string process, string host) =>
        new(EntryId.Parse(id), EntryKinds.ProcessService, data: new Dictionary<string, object?> { ["process"] = process, ["host"] = host });
}
