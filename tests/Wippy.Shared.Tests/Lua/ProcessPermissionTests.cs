using Wippy.Shared.Identity;
using Wippy.Shared.Security;
using Wippy.Shared.Tests.Security;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

/// <summary>Every permission of the <c>process</c> API (reference: security §7): allowed, denied, and undefined, which is no.</summary>
public class ProcessPermissionTests
{
    private static readonly Policy All = SecurityApp.Policy();

    /// <summary>A call, what it needs, its resource, and what it says when that is refused. PID stands for another process.</summary>
    public static TheoryData<string, string, string, string> Calls() => new()
    {
        { "process.send(pid, 'topic')", "process.send", "PID", "not allowed to send: PID" },
        { "process.send('named', 'topic')", "process.send", "PID", "not allowed to send: named" },
        { "process.cancel(pid)", "process.cancel", "PID", "not allowed to cancel: PID" },
        { "process.terminate(pid)", "process.terminate", "PID", "not allowed to terminate: PID" },
        { "process.monitor(pid)", "process.monitor", "PID", "not allowed to monitor: PID" },
        { "process.unmonitor(pid)", "process.unmonitor", "PID", "not allowed to unmonitor: PID" },
        { "process.link(pid)", "process.link", "PID", "not allowed to link: PID" },
        { "process.unlink(pid)", "process.unlink", "PID", "not allowed to unlink: PID" },
        { "process.spawn('app:other', host)", "process.spawn", "app:other", "not allowed to spawn process: app:other" },
        { "process.spawn('app:other', host)", "process.host", "app:user", "not allowed to spawn on host: app:user" },
        { "process.spawn_monitored('app:other', host)", "process.spawn", "app:other", "not allowed to spawn process: app:other" },
        { "process.spawn_monitored('app:other', host)", "process.spawn.monitored", "app:other", "not allowed to spawn monitored process: app:other" },
        { "process.spawn_monitored('app:other', host)", "process.host", "app:user", "not allowed to spawn on host: app:user" },
        { "process.spawn_linked('app:other', host)", "process.spawn.linked", "app:other", "not allowed to spawn linked process: app:other" },
        { "process.spawn_linked('app:other', host)", "process.host", "app:user", "not allowed to spawn on host: app:user" },
        { "process.spawn_linked_monitored('app:other', host)", "process.spawn.monitored", "app:other", "not allowed to spawn linked monitored process: app:other" },
        { "process.spawn_linked_monitored('app:other', host)", "process.spawn.linked", "app:other", "not allowed to spawn linked monitored process: app:other" },
        { "process.spawn_linked_monitored('app:other', host)", "process.host", "app:user", "not allowed to spawn on host: app:user" },
        { "process.exec('app:quick', host)", "process.exec", "app:quick", "not allowed to exec process: app:quick" },
        { "process.exec('app:quick', host)", "process.host", "app:user", "not allowed to exec on host: app:user" },
        { "process.registry.register('n')", "process.registry.register", "n", "not allowed to register name: n" },
        { "process.registry.register('n', pid)", "process.registry.foreign", "PID", "not allowed to register foreign pid PID under name \"n\"" },
        { "select(2, process.registry.register('n'), process.registry.unregister('n'))", "process.registry.unregister", "n", "not allowed to unregister name: n" },
    };

    /// <summary>The same for what the builder does, which raises.</summary>
    public static TheoryData<string, string, string, string> BuilderCalls() => new()
    {
        { "return process.with_context({})", "process.context", "context", "not allowed to spawn with custom context" },
        { "return process.with_options({}):with_context({})", "process.context", "context", "not allowed to spawn with custom context" },
        { "return process.with_options({}):with_context({})", "process.security", "security", "not allowed to spawn with custom security context" },
        { "return process.with_options({}):spawn('app:other', host)", "process.spawn", "app:other", "not allowed to spawn process: app:other" },
        { "return process.with_options({}):spawn_monitored('app:other', host)", "process.spawn.monitored", "app:other", "not allowed to spawn monitored process: app:other" },
        { "return process.with_options({}):spawn_linked('app:other', host)", "process.spawn.linked", "app:other", "not allowed to spawn linked process: app:other" },
        { "return process.with_options({}):spawn_linked_monitored('app:other', host)", "process.host", "app:user", "not allowed to spawn on host: app:user" },
        { "return process.with_options({}):with_name('n'):spawn('app:other', host)", "process.registry.register", "n", "not allowed to register name: n" },
        { "return process.with_options({}):exec('app:quick', host)", "process.exec", "app:quick", "not allowed to exec process: app:quick" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void Call_EveryPermission_IsAsked(string call, string action, string resource, string denial)
    {
        var main = $"""
            local value, err = {call}
            if value then return "yes" end
            return err:kind() .. ": " .. err:message()
            """;
        Assert.Equal("yes", Run(main, _ => Scope.Of([All])));
        Assert.Equal($"PermissionDenied: {denial}", Run(main, pid => AllBut(action, resource.Replace("PID", pid))));
        Assert.StartsWith("PermissionDenied: not allowed to ", Run(main, _ => Scope.Empty));
    }

    [Theory]
    [MemberData(nameof(BuilderCalls))]
    public void BuilderCall_EveryPermission_IsAsked(string call, string action, string resource, string denial)
    {
        var main = $"""
            local ok, err = pcall(function() {call} end)
            return ok and "yes" or err
            """;
        Assert.Equal("yes", Run(main, _ => Scope.Of([All])));
        Assert.EndsWith(denial, Run(main, pid => AllBut(action, resource.Replace("PID", pid))));
        Assert.Contains("not allowed to ", Run(main, _ => Scope.Empty));
    }

    [Fact]
    public void SpawnUnderATakenName_MessageToTheOwner_NeedsPermissionToSend()
    {
        const string Main = """
            local value, err = process.with_options({}):with_name("named"):with_message("x"):spawn("app:other", host)
            if value then return "yes" end
            return err:kind() .. ": " .. err:message()
            """;
        Assert.Equal("yes", Run(Main, _ => Scope.Of([All])));
        Assert.Equal("PermissionDenied: not allowed to send: named", Run(Main, pid => AllBut("process.send", pid)));
    }

    private static Scope AllBut(string action, string resource) =>
        Scope.Of([All, SecurityApp.Policy($"'{action}'", $"'{resource}'", "deny", name: "but")]);

    // What the program says, with PID for that of the other process, which has the name 'named'.
    private static string Run(string main, Func<string, Scope> scope)
    {
        using var node = TestNode.WithLua(
            ("other", "return { main = function() process.registry.register('named') process.events():receive() end }"),
            ("quick", "return { main = function() return true end }"),
            ("main", $$"""
                return { main = function()
                  local host, pid = "app:user", process.registry.lookup("named")
                  {{main}}
                end }
                """));
        var other = node.Spawn("other");
        var pid = other.Pid.ToString();
        var said = (string)node.Spawn("main", security: new SecurityContext(new Actor("user:1"), scope(pid))).Value()!;
        return said.Replace(pid, "PID");
    }
}
