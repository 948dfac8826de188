using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Security;

/// <summary>
/// Every action that the runtime asks policies about, at the call that needs it: permitted by an allow, refused by a deny, refused when no policy
/// says anything. How the calls answer is in the tests of their modules; what arrives from other nodes in <c>ChannelActionTests</c>.
/// </summary>
public class ActionTests
{
    private const string OnHost = "process.host app:system";
    private const string Opened = "security.token_store.get app:tokens";

    private static readonly Entry[] Entries =
    [
        TestNode.Lua("other", "return { main = function() process.registry.register('named') process.events():receive() end }"),
        TestNode.Lua("quick", "return { main = function() return true end }"),
        new(new EntryId("app", "data"), EntryKinds.MemoryStore, data: new Dictionary<string, object?>()),
        new(new EntryId("app", "tokens"), EntryKinds.TokenStore, data: new Dictionary<string, object?> { ["store"] = "app:data", ["token_key"] = "secret" }),
        new(new EntryId("app", "driver"), EntryKinds.QueueDriver, data: new Dictionary<string, object?>()),
        new(new EntryId("app", "jobs"), EntryKinds.Queue, data: new Dictionary<string, object?> { ["driver"] = "app:driver" }),
        new(new EntryId("app", "memory"), EntryKinds.EnvMemory, data: new Dictionary<string, object?>()),
        new(new EntryId("app", "city"), EntryKinds.EnvVariable, data: new Dictionary<string, object?> { ["variable"] = "CITY", ["storage"] = "app:memory", ["default"] = "Oslo" }),
    ];

    /// <summary>Action, resource, the call, what it needs besides. PID is another process.</summary>
    public static TheoryData<string, string, string, string> Calls() => new()
    {
        { "process.send", "PID", "process.send(pid, 'topic')", "" },
        { "process.cancel", "PID", "process.cancel(pid)", "" },
        { "process.terminate", "PID", "process.terminate(pid)", "" },
        { "process.monitor", "PID", "process.monitor(pid)", "" },
        { "process.unmonitor", "PID", "process.unmonitor(pid)", "" },
        { "process.link", "PID", "process.link(pid)", "" },
        { "process.unlink", "PID", "process.unlink(pid)", "" },
        { "process.spawn", "app:quick", "process.spawn('app:quick', 'app:system')", OnHost },
        { "process.spawn.monitored", "app:quick", "process.spawn_monitored('app:quick', 'app:system')", "process.spawn app:quick, " + OnHost },
        { "process.spawn.linked", "app:quick", "process.spawn_linked('app:quick', 'app:system')", "process.spawn app:quick, " + OnHost },
        { "process.host", "app:system", "process.spawn('app:quick', 'app:system')", "process.spawn app:quick" },
        { "process.exec", "app:quick", "process.exec('app:quick', 'app:system')", OnHost },
        { "process.context", "context", "process.with_context({})", "" },
        { "process.security", "security", "process.with_options({}):with_context({}):with_actor(security.actor())", "process.context context" },
        { "process.registry.register", "n", "process.registry.register('n')", "" },
        { "process.registry.foreign", "PID", "process.registry.register('n', pid)", "process.registry.register n" },
        { "process.registry.unregister", "n", "select(2, process.registry.register('n'), process.registry.unregister('n'))", "process.registry.register n" },
        { "funcs.call", "app:main", "funcs.async('app:main')", "" },
        { "funcs.context", "context", "funcs.new():with_context({ a = 1 })", "" },
        { "funcs.security", "security", "funcs.new():with_actor(security.actor())", "" },
        { "registry.get", "app:quick", "registry.get('app:quick')", "" },
        { "registry.apply", "", "registry.snapshot():changes():create({ id = 'app:new', kind = 'registry.entry' }):apply()", "" },
        { "registry.apply_version", "", "registry.apply_version(0)", "" },
        { "env.get", "CITY", "env.get('CITY')", "" },
        { "env.set", "CITY", "env.set('CITY', 'Rome')", "" },
        { "events.subscribe", "app", "events.subscribe('app')", "" },
        { "events.send", "app", "events.send('app', 'kind', '/path')", "" },
        { "security.policy.get", "app:p", "security.policy('app:p')", "" },
        { "security.policy_group.get", "app:staff", "security.named_scope('app:staff')", "" },
        { "security.scope.create", "custom", "security.new_scope()", "" },
        { "security.scope.create", "without", "security.scope():without('app:p')", "" },
        { "security.actor.create", "ann", "security.new_actor('ann')", "" },
        { "security.token_store.get", "app:tokens", "security.token_store('app:tokens')", "" },
        { "security.token.create", "app:tokens", "security.token_store('app:tokens'):create(security.actor(), security.scope())", Opened },
        { "security.token.validate", "app:tokens", "security.token_store('app:tokens'):validate('a.b')", Opened },
        { "security.token.revoke", "app:tokens", "security.token_store('app:tokens'):revoke('a.b')", Opened },
        { "store.get", "app:data", "store.get('app:data')", "" },
        { "store.info", "app:data", "store.get('app:data'):info()", "store.get app:data" },
        { "store.key.get", "app:data", "store.get('app:data'):get('k')", "store.get app:data" },
        { "store.key.set", "app:data", "store.get('app:data'):set('k', 1)", "store.get app:data" },
        { "store.key.delete", "app:data", "store.get('app:data'):delete('k')", "store.get app:data" },
        { "store.key.has", "app:data", "store.get('app:data'):has('k')", "store.get app:data" },
        { "store.key.list", "app:data", "store.get('app:data'):list()", "store.get app:data" },
        { "queue.publish", "", "queue.publish('app:jobs', 1)", "queue.publish.queue app:jobs" },
        { "queue.publish.queue", "app:jobs", "queue.publish('app:jobs', 1)", "queue.publish " },
        { "system.read", "memory", "system.memory.stats()", "" },
        { "system.control", "memory_limit", "system.memory.set_limit(-1)", "" },
        { "system.gc", "gc", "system.gc.collect()", "" },
        { "system.exit", "", "system.exit(0)", "" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void Call_AllowDenyUndefined_PermittedOnlyByAllow(string action, string resource, string call, string besides)
    {
        var others = besides.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select((need, i) => Policy("allow", need.Split(' ')[0], need.Split(' ')[1], $"besides{i}")).ToList();
        Assert.Equal("permitted", Ask(call, pid => [Policy("allow", action, resource.Replace("PID", pid)), .. others]));
        Assert.Equal("refused", Ask(call, pid => [Policy("allow", action, resource.Replace("PID", pid)), Policy("deny", action, resource.Replace("PID", pid), "no"), .. others]));
        Assert.Equal("refused", Ask(call, pid => [Policy("allow", action, $"{resource.Replace("PID", pid)}.other"), .. others]));
        Assert.Equal("refused", Ask(call, pid => [Policy("allow", $"{action}.other", resource.Replace("PID", pid)), .. others]));
    }

    [Fact]
    public void Calls_OfEveryAction_AreTested() =>
        Assert.Equal(Actions.BetweenNodes.Concat(Actions.OnOwnNode).Order(), Calls().Select(row => (string)row[0]).Distinct().Order());

    private static Policy Policy(string effect, string action, string resource, string name = "p") =>
        SecurityApp.Policy($"'{action}'", $"'{resource}'", effect, name: name);

    // In a trusted zone, since the user zone is refused some things whatever policies say.
    private static string? Ask(string call, Func<string, Policy[]> policies)
    {
        var main = TestNode.Lua("main", $$"""
            return { main = function()
              local pid = process.registry.lookup("named")
              local results = { pcall(function() return {{call}} end) }
              for i = 1, 4 do
                local text = tostring(results[i])
                if text:find("not allowed", 1, true) or text:find("permission denied", 1, true) then return "refused" end
              end
              return "permitted"
            end }
            """);
        using var node = new TestNode([main, .. Entries]);
        var other = node.Spawn("other", "system").Pid.ToString();
        return (string?)node.Spawn("main", "system", new SecurityContext(new Actor("user:1"), Scope.Of(policies(other)))).Value();
    }
}
