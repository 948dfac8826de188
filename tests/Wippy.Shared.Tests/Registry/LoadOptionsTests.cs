using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Registry;

/// <summary>What options do to an app that is sound; mistakes are in tests/broken-apps.</summary>
public sealed class LoadOptionsTests
{
    [Fact]
    public void Overrides_ReplaceAndAddValues()
    {
        using var app = new TempFolder().With("_index.yaml", """
            namespace: app.x
            entries:
              - {name: hosts, kind: process.host, host: {workers: 2, max_processes: 9}}
              - {name: note, kind: registry.entry, meta: {tags: [a], deep: {x: 1}}}
            """);

        var loaded = App.Load(app.Path, new LoadOptions
        {
            Overrides = ["app.x:hosts:host.workers=4", "app.x:hosts:lifecycle.stop_timeout=3s", "app.x:note:meta.deep.y=a=b", "app.x:note:meta.tags=[b, 7]", "app.x:note:on=true"],
        });

        Assert.Equal("", loaded.ToString());
        Assert.True(loaded.Snapshot!.TryGetHost(EntryId.Parse("app.x:hosts"), out var host));
        Assert.Equal((4, 9, TimeSpan.FromSeconds(3)), (host.Workers, host.MaxProcesses, host.Lifecycle.StopTimeout));
        var note = loaded.Snapshot.Entries[EntryId.Parse("app.x:note")];
        Assert.Equal(new Dictionary<string, object?> { ["x"] = 1L, ["y"] = "a=b" }, note.Meta["deep"]);
        Assert.Equal(new List<object?> { "b", 7L }, note.Meta["tags"]);
        Assert.Equal(true, note.Fields["on"]);
    }

    [Fact]
    public void Settings_OfFileAndCommandLine()
    {
        using var app = new TempFolder()
            .With("_index.yaml", "namespace: app\nname: a\nkind: registry.entry\n")
            .With(".wippy.yaml", "security:\n  strict_mode: true\nshutdown: {timeout: 5s}\nlua: {type_system: {enabled: true}}\n");

        Assert.Equal(new AppSettings(true, TimeSpan.FromSeconds(5)), App.Load(app.Path).Settings);
        Assert.Equal(new AppSettings(false, TimeSpan.FromMinutes(1)), App.Load(app.Path, new LoadOptions { Settings = ["security.strict_mode=false", "shutdown.timeout=1m"] }).Settings);
    }

    [Fact]
    public void Settings_NoFile_AreTheDefaults()
    {
        using var app = new TempFolder().With("_index.yaml", "namespace: app\nname: a\nkind: registry.entry\n");

        Assert.Equal(AppSettings.Default, App.Load(app.Path).Settings);
    }

    [Fact]
    public void Lenient_SoundParts_AreLoaded()
    {
        using var app = new TempFolder()
            .With("a.yaml", "namespace: app\nentries:\n  - {name: db, kind: db.sql}\n  - {name: note, kind: registry.entry}\n")
            .With("b.yaml", "namespace: app\nentries: [\n");

        Assert.Null(App.Load(app.Path).Snapshot);
        Assert.Equal(["app:note"], App.Load(app.Path, new LoadOptions { IsLenient = true }).Snapshot!.Entries.Keys.Select(id => id.ToString()));
    }

    [Fact]
    public void Lenient_EntriesWithErrorsAndWhatNeedsThem_AreSkipped()
    {
        using var app = new TempFolder().With("_index.yaml", """
            namespace: app
            entries:
              - {name: good, kind: function.lua, source: "return function() end", surplus: 1}
              - {name: no_lua, kind: library.lua, source: "this is not Lua"}
              - {name: needs_it, kind: function.lua, source: "return function() end", imports: {lib: no_lua}}
              - {name: needs_that, kind: queue.consumer, queue: nowhere, func: needs_it}
              - {name: other_module, kind: function.lua, source: "return function() end", modules: [sql]}
              - {name: wrong, kind: process.host, host: {workers: many}}
            """);

        Assert.Null(App.Load(app.Path).Snapshot);
        var loaded = App.Load(app.Path, new LoadOptions { IsLenient = true });

        Assert.Equal(["app:good"], loaded.Snapshot!.Entries.Keys.Select(id => id.ToString()));
        Assert.All(loaded.Problems, problem => Assert.Equal(Severity.Warning, problem.Severity));
        Assert.Single(loaded.Problems, problem => problem.Field == "surplus");
        foreach (var skipped in new[] { "no_lua", "needs_it", "needs_that", "other_module", "wrong" }) Assert.Contains(loaded.Problems, problem => problem.Entry?.Name == skipped);
    }
}
