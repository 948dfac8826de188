using System.Text;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Shared.Tests.Security;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Processes;

public class RouterTests
{
    private const string Sleeper = "return { main = function() process.inbox():receive() end }";

    [Fact]
    public void TryRoute_WithoutActorAndScope_Permitted()
    {
        using var node = TestNode.WithLua(("a", Sleeper));
        var a = node.Spawn("a");
        Assert.Null(Send(node, a, node.Spawn("a")));
    }

    [Fact]
    public void TryRoute_StrictSecurityWithoutScope_PermissionDenied()
    {
        using var node = TestNode.WithLua(("a", Sleeper));
        var a = node.Spawn("a");
        node.Node.StrictSecurity = true;
        Assert.Equal(ErrorKind.PermissionDenied, Send(node, a, a)!.Kind);
    }

    [Theory]
    [InlineData("allow", "process.send", true)]
    [InlineData("allow", "process.spawn", false)]   // undefined means no
    [InlineData("deny", "process.send", false)]
    public void TryRoute_ScopeOfTheSender_Decides(string effect, string action, bool permitted)
    {
        using var node = TestNode.WithLua(("a", Sleeper));
        var scope = Scope.Of([SecurityApp.Policy(actions: action, resources: "'{app:user|*'", effect: effect)]);
        var a = node.Spawn("a", security: new SecurityContext(new Actor("user:1"), scope));
        var error = Send(node, a, node.Spawn("a"));
        if (permitted) Assert.Null(error);
        else Assert.Equal((ErrorKind.PermissionDenied, "not allowed to send: shown"), (error!.Kind, error.Message));
    }

    [Fact]
    public void TryRoute_DeniedAndDead_SaysOnlyThatItIsDenied()
    {
        using var node = TestNode.WithLua(("a", Sleeper));
        var a = node.Spawn("a", security: new SecurityContext(new Actor("user:1"), Scope.Empty));
        var error = node.Node.Router.TryRoute(a.Process!, new Pid("", "app:user", 0xfffff), Topic.Of("t"), "shown"u8, out _);
        Assert.Equal(ErrorKind.PermissionDenied, error!.Kind);
    }

    [Theory]
    [InlineData("system", "system", true, true)]
    [InlineData("system", "user", true, true)]
    [InlineData("system", "terminal", true, true)]
    [InlineData("user", "system", false, false)]
    [InlineData("user", "user", true, true)]
    [InlineData("user", "terminal", true, false)]
    [InlineData("terminal", "system", true, true)]
    [InlineData("terminal", "user", true, true)]
    public void Zones_NothingDeclared_FollowTheDefaults(string from, string to, bool send, bool others)
    {
        using var node = TestNode.WithLua(("a", Sleeper));
        var a = node.Spawn("a", from);
        var b = node.Spawn("a", to);
        Assert.Equal(send, Send(node, a, b) is null);
        // b has ended; the policy is asked before anything about b is told.
        foreach (var kind in (AskKind[])[AskKind.Cancel, AskKind.Monitor, AskKind.Link, AskKind.Terminate])
        {
            var c = node.Spawn("a", to);
            Error? error = null;
            node.Node.Router.Perform(a.Process!, new Ask(kind, a.Pid, c.Pid), "shown", e => error = e);
            Assert.True(others == (error is null), $"{kind}: {error}");
            if (!others) Assert.Equal(ErrorKind.PermissionDenied, error!.Kind);
        }
        Assert.Equal(others, Spawn(node, a, to) is null);
    }

    [Fact]
    public void Zones_DeclaredGroup_ReplacesTheDefault()
    {
        var policy = SecurityApp.Load(
            """
              - {name: p, kind: security.policy, policy: {actions: process.send, resources: "*", effect: allow}, groups: ["channel:user-system"]}
            """).Snapshot!.Entries[new EntryId("app", "p")];
        using var node = new TestNode([TestNode.Lua("a", Sleeper), policy]);
        var a = node.Spawn("a");
        Assert.Null(Send(node, a, node.Spawn("a", "system")));
        Assert.Equal(ErrorKind.PermissionDenied, Spawn(node, a, "system")!.Kind);
    }

    [Fact]
    public void TryResolve_NamesAndPids()
    {
        using var node = TestNode.WithLua(("a", Sleeper));
        var a = node.Spawn("a");
        node.Node.Names.Register("a name", a.Pid, new NameCaller(a.Pid, Zone.User), static _ => { });
        Assert.True(node.Node.Router.TryResolve("a name"u8, out var byName));
        Assert.Equal(a.Pid, byName);
        Assert.True(node.Node.Router.TryResolve(Encoding.UTF8.GetBytes(a.Pid.ToString()), out var byPid));
        Assert.Equal(a.Pid, byPid);
        Assert.True(node.Node.Router.TryResolve("{mars@app:x|0x00009}"u8, out var elsewhere));
        Assert.Equal(new Pid("mars", "app:x", 9), elsewhere);
        Assert.False(node.Node.Router.TryResolve("nobody"u8, out _));
    }

    [Fact]
    public void TryRoute_PidOfAnotherHostWithALiveNumber_ProcessNotFound()
    {
        using var node = TestNode.WithLua(("a", Sleeper));
        var a = node.Spawn("a");
        var wrong = a.Pid with { Host = "app:terminal" };
        Assert.Same(ProcessErrors.ProcessNotFound, node.Node.Router.TryRoute(a.Process!, wrong, Topic.Of("t"), "shown"u8, out _));
    }

    [Fact]
    public void Send_ProcessEndsAfterTheCheck_ProcessClosed()
    {
        using var node = TestNode.WithLua(("a", Sleeper));
        var a = node.Spawn("a");
        var b = node.Spawn("a");
        Assert.Null(node.Node.Router.TryRoute(a.Process!, b.Pid, Topic.Of("t"), "shown"u8, out var route));
        b.Process!.End(ProcessErrors.Terminated);
        node.Scheduler.RunUntilIdle();
        Assert.Same(ProcessErrors.ProcessClosed, route.Send(a.Process!, Topic.Of("t"), [0x90]));
    }

    [Fact]
    public void Deliver_MessageOfAPeerForADeadProcess_IsACountedDeadLetter()
    {
        using var node = TestNode.WithLua(("a", Sleeper));
        node.Node.Router.Deliver(new Pid("", "app:user", 0xfffff), Message.Create(new Pid("mars", "app:x", 1), Topic.Of("t"), Payload.Empty.Span));
        Assert.Equal(1, node.Node.DeadLetters.Count);
    }

    private static Error? Send(TestNode node, TestNode.Spawned from, TestNode.Spawned to)
    {
        var refused = node.Node.Router.TryRoute(from.Process!, to.Pid, Topic.Of("t"), "shown"u8, out var route);
        return refused ?? route.Send(from.Process!, Topic.Of("t"), [0x90]);
    }

    private static Error? Spawn(TestNode node, TestNode.Spawned from, string host)
    {
        Error? error = null;
        var request = new SpawnRequest
        {
            Entry = new EntryId("app", "a"),
            Host = new EntryId("app", host),
            Parent = from.Pid,
            Reply = (_, failure) => error = failure,
        };
        node.Node.Router.Spawn(request, from.Process);
        node.Scheduler.RunUntilIdle();
        return error;
    }
}
