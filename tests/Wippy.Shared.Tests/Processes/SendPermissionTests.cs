using Microsoft.Extensions.Logging;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Shared.Tests.Security;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Processes;

/// <summary>A repeated send is decided from memory, and never from a memory that no longer holds.</summary>
public class SendPermissionTests
{
    private const string Sleeper = "return { main = function() process.inbox():receive() end }";
    private static readonly Topic Hello = Topic.Of("hello");

    [Fact]
    public void Send_Repeated_AllocatesNothing()
    {
        using var node = TestNode.WithLua(("a", Sleeper));
        var scope = Scope.Of([SecurityApp.Policy("process.send", "'{app:user|*'", conditions: "[{field: meta.pid, operator: exists, value: true}]")]);
        var a = node.Spawn("a", security: new SecurityContext(new Actor("ann"), scope));
        var b = node.Spawn("a").Pid;
        Assert.Null(Route(node, a, b, Hello));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) node.Node.Router.TryRoute(a.Process!, b, Hello, "b"u8, out _);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Send_ToOthersOfTheSameSlot_EachIsAsked()
    {
        using var node = TestNode.WithLua(("a", Sleeper));
        var targets = Enumerable.Range(0, 200).Select(_ => node.Spawn("a").Pid).ToList();
        var allowed = Scope.Of([SecurityApp.Policy("process.send", $"'{targets[7]}'")]);
        var a = node.Spawn("a", security: new SecurityContext(new Actor("ann"), allowed));
        for (var round = 0; round < 2; round++)
        {
            foreach (var target in targets) Assert.Equal(target == targets[7], Route(node, a, target, Hello) is null);
        }
        // The same number on another host is another target.
        Assert.Equal(ErrorKind.PermissionDenied, Route(node, a, targets[7] with { Host = "app:system" }, Hello)!.Kind);
        Assert.Equal(ErrorKind.PermissionDenied, Route(node, a, targets[7] with { Host = "app:terminal" }, Hello)!.Kind);
    }

    [Fact]
    public void Send_BetweenZones_EachTopicIsAsked()
    {
        using var node = new TestNode([TestNode.Lua("a", Sleeper), .. Entries(ToSystem("open"))]);
        var a = node.Spawn("a");
        var b = node.Spawn("a", "system").Pid;
        for (var round = 0; round < 3; round++)
        {
            Assert.Null(Route(node, a, b, Topic.Of("open")));
            Assert.Equal(ErrorKind.PermissionDenied, Route(node, a, b, Topic.Of("closed"))!.Kind);
        }
        Assert.Equal(3, node.Node.Denials.Count);
    }

    [Fact]
    public async Task Send_PoliciesOfTheRegistryChange_TheNewOnesDecide()
    {
        using var node = new TestNode([TestNode.Lua("a", Sleeper), .. Entries(ToSystem("open"))]);
        var a = node.Spawn("a");
        var b = node.Spawn("a", "system").Pid;
        Assert.Null(Route(node, a, b, Topic.Of("open")));
        await ApplyAsync(node, [.. Entries(ToSystem("changed")).Select(EntryChange.Update)]);
        Assert.Equal(ErrorKind.PermissionDenied, Route(node, a, b, Topic.Of("open"))!.Kind);
        Assert.Null(Route(node, a, b, Topic.Of("changed")));
        await ApplyAsync(node, EntryChange.Delete(new EntryId("app", "gate")));
        Assert.Equal(ErrorKind.PermissionDenied, Route(node, a, b, Topic.Of("changed"))!.Kind);   // the default
    }

    [Fact]
    public async Task Send_HostRulesChange_TheNewOnesDecide()
    {
        const string Host = "  - {name: host, kind: process.host, policies: [rule]}\n";
        using var node = new TestNode([TestNode.Lua("a", Sleeper), .. Entries(Host + Rule("allow"))]);
        var a = node.Spawn("a", "host");
        var b = node.Spawn("a").Pid;
        Assert.Null(Route(node, a, b, Hello));
        await ApplyAsync(node, [.. Entries(Rule("deny")).Select(EntryChange.Update)]);
        Assert.Equal(ErrorKind.PermissionDenied, Route(node, a, b, Hello)!.Kind);

        static string Rule(string effect) => $"  - {{name: rule, kind: security.policy, policy: {{actions: process.send, resources: \"*\", effect: {effect}}}}}\n";
    }

    [Fact]
    public void Denied_OneRecordASecondWithEverythingAboutIt_AllCounted()
    {
        var logs = new LogRecorder();
        using var node = new TestNode([TestNode.Lua("a", Sleeper)], loggers: logs);
        var deny = SecurityApp.Policy("process.send", effect: "deny", name: "nobody_sends");
        var a = node.Spawn("a", security: new SecurityContext(new Actor("ann"), Scope.Of([deny])));
        var undefined = node.Spawn("a", security: new SecurityContext(new Actor("bob"), Scope.Empty));
        var b = node.Spawn("a").Pid;
        for (var i = 0; i < 50; i++) Route(node, a, b, Hello);
        Route(node, undefined, b, Hello);
        Assert.False(a.Process!.Can("process.send", b.ToString()));   // a question is no attempt

        Assert.Equal(51, node.Node.Denials.Count);
        Assert.Equal(
            [
                $"denied: app:a, process {a.Pid}: process.send on '{b}'; decided by app:nobody_sends, actor 'ann'",
                $"denied: app:a, process {undefined.Pid}: process.send on '{b}'; decided by no policy of its scope, actor 'bob'",
            ],
            logs.Lines.Where(line => line.Level == LogLevel.Warning).Select(line => line.Text));
        node.Advance(TimeSpan.FromSeconds(1));
        Route(node, a, b, Hello);
        Assert.Equal(3, logs.Lines.Count(line => line.Level == LogLevel.Warning));
    }

    private static string ToSystem(string topic) =>
        $"  - {{name: gate, kind: security.policy, policy: {{actions: process.send, resources: \"*\", effect: allow, conditions: [{{field: meta.topic, operator: eq, value: {topic}}}]}}, groups: [\"channel:user-system\"]}}\n";

    private static IEnumerable<Entry> Entries(string yaml)
    {
        var loaded = SecurityApp.Load(yaml);
        Assert.Equal("", loaded.ToString());
        return loaded.Snapshot!.Entries.Values;
    }

    private static async Task ApplyAsync(TestNode node, params EntryChange[] changes) => Assert.Null((await node.Node.Registry.ApplyAsync(changes)).Error);

    private static Error? Route(TestNode node, TestNode.Spawned from, in Pid to, Topic topic) =>
        node.Node.Router.TryRoute(from.Process!, to, topic, "shown"u8, out _);
}
