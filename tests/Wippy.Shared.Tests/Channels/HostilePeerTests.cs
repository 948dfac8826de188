using System.Buffers.Binary;
using System.Net.Sockets;
using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

/// <summary>
/// A peer that holds the key of the user zone and does everything wrong, while a terminal node works with the system node:
/// nothing gets through, nothing stops, each kind of attempt is counted and logged once in the second that the clock of the system node shows.
/// </summary>
public sealed class HostilePeerTests
{
    private const int Times = 50;

    private const string Echo = """
        return { main = function()
          local inbox = process.inbox()
          while true do
            local msg = inbox:receive()
            process.send(msg:from(), "echo", msg:payload():data())
          end
        end }
        """;

    private const string Client = """
        return { main = function()
          local echo = assert(process.spawn("app:echo", "app:system"))
          local inbox = process.inbox()
          for i = 1, 2000 do
            assert(process.send(echo, "ping", i))
            if inbox:receive():payload():data() ~= i then return "wrong answer" end
          end
          return "answered"
        end }
        """;

    private static readonly Pid Victim = new("system-1", "app:system", 1);
    private static readonly Pid Own = new("user-x", "app:user", 9);

    [Fact]
    public async Task EverythingWrongAtOnce_TheSystemNodeServesItsOtherPeers()
    {
        var app = TestService.App(TestNode.Lua("echo", Echo), TestNode.Lua("client", Client));
        await using var system = new TestService("system-1", new ChannelOptions { Zone = Zone.System, MaxHandshakes = 64 }, app, clock: new FakeTimeProvider());
        await system.Deployment.StartAsync();
        // The clock of the system node stands still, and its heartbeats with it.
        var options = new ChannelOptions { Zone = Zone.Terminal, SystemEndpoint = system.Endpoint, SilenceLimit = TimeSpan.FromMinutes(5) };
        await using var terminal = new TestService("terminal-1", options, app);
        await terminal.Deployment.StartAsync();
        await terminal.Deployment.Joined.WaitAsync(TestService.Patience);
        var victim = await system.SpawnAsync("echo", "system");
        Assert.Equal(Victim, victim);
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);
        await system.HasLoggedAsync("node joined: user-x");

        var working = terminal.RunAsync("client");
        for (var i = 0; i < Times; i++)
        {
            await peer.SendMessageAsync(Own, Victim, "denied");
            await peer.SendMessageAsync(new Pid("terminal-1", "app:terminal", 1), Victim, "forged source");
            await peer.SendMessageAsync(Own, Victim, "@reserved");
            await peer.SendAsync(FrameType.Ask, WriteTerminate);
            await peer.SendAsync(FrameType.Spawn, WriteSpawn);
            await peer.SendAsync(FrameType.Register, WriteRegister);
            await peer.SendAsync(FrameType.RegistryApply, WriteApply);
            await peer.SendAsync(FrameType.Event, WriteEvent);
        }
        var replies = new List<string>();
        for (var i = 0; i < 4 * Times; i++) replies.Add(Assert.IsType<string>(Assert.IsType<List<object?>>((await peer.ReadAsync(FrameType.Reply))[1])[0]));
        Assert.All(replies, kind => Assert.Equal("PermissionDenied", kind));

        Assert.Equal("answered", await working);
        Assert.True(system.Node.Processes.TryGet(Victim, out _));
        Assert.False(system.Node.Names.TryLookup("boss", out _));
        Assert.Equal(0, system.Node.Registry.Current.Version);
        Assert.True(system.Node.Denials.Count >= 6 * Times, $"{system.Node.Denials.Count} denials");
        Assert.Single(system.Logs.Lines, line => line.Text.Contains("{terminal-1@app:terminal|0x00001} is no process of it", StringComparison.Ordinal));
        Assert.Single(system.Logs.Lines, line => line.Text.Contains("topic '@reserved' is reserved", StringComparison.Ordinal));
        Assert.Single(system.Logs.Lines, line => line.Text.Contains("the user zone does not speak as 'supervisor'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RefusalsWithoutEnd_ThePeerIsHeardMoreSlowly()
    {
        var clock = new FakeTimeProvider();
        await using var system = new TestService("system-1", new ChannelOptions { Zone = Zone.System }, TestService.App(TestNode.Lua("echo", Echo)), clock: clock);
        await system.Deployment.StartAsync();
        Assert.Equal(Victim, await system.SpawnAsync("echo", "system"));
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);

        for (var i = 0; i < 10_000; i++) await peer.SendMessageAsync(Own, Victim, "denied");
        await system.HasLoggedAsync("node user-x is heard more slowly: 10000 refusals between two heartbeats");
        await peer.SendAsync(FrameType.Unregister, WriteUnregister);
        Assert.Equal(10_000, system.Node.Denials.Count);

        clock.Advance(TimeSpan.FromSeconds(1));
        await peer.ReadAsync(FrameType.Reply);
    }

    [Theory]
    [InlineData("too long", "frame of 2147483647 bytes, at most 16777216")]
    [InlineData("repeated", "frame number 1 after 1")]
    [InlineData("left out", "frame number 3 after 1")]
    [InlineData("heartbeat missing", "heartbeat with number 2")]
    [InlineData("nonsense", "protocol error")]
    public async Task BrokenFrames_EndTheirSessionAndNothingElse(string what, string problem)
    {
        await using var system = new TestService("system-1", new ChannelOptions { Zone = Zone.System }, TestService.App());
        await system.Deployment.StartAsync();
        using var good = await RawPeer.JoinAsync(system, "user-good", Zone.User);
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);
        await peer.SendAsync(FrameType.Release, 1, WriteNil);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, int.MaxValue);

        await (what switch
        {
            "too long" => peer.SendBytesAsync(length),
            "repeated" => peer.SendAsync(FrameType.Release, 1, WriteNil),
            "left out" => peer.SendAsync(FrameType.Release, 3, WriteNil),
            "heartbeat missing" => peer.SendAsync(FrameType.Heartbeat, 2, WriteTwo),
            _ => peer.SendBytesAsync([0, 0, 0, 2, 0xc1, 0xc1]),
        });

        Assert.Contains(problem, (await system.HasLoggedAsync("node down: user-x")).Text);
        Assert.True(((Channel)system.Node.Peers["user-good"]).IsConnected);
    }

    [Fact]
    public async Task ThousandConnections_AreClosedAndLoggedOnce()
    {
        await using var system = new TestService("system-1", new ChannelOptions { Zone = Zone.System, MaxHandshakes = 16 }, TestService.App(), clock: new FakeTimeProvider());
        await system.Deployment.StartAsync();
        using var good = await RawPeer.JoinAsync(system, "user-good", Zone.User);
        await system.HasLoggedAsync("node joined: user-good");
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < 1000; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                await socket.ConnectAsync("127.0.0.1", new Uri(system.Endpoint).Port);
            }
            await system.HasLoggedAsync("16 newer ones are proving who they are (MaxHandshakes)");
            await good.SendAsync(FrameType.Unregister, WriteUnregister);
            await good.ReadAsync(FrameType.Reply);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
        Assert.Single(system.Logs.Lines, line => line.Text.Contains("(MaxHandshakes)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MoreNodesThanAZoneMayHave_AreRefused()
    {
        await using var system = new TestService("system-1", new ChannelOptions { Zone = Zone.System, MaxNodesPerZone = 2 }, TestService.App());
        await system.Deployment.StartAsync();
        using var first = await RawPeer.JoinAsync(system, "user-1", Zone.User);
        await system.HasLoggedAsync("node joined: user-1");
        using var second = await RawPeer.JoinAsync(system, "user-2", Zone.User);
        await system.HasLoggedAsync("node joined: user-2");

        var refused = await Assert.ThrowsAsync<RefusedException>(() => RawPeer.JoinAsync(system, "user-3", Zone.User));

        Assert.EndsWith("2 nodes of zone user are connected already (MaxNodesPerZone)", refused.Message);
        using var terminal = await RawPeer.JoinAsync(system, "terminal-1", Zone.Terminal);
        await system.HasLoggedAsync("node joined: terminal-1");
    }

    private static void WriteNil(ref MessagePackWriter writer) => writer.WriteNil();

    private static void WriteTwo(ref MessagePackWriter writer)
    {
        writer.Write(0L);
        writer.Write(0L);
    }

    private static void WriteTerminate(ref MessagePackWriter writer)
    {
        writer.Write(1L);
        writer.Write((long)AskTerminate);
        FrameFields.Write(ref writer, Own);
        writer.Write("app:claimed");
        FrameFields.Write(ref writer, new Wippy.Shared.Security.Actor("system"));
        FrameFields.Write(ref writer, Victim);
        writer.Write("");
    }

    private const int AskTerminate = 6;

    private static void WriteSpawn(ref MessagePackWriter writer)
    {
        writer.Write(2L);
        FrameFields.Write(ref writer, Own);
        writer.Write("app:claimed");
        writer.Write("system");
        writer.WriteNil();
        writer.WriteMapHeader(0);
        writer.Write("app:echo");
        writer.Write("app:system");
        for (var flag = 0; flag < 4; flag++) writer.Write(false);
        writer.WriteNil();
        writer.WriteArrayHeader(0);
        writer.WriteArrayHeader(0);
        writer.WriteNil();
        writer.WriteNil();
    }

    private static void WriteRegister(ref MessagePackWriter writer)
    {
        writer.Write(3L);
        writer.Write("boss");
        FrameFields.Write(ref writer, Victim);
        FrameFields.Write(ref writer, Own);
    }

    // A policy that would let everything pass from its zone to the system zone.
    private static void WriteApply(ref MessagePackWriter writer)
    {
        writer.Write(4L);
        writer.Write(1L);
        FrameFields.Write(ref writer, Own);
        writer.Write("app:claimed");
        FrameFields.Write(ref writer, new Wippy.Shared.Security.Actor("system"));
        writer.Write(0L);
        writer.WriteArrayHeader(1);
        writer.WriteArrayHeader(5);
        writer.Write(1L);
        writer.Write("app:open");
        writer.Write("security.policy");
        writer.WriteMapHeader(0);
        writer.WriteMapHeader(2);
        writer.Write("policy");
        writer.WriteMapHeader(3);
        writer.Write("actions");
        writer.Write("*");
        writer.Write("resources");
        writer.Write("*");
        writer.Write("effect");
        writer.Write("allow");
        writer.Write("groups");
        writer.WriteArrayHeader(1);
        writer.Write("channel:user-system");
    }

    private static void WriteEvent(ref MessagePackWriter writer)
    {
        FrameFields.Write(ref writer, Own);
        writer.Write("app:claimed");
        writer.WriteNil();
        writer.Write("supervisor");
        writer.Write("service.failed");
        writer.Write("/");
        writer.WriteArrayHeader(0);
    }

    private static void WriteUnregister(ref MessagePackWriter writer)
    {
        writer.Write(1L);
        writer.Write("nobody");
        FrameFields.Write(ref writer, new Pid("user-good", "app:user", 1));
    }
}
