using System.Globalization;
using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

/// <summary>Connections that are cut: nothing is lost, doubled or out of order within the time of grace. docs/reliability.md has the table.</summary>
public class CutTests
{
    // More than the channel may keep: senders are refused now and then, and try again.
    private const string Sender = """
        return { main = function(to, count)
          local time = require("time")
          local refused = 0
          for i = 1, count do
            while true do
              local ok, err = process.send(to, "number", i)
              if ok then break end
              assert(err:kind() == "Unavailable", tostring(err))
              refused = refused + 1
              time.sleep("1ms")
            end
          end
          return refused
        end }
        """;

    private const string Sink = """
        return { main = function(count)
          local inbox = process.inbox()
          for expected = 1, count do
            local got = inbox:receive():payload():data()
            if got ~= expected then return "expected " .. expected .. ", got " .. got end
          end
          return count
        end }
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ManyCuts_NumberedMessagesBothWays_ArriveOnceEachAndInOrder(int seed)
    {
        var isLong = Environment.GetEnvironmentVariable("WIPPY_LONG") == "1";
        var (count, faults) = isLong ? (1_000_000, 200) : (100_000, 20);
        var program = $$"""
            return { main = function(sink, host)
              local n = {{count.ToString(CultureInfo.InvariantCulture)}}
              local own = assert(process.spawn_monitored("app:sink", "app:" .. process.pid():match("@app:(%w+)"), n))
              local theirs = assert(process.spawn_monitored("app:sink", "app:system", n))
              -- The one over there first: as soon as the one here runs, the channel may be full.
              assert(process.spawn("app:sender", "app:system", own, n))
              assert(process.spawn("app:sender", "app:terminal", theirs, n))
              local first, second = process.events():receive(), process.events():receive()
              local function show(event) return event.result.error and tostring(event.result.error) or event.result.value end
              return { show(first), show(second) }
            end }
            """;
        var app = TestService.App(TestNode.Lua("sender", Sender), TestNode.Lua("sink", Sink), TestNode.Lua("main", program));
        var options = new ChannelOptions
        {
            Zone = Zone.System,
            MaxBacklogBytes = 256 << 10,
            HeartbeatInterval = TimeSpan.FromMilliseconds(50),
            SilenceLimit = TimeSpan.FromMilliseconds(500),
            RedialDelay = TimeSpan.FromMilliseconds(100),
            ReconnectGrace = TimeSpan.FromMinutes(2),
        };
        await using var system = new TestService("system-1", options, app);
        await system.Deployment.StartAsync();
        await using var proxy = new FaultyProxy(system.Endpoint, seed, faults, meanBytes: count * 40 / faults);
        await using var terminal = new TestService("terminal-1", options with { Zone = Zone.Terminal, SystemEndpoint = proxy.Endpoint }, app);
        await terminal.Deployment.StartAsync();
        await terminal.Deployment.Joined.WaitAsync(TestService.Patience);

        var main = await terminal.SpawnAsync("main", "terminal");
        var end = await terminal.EndOf(main).WaitAsync(isLong ? TimeSpan.FromMinutes(20) : 2 * TestService.Patience);

        Assert.Null(end.Error);
        var reader = new MessagePackReader(end.Value.Span);
        Assert.Equal(new List<object?> { (long)count, (long)count }, PayloadValues.Read(ref reader));
        Assert.Equal(0, proxy.FaultsLeft);
        Assert.DoesNotContain(terminal.Logs.Lines.Concat(system.Logs.Lines), line => line.Text.StartsWith("node down", StringComparison.Ordinal));
        Assert.Contains(terminal.Logs.Lines, line => line.Text == "connection to node system-1 is there again, nothing is lost");
        foreach (var channel in system.Node.Peers.Values.Concat(terminal.Node.Peers.Values).Cast<Channel>())
        {
            Assert.InRange(channel.Backlog, 0, 2 * options.MaxBacklogBytes);
        }
    }

    [Fact]
    public async Task Resume_WithinTheGrace_GoesOnAfterTheFrameThatWasReceivedLast()
    {
        await using var system = await StartSystemAsync();
        var hello = RawPeer.HelloFor(system, "user-x", Zone.User);
        var peer = await RawPeer.JoinAsync(system, hello);
        await peer.ReadAsync(FrameType.Members);   // the third frame
        var channel = (Channel)system.Node.Peers["user-x"];
        for (var number = 4; number <= 5; number++) channel.SendNameChanged($"frame {number}", Pid.None);
        for (var number = 4; number <= 5; number++) await peer.ReadAsync(FrameType.NameChanged);
        peer.Dispose();
        await system.HasLoggedAsync("connection to node user-x cut: it closed the connection");
        channel.SendNameChanged("frame 6", Pid.None);

        using var again = await RawPeer.JoinAsync(system, hello with { Resumes = true, Nonce = new byte[32] }, received: 4);

        Assert.Equal("frame 5", (await again.ReadAsync(FrameType.NameChanged))[0]);
        Assert.Equal("frame 6", (await again.ReadAsync(FrameType.NameChanged))[0]);
        Assert.Same(channel, system.Node.Peers["user-x"]);
    }

    [Fact]
    public async Task Resume_PeerWhoseOldConnectionSeemsToLive_TakesItsPlace()
    {
        await using var system = await StartSystemAsync();
        var hello = RawPeer.HelloFor(system, "user-x", Zone.User);
        using var peer = await RawPeer.JoinAsync(system, hello);
        await peer.ReadAsync(FrameType.Members);

        using var again = await RawPeer.JoinAsync(system, hello with { Resumes = true, Nonce = new byte[32] }, received: 3);

        await peer.ClosedAsync();
        ((Channel)system.Node.Peers["user-x"]).SendNameChanged("frame 4", Pid.None);
        Assert.Equal("frame 4", (await again.ReadAsync(FrameType.NameChanged))[0]);
    }

    [Theory]
    [InlineData("session")]
    [InlineData("node")]
    [InlineData("incarnation")]
    public async Task Resume_SessionThatIsNotItsOwn_IsRefused(string what)
    {
        await using var system = await StartSystemAsync();
        var hello = RawPeer.HelloFor(system, "user-x", Zone.User);
        using var peer = await RawPeer.JoinAsync(system, hello);
        await peer.ReadAsync(FrameType.Members);
        var claimed = what switch
        {
            "session" => hello with { Session = Hello.NewSession() },
            "node" => hello with { Node = "user-y" },
            _ => hello with { Incarnation = 2 },
        };

        var refused = await Assert.ThrowsAsync<RefusedException>(() => RawPeer.JoinAsync(system, claimed with { Resumes = true }));

        Assert.EndsWith($"there is no session of node {claimed.Node} to go on with", refused.Message);
        Assert.True(((Channel)system.Node.Peers["user-x"]).IsConnected);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Resume_FromAFrameThatWasAcknowledgedOrNeverSent_EndsTheChannel(ulong received)
    {
        await using var system = await StartSystemAsync();
        var hello = RawPeer.HelloFor(system, "user-x", Zone.User);
        using var peer = await RawPeer.JoinAsync(system, hello);
        await peer.ReadAsync(FrameType.Members);
        await peer.SendHeartbeatAsync(3);

        using var again = await RawPeer.JoinAsync(system, hello with { Resumes = true, Nonce = new byte[32] }, received: received);

        await system.HasLoggedAsync($"node down: user-x (protocol error: it acknowledges frame {received}, and has acknowledged 3 of 3 before)");
    }

    [Fact]
    public async Task Join_AnewDuringTheGrace_TheOldSessionIsDown()
    {
        await using var system = await StartSystemAsync();
        var hello = RawPeer.HelloFor(system, "user-x", Zone.User);
        var peer = await RawPeer.JoinAsync(system, hello);
        await peer.ReadAsync(FrameType.Members);
        peer.Dispose();
        await system.HasLoggedAsync("connection to node user-x cut: it closed the connection");

        using var again = await RawPeer.JoinAsync(system, hello with { Session = Hello.NewSession(), Incarnation = 2, Nonce = new byte[32] });

        await again.ReadAsync(FrameType.Members);
        await system.HasLoggedAsync("node down: user-x (it joins anew)");
    }

    [Fact]
    public async Task Cut_NodeThatNoLongerListens_IsDownWithoutWaiting()
    {
        await using var system = await StartSystemAsync();
        using var gone = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        gone.Start();
        var address = $"{gone.LocalEndpoint}";
        gone.Stop();
        var peer = await RawPeer.JoinAsync(system, RawPeer.HelloFor(system, "user-x", Zone.User) with { Address = address });
        await peer.ReadAsync(FrameType.Members);

        peer.Dispose();

        await system.HasLoggedAsync("node down: user-x (it closed the connection; it has gone)");
    }

    [Fact]
    public async Task Flood_OfBytesThatNeverMakeAFrame_IsCutAsSilent()
    {
        var clock = new FakeTimeProvider();
        await using var system = await StartSystemAsync(clock);
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);
        await peer.ReadAsync(FrameType.Members);
        await peer.SendBytesAsync([0]);
        clock.Advance(TimeSpan.FromSeconds(3));
        await peer.SendBytesAsync([0]);

        clock.Advance(TimeSpan.FromSeconds(2));

        await system.HasLoggedAsync("connection to node user-x cut: silent for 5.0 s");
    }

    private static async Task<TestService> StartSystemAsync(TimeProvider? clock = null)
    {
        var options = new ChannelOptions { Zone = Zone.System, RedialDelay = TimeSpan.FromMilliseconds(20) };
        var system = new TestService("system-1", options, TestService.App(), clock: clock);
        await system.Deployment.StartAsync();
        return system;
    }
}
