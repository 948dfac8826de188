using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Shared.Tests.Security;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

/// <summary>Each action that a module asks for: permitted by an allow, refused by a deny, refused when no policy says anything.</summary>
public class ModulePermissionTests
{
    /// <summary>Action, resource, an expression that asks, the refusal as kind and message.</summary>
    public static TheoryData<string, string, string, string> Actions() => new()
    {
        { "events.subscribe", "app", "events.subscribe('app')", "Invalid: not allowed to subscribe to events: app" },
        { "events.send", "app", "events.send('app', 'kind', '/path')", "Invalid: not allowed to send events: app" },
        { "env.get", "CITY", "env.get('CITY')", "PermissionDenied: not allowed to get environment variable: CITY" },
        { "env.set", "CITY", "env.set('CITY', 'Rome')", "PermissionDenied: not allowed to set environment variable: CITY" },
        { "system.read", "modules", "system.modules()", "PermissionDenied: not allowed: system.read modules" },
        { "system.read", "memory", "system.memory.stats()", "PermissionDenied: not allowed: system.read memory" },
        { "system.read", "memory_limit", "system.memory.get_limit()", "PermissionDenied: not allowed: system.read memory_limit" },
        { "system.read", "gc_percent", "system.gc.get_percent()", "PermissionDenied: not allowed: system.read gc_percent" },
        { "system.read", "goroutines", "system.runtime.goroutines()", "PermissionDenied: not allowed: system.read goroutines" },
        { "system.read", "gomaxprocs", "system.runtime.max_procs()", "PermissionDenied: not allowed: system.read gomaxprocs" },
        { "system.read", "cpu", "system.runtime.cpu_count()", "PermissionDenied: not allowed: system.read cpu" },
        { "system.read", "pid", "system.process.pid()", "PermissionDenied: not allowed: system.read pid" },
        { "system.read", "hostname", "system.process.hostname()", "PermissionDenied: not allowed: system.read hostname" },
        { "system.read", "cwd", "system.process.cwd()", "PermissionDenied: not allowed: system.read cwd" },
        { "system.read", "hosts", "system.hosts.list()", "PermissionDenied: not allowed: system.read hosts" },
        { "system.read", "hosts", "system.hosts.processes('app:user')", "PermissionDenied: not allowed: system.read hosts" },
        { "system.read", "supervisor", "system.supervisor.states()", "PermissionDenied: not allowed: system.read supervisor" },
        { "system.read", "supervisor", "system.supervisor.state('app:x')", "PermissionDenied: not allowed: system.read supervisor" },
        { "system.control", "memory_limit", "system.memory.set_limit(-1)", "PermissionDenied: not allowed: system.control memory_limit" },
        { "system.control", "gomaxprocs", "system.runtime.max_procs(0)", "PermissionDenied: not allowed: system.control gomaxprocs" },
        { "system.gc", "gc", "system.gc.collect()", "PermissionDenied: not allowed: system.gc gc" },
        { "system.gc", "gc_percent", "system.gc.set_percent(100)", "PermissionDenied: not allowed: system.gc gc_percent" },
        { "store.get", "app:data", "store.get('app:data')", "PermissionDenied: not allowed to get store: app:data" },
        { "store.info", "app:data", "opened:info()", "PermissionDenied: not allowed to get information of store: app:data" },
        { "store.key.get", "app:data", "opened:get('k')", "PermissionDenied: not allowed to get key of store: app:data" },
        { "store.key.get", "app:data", "opened:entry('k')", "PermissionDenied: not allowed to get key of store: app:data" },
        { "store.key.has", "app:data", "opened:has('k')", "PermissionDenied: not allowed to look up key of store: app:data" },
        { "store.key.set", "app:data", "opened:set('k', 1)", "PermissionDenied: not allowed to set key of store: app:data" },
        { "store.key.set", "app:data", "opened:put('k', 1)", "PermissionDenied: not allowed to set key of store: app:data" },
        { "store.key.delete", "app:data", "opened:delete('k')", "PermissionDenied: not allowed to delete key of store: app:data" },
        { "store.key.list", "app:data", "opened:list()", "PermissionDenied: not allowed to list keys of store: app:data" },
        { "funcs.call", "app:main", "funcs.async('app:main')", "PermissionDenied: not allowed: app:main" },
        { "funcs.context", "context", "funcs.new():with_context({ a = 1 })", "PermissionDenied: not allowed to call with custom context" },
        { "funcs.security", "security", "funcs.new():with_actor(security.actor())", "PermissionDenied: not allowed to call with custom security context" },
        { "funcs.security", "security", "funcs.new():with_scope(security.scope())", "PermissionDenied: not allowed to call with custom security context" },
    };

    private static readonly Entry[] Entries =
    [
        new(new EntryId("app", "data"), EntryKinds.MemoryStore, data: new Dictionary<string, object?>()),
        new(new EntryId("app", "driver"), EntryKinds.QueueDriver, data: new Dictionary<string, object?>()),
        new(new EntryId("app", "jobs"), EntryKinds.Queue, data: new Dictionary<string, object?> { ["driver"] = "app:driver" }),
        new(new EntryId("app", "memory"), EntryKinds.EnvMemory, data: new Dictionary<string, object?>()),
        new(new EntryId("app", "city"), EntryKinds.EnvVariable, data: new Dictionary<string, object?> { ["variable"] = "CITY", ["storage"] = "app:memory", ["default"] = "Oslo" }),
    ];

    [Theory]
    [MemberData(nameof(Actions))]
    public void Call_AllowDenyUndefined_PermittedOnlyByAllow(string action, string resource, string call, string refusal)
    {
        Assert.Equal("permitted", Ask(call, Policy("allow", action, resource)));
        Assert.Equal(refusal, Ask(call, Policy("deny", action, resource)));
        Assert.Equal(refusal, Ask(call, Policy("allow", action, $"{resource}.other")));
        Assert.Equal(refusal, Ask(call, Policy("allow", $"{action}.other", resource)));
    }

    private static Policy Policy(string effect, string action, string resource, string name = "p") =>
        SecurityApp.Policy(actions: $"'{action}'", resources: $"'{resource}'", effect: effect, name: name);

    // In a trusted zone, since the user zone is refused some things whatever policies say.
    private static string? Ask(string call, params Policy[] given)
    {
        List<Policy> policies = [.. given];
        // What is asked of an object needs the object first.
        if (call.StartsWith("opened:", StringComparison.Ordinal)) policies.Add(Policy("allow", "store.get", "app:data", name: "open"));
        var main = TestNode.Lua("main", $$"""
            return { main = function()
              local opened = store.get("app:data")
              local value, err = {{call}}
              if err and err:kind() ~= errors.NOT_FOUND then return err:kind() .. ": " .. err:message() end
              return "permitted"
            end }
            """);
        using var node = new TestNode([main, .. Entries]);
        return (string?)node.Spawn("main", "system", new SecurityContext(new Actor("user:1"), Scope.Of(policies))).Value();
    }

    [Theory]
    [InlineData("allow", "allow", true)]
    [InlineData("deny", "allow", false)]
    [InlineData("allow", "deny", false)]
    [InlineData(null, "allow", false)]
    [InlineData("allow", null, false)]
    public void QueuePublish_NeedsBothActions(string? publish, string? onQueue, bool permitted)
    {
        List<Policy> policies = [];
        if (publish is not null) policies.Add(Policy(publish, "queue.publish", "", name: "publish"));
        if (onQueue is not null) policies.Add(Policy(onQueue, "queue.publish.queue", "app:jobs", name: "queue"));

        var answer = Ask("queue.publish('app:jobs', 1)", [.. policies]);

        Assert.Equal(permitted ? "permitted" : "Invalid: not allowed to publish to queue: app:jobs", answer);
    }

    [Fact]
    public void EnvGetAll_SomeVariablesPermitted_LeavesOutTheOthers()
    {
        var main = TestNode.Lua("main", "return { main = function() return env.get_all() end }");
        using var node = new TestNode([main, .. Entries]);
        var scope = Scope.Of([Policy("allow", "env.get", "OTHER")]);

        var all = node.Spawn("main", security: new SecurityContext(new Actor("user:1"), scope)).Value();

        Assert.Equal([], (List<object?>)all!);
    }
}
