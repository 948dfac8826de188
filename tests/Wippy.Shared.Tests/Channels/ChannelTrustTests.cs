using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

/// <summary>What a peer may not do: by policy, by claiming to be somebody else, by breaking the protocol.</summary>
public class ChannelTrustTests
{
    private const string Waiter = "return { main = function() return process.inbox():receive():payload():data() end }";

    private static readonly Pid Nobody = new("user-x", "app:user", 1);

    [Fact]
    public async Task Send_UserToSystem_IsDeniedAtTheSender()
    {
        await using var net = await TestDeployment.StartAsync(
            TestNode.Lua("waiter", Waiter),
            TestNode.Lua("main", """
                return { main = function()
                  local target = assert(process.registry.lookup("waiter"))
                  local ok, err = process.send(target, "hello", 1)
                  local m, merr = process.monitor(target)
                  local c, cerr = process.cancel("waiter")
                  local s, serr = process.spawn("app:waiter", "app:system")
                  return { ok = ok == nil, error = err:message(), kind = err:kind(), target = target, monitor = merr:message(), cancel = cerr:message(), spawn = serr:message() }
                end }
                """));
        await RegisterAsync(net, "waiter", await net.System.SpawnAsync("waiter", "system"));

        var result = Assert.IsType<Dictionary<string, object?>>(await net.User.RunAsync("main"));

        Assert.Equal(true, result["ok"]);
        Assert.Equal("PermissionDenied", result["kind"]);
        Assert.Equal($"not allowed to send: {result["target"]}", result["error"]);
        Assert.Equal($"not allowed to monitor: {result["target"]}", result["monitor"]);
        Assert.Equal("not allowed to cancel: waiter", result["cancel"]);
        Assert.Equal("not allowed to spawn on host: app:system", result["spawn"]);
        Assert.Equal(4, net.User.Node.Denials.Count);
        Assert.Equal(0, net.System.Node.Denials.Count);
        await net.User.HasLoggedAsync("denied: app:main on node 'user-1', zone user: process.send on ");
    }

    [Fact]
    public async Task Receive_DeclaredPolicyDenies_CountedLoggedOncePerSecondAndDropped()
    {
        var clock = new FakeTimeProvider();
        await using var system = await StartSystemAsync(clock, Policy("open_door", "user-system", "process.send", field: "meta.topic", value: "open"), TestNode.Lua("waiter", Waiter));
        var waiter = await system.SpawnAsync("waiter", "system");
        var end = system.EndOf(waiter);
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);

        for (var i = 0; i < 100; i++) await peer.SendMessageAsync(Nobody, waiter, "closed", i);
        await peer.SendMessageAsync(Nobody, waiter, "open", "in");

        var result = await system.WithinPatienceAsync(end);
        Assert.Equal("in", Value(result));
        Assert.Equal(100, system.Node.Denials.Count);
        var line = Assert.Single(system.Logs.Lines, line => line.Text.StartsWith("denied:", StringComparison.Ordinal));
        Assert.Contains($"app:claimed on node 'user-x', zone user: process.send on {waiter}, zone system, topic 'closed'; decided by channel:user-system", line.Text);

        clock.Advance(TimeSpan.FromSeconds(1));
        await peer.SendMessageAsync(Nobody, waiter, "closed", 0);
        await SyncAsync(peer);
        Assert.Equal(2, system.Logs.Lines.Count(line => line.Text.StartsWith("denied:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Receive_DeniedRequests_AreAnswered()
    {
        await using var system = await StartSystemAsync(null, TestNode.Lua("waiter", Waiter));
        var waiter = await system.SpawnAsync("waiter", "system");
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);

        Assert.Equal($"PermissionDenied: not allowed to monitor: {waiter}", await AskAsync(peer, AskKind.Monitor, Nobody, waiter));
        Assert.Equal($"PermissionDenied: not allowed to terminate: {waiter}", await AskAsync(peer, AskKind.Terminate, Nobody, waiter));
        Assert.Equal("PermissionDenied: not allowed to spawn on host: app:system", await SpawnAsync(peer, "app:system"));
        Assert.Equal(3, system.Node.Denials.Count);
        Assert.True(system.Node.Processes.TryGet(waiter, out _));
    }

    [Fact]
    public async Task Receive_ClaimedActorFromUserZone_IsAnAttributeOnly()
    {
        await using var system = await StartSystemAsync(
            null,
            Policy("by_identity", "user-system", "process.send", field: "actor.id", value: "claimed"),
            Policy("by_attribute", "user-system", "process.monitor", field: "meta.actor", value: "claimed"),
            TestNode.Lua("waiter", Waiter));
        var waiter = await system.SpawnAsync("waiter", "system");
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);

        await peer.SendMessageAsync(Nobody, waiter, "hello", 1);

        Assert.Equal("", await AskAsync(peer, AskKind.Monitor, Nobody, waiter));
        Assert.Equal(1, system.Node.Denials.Count);
    }

    [Theory]
    [InlineData("claimed", true)]
    [InlineData("cl*", true)]
    [InlineData("other", false)]
    public async Task Receive_ActorWhomTheUserZoneSpeaksFor_ActsWithoutAttributes(string speaksFor, bool believed)
    {
        await using var system = await StartSystemAsync(
            null,
            new Entry(new EntryId("app", "users"), EntryKinds.SecurityZone, data: new Dictionary<string, object?> { ["zone"] = "user", ["speaks_for"] = speaksFor }),
            Policy("by_identity", "user-system", "process.monitor", field: "actor.id", value: "claimed"),
            Policy("by_role", "user-system", "process.link", field: "actor.meta.role", value: "admin"),
            TestNode.Lua("waiter", Waiter));
        var waiter = await system.SpawnAsync("waiter", "system");
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);
        var admin = new Wippy.Shared.Security.Actor("claimed", new Dictionary<string, object?> { ["role"] = "admin" });

        Assert.Equal(believed, await AskAsync(peer, AskKind.Monitor, Nobody, waiter, admin) == "");
        Assert.StartsWith("PermissionDenied", await AskAsync(peer, AskKind.Link, Nobody, waiter, admin));
    }

    [Fact]
    public async Task Receive_ActorIssuedToTheNode_ActsWithTheAttributesIssued()
    {
        await using var net = await TestDeployment.StartAsync(
            Policy("by_role", "user-system", "process.send", field: "actor.meta.role", value: "clerk"),
            TestNode.Lua("waiter", Waiter),
            TestNode.Lua("sender", "return { main = function(target) return assert(process.send(target, 'hello', 'in')) end }"));
        var waiter = await net.System.SpawnAsync("waiter", "system");
        var end = net.System.EndOf(waiter);
        var clerk = new Wippy.Shared.Security.Actor("clerk-7", new Dictionary<string, object?> { ["role"] = "clerk" });

        // The system node starts the process, so the user node may speak for its actor.
        using var arguments = new ByteBuffer();
        PayloadValues.WriteArguments(arguments, [waiter.ToString()]);
        var started = new TaskCompletionSource<Wippy.Shared.Errors.Error?>(TaskCreationOptions.RunContinuationsAsynchronously);
        net.System.Node.Router.Spawn(
            new SpawnRequest
            {
                Entry = new EntryId("app", "sender"),
                Host = new EntryId("app", "user"),
                Arguments = Payload.Copy(arguments.WrittenSpan),
                Security = new Wippy.Shared.Security.SecurityContext(clerk, null),
                Reply = (_, error) => started.SetResult(error),
            },
            sender: null);
        Assert.Null(await net.System.WithinPatienceAsync(started.Task));
        Assert.Equal("in", Value(await net.System.WithinPatienceAsync(end)));
    }

    [Fact]
    public async Task Receive_SourceOfAnotherNode_IsRefused()
    {
        await using var system = await StartSystemAsync(null, TestNode.Lua("waiter", Waiter));
        var waiter = await system.SpawnAsync("waiter", "system");
        using var peer = await RawPeer.JoinAsync(system, "terminal-x", Zone.Terminal);
        var forged = new Pid("system-1", "app:system", 99);

        await peer.SendMessageAsync(forged, waiter, "hello", "forged");

        Assert.Equal($"PermissionDenied: {forged} is no process of it", await AskAsync(peer, AskKind.Terminate, forged, waiter));
        Assert.True(system.Node.Processes.TryGet(waiter, out var process));
        Assert.Equal(0, process.Mailbox.Count);
        await system.HasLoggedAsync($"Send frame from node terminal-x refused: {forged} is no process of it");
    }

    [Fact]
    public async Task Receive_TargetOfAnotherNodeOrReservedTopic_IsRefused()
    {
        await using var system = await StartSystemAsync(null, TestNode.Lua("waiter", Waiter));
        var waiter = await system.SpawnAsync("waiter", "system");
        using var peer = await RawPeer.JoinAsync(system, "terminal-x", Zone.Terminal);
        var source = new Pid("terminal-x", "app:terminal", 1);

        await peer.SendMessageAsync(source, waiter with { Node = "user-7" }, "hello", 1);
        await peer.SendMessageAsync(source, waiter, "@internal", 1);

        await system.HasLoggedAsync("is no process of this node");
        await system.HasLoggedAsync("topic '@internal' is reserved");
        Assert.True(system.Node.Processes.TryGet(waiter, out var process));
        Assert.Equal(0, process.Mailbox.Count);
    }

    [Fact]
    public async Task Receive_NewsAboutWhatNobodyWatches_IsDropped()
    {
        await using var system = await StartSystemAsync(null, TestNode.Lua("waiter", Waiter));
        var waiter = await system.SpawnAsync("waiter", "system");
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);

        foreach (var kind in new[] { SignalKind.Exit, SignalKind.LinkDown }) await SignalAsync(peer, kind, waiter);
        await SyncAsync(peer);

        Assert.True(system.Node.Processes.TryGet(waiter, out var process));
        Assert.False(process.IsEnding);
        Assert.False(process.Mailbox.HasItems);
    }

    [Fact]
    public async Task Receive_CancelAsSignal_EndsTheChannel()
    {
        await using var system = await StartSystemAsync(null, TestNode.Lua("waiter", Waiter));
        var waiter = await system.SpawnAsync("waiter", "system");
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);

        await SignalAsync(peer, SignalKind.Cancel, waiter);

        await system.HasLoggedAsync("node down: user-x (protocol error: signal of kind 3)");
        await peer.ClosedAsync();
    }

    [Fact]
    public async Task Receive_FrameNumberMissing_EndsTheChannel()
    {
        await using var system = await StartSystemAsync(null);
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);

        await peer.SendAsync(FrameType.Release, 1, (ref MessagePackWriter writer) => writer.WriteNil());
        await peer.SendAsync(FrameType.Release, 3, (ref MessagePackWriter writer) => writer.WriteNil());

        await system.HasLoggedAsync("node down: user-x (protocol error: frame number 3 after 1)");
        await peer.ClosedAsync();
    }

    [Theory]
    [InlineData(nameof(FrameType.Names))]
    [InlineData(nameof(FrameType.Members))]
    [InlineData(nameof(FrameType.NameChanged))]
    [InlineData(nameof(FrameType.Observe))]
    [InlineData(nameof(FrameType.RegistryChange))]
    [InlineData(nameof(FrameType.Hello))]
    public async Task Receive_FrameThatIsNotForItToSend_EndsTheChannel(string name)
    {
        var type = Enum.Parse<FrameType>(name);
        await using var system = await StartSystemAsync(null);
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);

        await peer.SendAsync(type, (ref MessagePackWriter writer) =>
        {
            for (var i = 0; i < Frame.FieldsOf(type); i++) writer.WriteNil();
        });

        await system.HasLoggedAsync($"node down: user-x (protocol error: {type} frame from a node of zone user to one of zone system)");
    }

    [Theory]
    [InlineData("as its own", "protocol error: a service that is not started by the system node")]
    [InlineData("of another node", "protocol error: {system-1@app:system|0x00001} is no process of it")]
    [InlineData("twice", "protocol error: it tells for a second time which services run on it")]
    public async Task Receive_ServiceThatItMayNotClaim_EndsTheChannel(string how, string problem)
    {
        await using var system = await StartSystemAsync(null);
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);
        var mark = new ServiceMark(EntryId.Parse("app:s"), "digest");

        if (how == "as its own") await peer.SendAsync(FrameType.Spawn, (ref MessagePackWriter writer) => WriteSpawn(ref writer, "app:system", Nobody, [], mark));
        else if (how == "of another node") await peer.SendServicesAsync(new RunningService(mark, new Pid("system-1", "app:system", 1), DateTimeOffset.UnixEpoch));
        else for (var i = 0; i < 2; i++) await peer.SendServicesAsync();

        await system.HasLoggedAsync($"node down: user-x ({problem})");
    }

    // What runs there are the supervisor and handlers of requests: a worker that is kept busy would be missed.
    [Fact]
    public async Task Spawn_OnAHostOfTheRuntime_IsRefusedWhateverPoliciesAllow()
    {
        await using var system = await StartSystemAsync(null, TestNode.Lua("waiter", Waiter));
        var control = new ProcessHost(system.Node, Wippy.Shared.Supervision.Supervisor.ControlHost, new ManualScheduler());
        system.Node.AddHost(control);
        control.Start();
        using var peer = await RawPeer.JoinAsync(system, "terminal-x", Zone.Terminal);

        Assert.Equal("NotFound: host not found", await SpawnAsync(peer, "node:control", new Pid("terminal-x", "app:terminal", 1)));
    }

    [Fact]
    public async Task Receive_FrameOverTheCap_EndsTheChannelAndNothingElse()
    {
        await using var system = await StartSystemAsync(null);
        using var other = await RawPeer.JoinAsync(system, "user-y", Zone.User);
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);

        await peer.SendBytesAsync([0x01, 0x00, 0x00, 0x01]);

        await system.HasLoggedAsync("node down: user-x (protocol error: frame of 16777217 bytes, at most 16777216 are accepted here)");
        await SyncAsync(other);
    }

    [Fact]
    public async Task Spawn_ScopeWithUnknownPolicy_IsRefused()
    {
        await using var system = await StartSystemAsync(null, TestNode.Lua("waiter", Waiter));
        using var peer = await RawPeer.JoinAsync(system, "terminal-x", Zone.Terminal);

        Assert.Equal(
            "PermissionDenied: policy app:missing of the caller's scope is unknown on node system-1",
            await SpawnAsync(peer, "app:system", new Pid("terminal-x", "app:terminal", 1), "app:missing"));
    }

    [Fact]
    public async Task Register_UserForSystemProcess_IsRefused()
    {
        await using var system = await StartSystemAsync(null, TestNode.Lua("waiter", Waiter));
        var waiter = await system.SpawnAsync("waiter", "system");
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);

        await peer.SendAsync(FrameType.Register, (ref MessagePackWriter writer) =>
        {
            writer.Write(1L);
            writer.Write("boss");
            FrameFields.Write(ref writer, waiter);
            FrameFields.Write(ref writer, Nobody);
        });

        Assert.Equal($"PermissionDenied: not allowed to register foreign pid {waiter} under name \"boss\"", ErrorOf(await peer.ReadAsync(FrameType.Reply)));
        Assert.False(system.Node.Names.TryLookup("boss", out _));
    }

    private static async Task<TestService> StartSystemAsync(TimeProvider? clock, params Entry[] entries)
    {
        var system = new TestService("system-1", new ChannelOptions { Zone = Zone.System }, TestService.App(entries), clock: clock);
        await system.Deployment.StartAsync();
        return system;
    }

    private static Entry Policy(string name, string pair, string action, string field, string value) => new(
        new EntryId("app", name),
        EntryKinds.SecurityPolicy,
        data: new Dictionary<string, object?>
        {
            ["policy"] = new Dictionary<string, object?>
            {
                ["actions"] = action,
                ["resources"] = "*",
                ["effect"] = "allow",
                ["conditions"] = new List<object?> { new Dictionary<string, object?> { ["field"] = field, ["operator"] = "eq", ["value"] = value } },
            },
            ["groups"] = new List<object?> { $"channel:{pair}" },
        });

    private static async Task RegisterAsync(TestDeployment net, string name, Pid pid)
    {
        net.System.Node.Names.Register(name, pid, new NameCaller(pid, Zone.System), Assert.Null);
        // The change has reached the other node when something sent after it has.
        var known = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        net.User.Node.Names.Unregister("no such name", new NameCaller(new Pid("user-1", "app:user", 1), Zone.User), (found, _) => known.SetResult(found));
        Assert.False(await net.User.WithinPatienceAsync(known.Task));
    }

    // Everything sent before has been handled once this is answered.
    private static Task SyncAsync(RawPeer peer) => AskAsync(peer, AskKind.Unlink, Nobody, Nobody);

    private static async Task<string> AskAsync(RawPeer peer, AskKind kind, Pid from, Pid to, Wippy.Shared.Security.Actor? actor = null)
    {
        await peer.SendAsync(FrameType.Ask, (ref MessagePackWriter writer) =>
        {
            writer.Write(1L);
            writer.Write((long)kind);
            FrameFields.Write(ref writer, from);
            writer.Write("app:claimed");
            FrameFields.Write(ref writer, actor ?? new Wippy.Shared.Security.Actor("claimed"));
            FrameFields.Write(ref writer, to);
            writer.Write("");
        });
        return ErrorOf(await peer.ReadAsync(FrameType.Reply));
    }

    private static async Task<string> SpawnAsync(RawPeer peer, string host, Pid? parent = null, params string[] policies)
    {
        await peer.SendAsync(FrameType.Spawn, (ref MessagePackWriter writer) => WriteSpawn(ref writer, host, parent ?? Nobody, policies, null));
        return ErrorOf(await peer.ReadAsync(FrameType.Reply));
    }

    private static void WriteSpawn(ref MessagePackWriter writer, string host, Pid parent, string[] policies, ServiceMark? service)
    {
        writer.Write(1L);
        FrameFields.Write(ref writer, parent);
        writer.Write("app:claimed");
        writer.Write("claimed");
        PayloadValues.Write(ref writer, policies);
        writer.WriteMapHeader(0);
        writer.Write("app:waiter");
        writer.Write(host);
        for (var flag = 0; flag < 4; flag++) writer.Write(false);
        writer.WriteNil();
        writer.WriteArrayHeader(0);
        writer.WriteArrayHeader(0);
        writer.WriteNil();
        FrameFields.Write(ref writer, service);
    }

    private static Task SignalAsync(RawPeer peer, SignalKind kind, Pid to) => peer.SendAsync(FrameType.Signal, (ref MessagePackWriter writer) =>
    {
        writer.Write((long)kind);
        FrameFields.Write(ref writer, Nobody);
        FrameFields.Write(ref writer, to);
        writer.Write(DateTimeOffset.UnixEpoch);
        writer.WriteArrayHeader(0);
        writer.WriteNil();
    });

    // Kind and message of the error in a reply; empty after success.
    private static string ErrorOf(List<object?> reply) => reply[1] is List<object?> error ? $"{error[0]}: {error[1]}" : "";

    private static object? Value(ExitResult result)
    {
        var reader = new MessagePackReader(result.Value.Span);
        return PayloadValues.Read(ref reader);
    }
}
