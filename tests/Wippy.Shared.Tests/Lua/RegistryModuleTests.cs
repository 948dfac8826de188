using Microsoft.Extensions.Logging;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

/// <summary>What the registry module permits to whom; the rest is in tests/lua/registry.</summary>
public sealed class RegistryModuleTests
{
    private const string TryAll = """
        local function kind(value, err) return err and err:kind() or "ok" end
        return function()
          return table.concat({
            kind(registry.get("app:note")), kind(registry.get("app:secret")), tostring(#registry.find({ ["meta.is"] = "note" })),
            tostring(#registry.build_delta({}, registry.snapshot())),
            kind(registry.snapshot():changes():create({ id = "app:new", kind = "registry.entry" }):apply()), kind(registry.apply_version(0)) }, " ")
        end
        """;

    [Fact]
    public void Everything_WithoutActorAndScope_IsPermitted() => Assert.Equal("ok ok 2 6 ok ok", Run(TryAll, "system"));

    [Fact]
    public void Everything_ScopeThatSaysNothing_IsRefusedOrLeftOut() =>
        Assert.Equal("PermissionDenied PermissionDenied 0 0 PermissionDenied PermissionDenied", Run(TryAll, "system", Scope.Empty));

    [Fact]
    public void Everything_EachActionByItself_IsPermitted()
    {
        Assert.Equal("ok PermissionDenied 1 1 PermissionDenied PermissionDenied", Run(TryAll, "system", ScopeOf("registry.get", "app:note")));
        Assert.Equal("PermissionDenied PermissionDenied 0 0 ok PermissionDenied", Run(TryAll, "system", ScopeOf("registry.apply", "*")));
        Assert.Equal("PermissionDenied PermissionDenied 0 0 PermissionDenied ok", Run(TryAll, "system", ScopeOf("registry.apply_version", "*")));
    }

    [Fact]
    public void Apply_UserZoneThatAPolicyLetsThrough_ChangesPlainEntriesOnly()
    {
        const string changes = """
            local function try(set)
              local version, err = set:apply()
              return err and err:kind() .. ": " .. err:message() or version:string()
            end
            return function()
              local function changes() return registry.snapshot():changes() end
              local code = { id = "app:code", kind = "process.lua", data = { source = "return 1" } }
              return {
                try(changes():create({ id = "app:new", kind = "registry.entry" })),
                try(changes():create(code)),
                try(changes():update({ id = "app:main", kind = "registry.entry" })),
                try(changes():update({ id = "app:new", kind = "process.lua", data = code.data })),
                try(changes():delete("app:user")),
                try(changes():delete("app:new")),
                tostring(select(2, registry.apply_version(0))) }
            end
            """;

        var result = (List<object?>)Run(changes, "user", null, Policy("app:open", "registry.*", "*", "channel:user-system"))!;

        Assert.Equal(
        [
            "v1",
            "PermissionDenied: not allowed to change app:code (process.lua): the user zone changes entries of kind registry.entry only",
            "PermissionDenied: not allowed to change app:main (process.lua): the user zone changes entries of kind registry.entry only",
            "PermissionDenied: not allowed to change app:new (process.lua): the user zone changes entries of kind registry.entry only",
            "PermissionDenied: not allowed to change app:user (process.host): the user zone changes entries of kind registry.entry only",
            "v2",
            "nil",
        ], result);
    }

    [Fact]
    public void Find_KeyOfNoForm_IsLogged()
    {
        using var logs = new LogRecorder();
        Run("""return function() registry.find({ kind = "process.lua" }) registry.find({ ["meta.x"] = 1, type = "test" }) end""", "user", loggers: logs);

        Assert.Equal(
        [
            "app:main: registry.find skips the key 'kind', which has none of the forms of a filter (did you mean '.kind'?)",
            "app:main: registry.find skips the key 'type', which has none of the forms of a filter",
        ], logs.Lines.Where(line => line.Level == LogLevel.Warning).Select(line => line.Text));
    }

    [Fact]
    public void Apply_Warnings_AreLogged()
    {
        using var logs = new LogRecorder();
        Run("""
            return function()
              assert(registry.snapshot():changes():create({ id = "app:x", kind = "process.lua", data = { source = "return 1", metod = "main" } }):apply())
            end
            """, "system", loggers: logs);

        Assert.Contains("warning: app:x.metod: unknown field is ignored (did you mean 'method'?)", logs.Lines.Select(line => line.Text));
    }

    private static object? Run(string source, string host, Scope? scope = null, Entry? more = null, ILoggerFactory? loggers = null)
    {
        var note = new Dictionary<string, object?> { ["is"] = "note" };
        List<Entry> entries =
        [
            TestNode.Lua("main", source),
            new Entry(EntryId.Parse("app:note"), EntryKinds.PlainEntry, note),
            new Entry(EntryId.Parse("app:secret"), EntryKinds.PlainEntry, note),
        ];
        if (more is not null) entries.Add(more);
        using var node = new TestNode(entries, loggers: loggers);
        return node.Spawn("main", host, scope is null ? default : new SecurityContext(new Actor("ann"), scope)).Value();
    }

    private static Scope ScopeOf(string action, string resource) => Scope.Of([Wippy.Shared.Security.Policy.Compile(Policy("app:p", action, resource, "app:group"), new ProblemList())!]);

    private static Entry Policy(string id, string action, string resource, string group) => new(
        EntryId.Parse(id),
        EntryKinds.SecurityPolicy,
        data: new Dictionary<string, object?>
        {
            ["policy"] = new Dictionary<string, object?> { ["actions"] = action, ["resources"] = resource, ["effect"] = "allow" },
            ["groups"] = new List<object?> { group },
        });
}
