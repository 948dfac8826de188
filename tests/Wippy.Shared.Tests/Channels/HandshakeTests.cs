using System.Net.Sockets;
using System.Text;
using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

/// <summary>Who gets in at a system node, and what everybody else is told.</summary>
public class HandshakeTests
{
    private static readonly byte[] OtherKey = new byte[ChannelKeys.KeyBytes];

    [Fact]
    public async Task Open_RightKey_BothSidesKnowEachOther()
    {
        await using var system = await StartSystemAsync();

        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);

        Assert.Equal("system-1", peer.Hello.Node);
        Assert.Equal(Zone.System, peer.Hello.Zone);
        Assert.Equal(system.Node.Registry.Current.BaseHash, peer.Hello.BaseHash);
        Assert.Equal(system.Deployment.Address, peer.Hello.Address);
        await system.HasLoggedAsync("node joined: user-x (user)");
    }

    [Fact]
    public async Task Open_WrongKey_IsRefusedOnBothSides()
    {
        await using var system = await StartSystemAsync();
        const string Problem = "node user-x did not prove zone user to system-1 of zone system: the keys of the two differ";

        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            RawPeer.JoinAsync(system, RawPeer.HelloFor(system, "user-x", Zone.User), TestService.Keys(("SystemUser", OtherKey))));

        Assert.Equal($"refused by the other side: {Problem}", refused.Message);
        await system.HasLoggedAsync(Problem);
        Assert.Empty(system.Node.Peers);
    }

    [Fact]
    public async Task Open_ZoneWithoutItsKey_CannotBeClaimed()
    {
        await using var system = await StartSystemAsync();
        var hello = RawPeer.HelloFor(system, "user-x", Zone.Terminal);

        var withoutKey = await Assert.ThrowsAsync<ChannelException>(() => RawPeer.JoinAsync(system, hello, TestService.Keys()));
        var withUserKey = await Assert.ThrowsAsync<RefusedException>(() =>
            RawPeer.JoinAsync(system, hello, TestService.Keys(("SystemTerminal", OtherKey))));

        Assert.Equal("the key Wippy:Keys:SystemTerminal is missing", withoutKey.Message);
        Assert.Contains("did not prove zone terminal", withUserKey.Message);
    }

    [Fact]
    public async Task Open_SystemZone_IsRefused()
    {
        await using var system = await StartSystemAsync();

        var answer = await ExchangeAsync(system, HelloFrame(RawPeer.HelloFor(system, "system-2", Zone.System)));

        Assert.Contains("there are no channels between zone system and zone system", answer);
    }

    [Fact]
    public async Task Open_ListenerWithoutKey_SaysWhichIsMissing()
    {
        await using var system = new TestService("system-1", new ChannelOptions { Zone = Zone.System }, TestService.App(), TestService.Keys());
        await system.Deployment.StartAsync();

        var refused = await Assert.ThrowsAnyAsync<ChannelException>(() => RawPeer.JoinAsync(system, "user-x", Zone.User));

        Assert.Contains("node user-x claims zone user: the key Wippy:Keys:SystemUser is missing", refused.Message);
    }

    [Fact]
    public async Task Open_RecordedHandshake_IsWorthNothing()
    {
        await using var system = await StartSystemAsync();
        Assert.True(TestService.KeysOf(Zone.User).TryGet(Zone.User, Zone.System, out var key, out _));
        var hello = HelloFrame(RawPeer.HelloFor(system, "user-x", Zone.User));

        // A handshake that succeeds, recorded.
        byte[] proof;
        using (var first = await Connection.DialAsync(system.Endpoint, null, default))
        {
            await first.Output.WriteAsync(hello);
            var theirs = await first.Frames.ReadOneAsync(Frame.MaxHandshakeBytes, default);
            proof = ProofFrame(Handshake.Proof(key, "dialler", hello.AsSpan(Frame.LengthBytes), theirs));
            await first.Output.WriteAsync(proof);
            await first.Frames.ReadOneAsync(Frame.MaxHandshakeBytes, default);
        }
        await system.HasLoggedAsync("node joined: user-x");
        await system.HasLoggedAsync("node down: user-x");

        Assert.Contains("did not prove", await ExchangeAsync(system, [.. hello, .. proof]));
    }

    [Fact]
    public void Open_ListenersProofThrownBack_IsWorthNothing()
    {
        Assert.True(TestService.KeysOf(Zone.User).TryGet(Zone.User, Zone.User, out var key, out _));

        Assert.NotEqual(Handshake.Proof(key, "dialler", [1, 2], [3]), Handshake.Proof(key, "listener", [1, 2], [3]));
        Assert.NotEqual(Handshake.Proof(key, "dialler", [1, 2], [3]), Handshake.Proof(key, "dialler", [1], [2, 3]));
    }

    [Fact]
    public async Task Open_OtherApp_BothHashesAreTold()
    {
        await using var system = await StartSystemAsync();
        var hello = RawPeer.HelloFor(system, "user-x", Zone.User) with { BaseHash = "0123" };

        var refused = await Assert.ThrowsAsync<RefusedException>(() => RawPeer.JoinAsync(system, hello));

        var problem = $"node user-x has the app with base hash 0123, node system-1 has {system.Node.Registry.Current.BaseHash}: all nodes must load the same app";
        Assert.EndsWith(problem, refused.Message);
        await system.HasLoggedAsync(problem);
    }

    [Fact]
    public async Task Open_OtherVersion_BothVersionsAreTold()
    {
        await using var system = await StartSystemAsync();
        var hello = HelloFrame(RawPeer.HelloFor(system, "user-x", Zone.User));
        var version = hello.AsSpan().IndexOf("wippy"u8) + "wippy".Length;
        hello[version] = 1;

        Assert.Contains($"speaks version 1 of the channel protocol, this node speaks {Frame.ProtocolVersion}", await ExchangeAsync(system, hello));
    }

    [Fact]
    public async Task Open_NameThatIsConnected_IsRefused()
    {
        await using var system = await StartSystemAsync();
        using var first = await RawPeer.JoinAsync(system, "user-x", Zone.User);
        await system.HasLoggedAsync("node joined: user-x");   // its name is taken earlier, before it is let in

        var refused = await Assert.ThrowsAsync<RefusedException>(() => RawPeer.JoinAsync(system, "user-x", Zone.User));

        Assert.EndsWith("a node named user-x is connected already", refused.Message);
        Assert.True(system.Node.Peers.ContainsKey("user-x"));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "it begins with \"GET \", so the other side is no Wippy node")]
    [InlineData("\u0001\u0002", "the connection ended inside a frame, after 2 bytes of it")]
    [InlineData("\u007f\u0001\u0002\u0003\u0004", "frame of 2130772483 bytes, at most 4096 are accepted here")]
    [InlineData("\0\0\0\u0003abc", "expected an array")]
    [InlineData("\0\0\0\u0004\u0093\u0001\0\0", "Send frame of 3 elements, expected 9")]
    [InlineData("", "the other side closed the connection")]
    public async Task Accept_Garbage_IsLoggedAndNothingElseHappens(string garbage, string problem)
    {
        await using var system = await StartSystemAsync();

        using (var client = await ConnectAsync(system))
        {
            await client.SendAsync(Encoding.Latin1.GetBytes(garbage));
            client.Shutdown(SocketShutdown.Send);
            await ClosedAsync(client);
        }

        var line = await system.HasLoggedAsync("handshake with 127.0.0.1:");
        Assert.Contains(problem, line.Text);
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);
    }

    [Fact]
    public async Task Accept_FrameBeforeTheProof_IsRefused()
    {
        await using var system = await StartSystemAsync();
        using var frame = new ByteBuffer();
        FrameWriter.Append(frame, FrameType.Heartbeat, 0, [0, 0]);

        await ExchangeAsync(system, frame.WrittenSpan.ToArray());

        await system.HasLoggedAsync("Heartbeat frame in the handshake, expected Hello");
    }

    [Fact]
    public async Task Accept_SilentConnection_IsClosedAfterTheTimeout()
    {
        var clock = new FakeTimeProvider();
        await using var system = await StartSystemAsync(clock: clock);
        using var client = await ConnectAsync(system);
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);

        // The later connection has been served, so the earlier one has been accepted.
        clock.Advance(TimeSpan.FromSeconds(10));

        await ClosedAsync(client);
        await system.HasLoggedAsync("no complete handshake within 10 s");
    }

    [Fact]
    public async Task Accept_TooManyHandshakes_TheOldestIsClosed()
    {
        await using var system = await StartSystemAsync(new ChannelOptions { Zone = Zone.System, MaxHandshakes = 2 });
        using var first = await ConnectAsync(system);
        using var second = await ConnectAsync(system);
        using var third = await ConnectAsync(system);

        await ClosedAsync(first);

        await system.HasLoggedAsync("2 newer ones are proving who they are (MaxHandshakes)");
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);
        await ClosedAsync(second);
    }

    [Fact]
    public async Task Accept_ZoneWhoseNodesDoNotGoOn_OthersJoin()
    {
        // One clock for all: a node whose heart stands still is given up by those whose time goes on.
        var clock = new FakeTimeProvider();
        await using var system = await StartSystemAsync(clock: clock);
        var options = new ChannelOptions { Zone = Zone.User, SystemEndpoint = system.Endpoint, MaxHandshakes = 8 };
        await using var user = new TestService("user-m", options, TestService.App(), clock: clock);
        await user.Deployment.StartAsync();
        await user.Deployment.Joined.WaitAsync(TestService.Patience);
        // They prove their zone and are held until the system node announces them, which it never does.
        var held = new List<Task<RawPeer>>();
        RefusedException? refused = null;
        while (refused is null)
        {
            held.Add(RawPeer.JoinAsync(user, RawPeer.HelloFor(user, $"user-{held.Count}", Zone.User), expected: Zone.User));
            // Asked once: the one that is refused may complete at any time, and the others never do.
            while (held.FindAll(one => !one.IsCompleted) is { Count: > 8 } waiting) await user.WithinPatienceAsync(Task.WhenAny(waiting));
            refused = held.Select(one => one.Exception?.InnerException).OfType<RefusedException>().FirstOrDefault();
        }

        options = new ChannelOptions { Zone = Zone.Terminal, SystemEndpoint = system.Endpoint, RedialDelay = TimeSpan.FromMilliseconds(10) };
        await using var terminal = new TestService("terminal-1", options, TestService.App(), clock: clock);
        await terminal.Deployment.StartAsync();
        await terminal.HasLoggedAsync("node joined: user-m");

        Assert.EndsWith("8 nodes of zone user are joining already (MaxHandshakes)", refused.Message);
        Assert.Equal(8, held.Count(one => !one.IsCompleted));
        clock.Advance(TimeSpan.FromSeconds(5));
        foreach (var one in held) await Assert.ThrowsAnyAsync<Exception>(() => user.WithinPatienceAsync(one));
    }

    [Fact]
    public async Task Handshake_Secrets_AreNeverLogged()
    {
        await using var system = await StartSystemAsync();
        using (await RawPeer.JoinAsync(system, "user-x", Zone.User))
        {
        }
        await Assert.ThrowsAnyAsync<ChannelException>(() =>
            RawPeer.JoinAsync(system, RawPeer.HelloFor(system, "user-y", Zone.User), TestService.Keys(("SystemUser", OtherKey))));
        await system.HasLoggedAsync("node down: user-x");

        Assert.True(TestService.KeysOf(Zone.User).TryGet(Zone.User, Zone.System, out var key, out _));
        var log = string.Join('\n', system.Logs.Lines);
        Assert.DoesNotContain(Convert.ToBase64String(key), log);
        Assert.DoesNotContain(Convert.ToHexString(key), log, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task FetchApp_NodeWithoutApp_GetsTheSameApp()
    {
        var entry = new Entry(
            new EntryId("app", "settings"),
            "registry.entry",
            new Dictionary<string, object?> { ["comment"] = "ä" },
            new Dictionary<string, object?>
            {
                ["n"] = 1L, ["f"] = 1.0, ["none"] = null, ["flag"] = true,
                ["list"] = new List<object?> { "a", new Dictionary<string, object?> { ["b"] = -3L } }.AsReadOnly(),
            });
        await using var system = await StartSystemAsync(app: TestService.App(entry, TestNode.Lua("main", "return { main = function() return 1 end }")));

        var fetched = await Deployment.FetchAppAsync(system.Endpoint, Zone.Terminal, TestService.KeysOf(Zone.Terminal), null, TimeProvider.System);

        Assert.Equal(system.Node.Registry.Current.BaseHash, fetched.BaseHash);
        Assert.Equal("ä", fetched.Entries[entry.Id].Meta["comment"]);
        Assert.True(fetched.TryGetHost(new EntryId("app", "terminal"), out _));
        Assert.Empty(system.Node.Peers);
    }

    [Fact]
    public async Task FetchApp_MoreThanAFrame_BothSidesSaySo()
    {
        var large = new Entry(new EntryId("app", "large"), "registry.entry", data: new string('x', 70_000));
        await using var system = await StartSystemAsync(new ChannelOptions { Zone = Zone.System, MaxFrameBytes = 65_536 }, TestService.App(large));

        var refused = await Assert.ThrowsAnyAsync<ChannelException>(() =>
            Deployment.FetchAppAsync(system.Endpoint, Zone.Terminal, TestService.KeysOf(Zone.Terminal), null, TimeProvider.System));

        Assert.Contains("more than one frame may hold (65536, MaxFrameBytes)", refused.Message);
        await system.HasLoggedAsync("more than one frame may hold (65536, MaxFrameBytes)");
    }

    private static async Task<TestService> StartSystemAsync(ChannelOptions? options = null, Snapshot? app = null, TimeProvider? clock = null)
    {
        var system = new TestService("system-1", options ?? new ChannelOptions { Zone = Zone.System }, app ?? TestService.App(), clock: clock);
        await system.Deployment.StartAsync();
        return system;
    }

    private static async Task<Socket> ConnectAsync(TestService service)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", new Uri(service.Endpoint).Port);
        return socket;
    }

    // Completes when the other side has closed the connection.
    private static async Task ClosedAsync(Socket socket)
    {
        try
        {
            while (await socket.ReceiveAsync(new byte[256]).WaitAsync(TestService.Patience) > 0)
            {
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // As good as an orderly end: it had not read everything.
        }
    }

    // Sends bytes and gives the last frame that comes back before the connection ends, as text.
    private static async Task<string> ExchangeAsync(TestService service, byte[] bytes)
    {
        using var connection = await Connection.DialAsync(service.Endpoint, service.Options.Tls, default);
        await connection.Output.WriteAsync(bytes);
        var last = "";
        try
        {
            while (true) last = Encoding.UTF8.GetString(await connection.Frames.ReadOneAsync(Frame.MaxHandshakeBytes, default).AsTask().WaitAsync(TestService.Patience));
        }
        catch (Exception exception) when (exception is ChannelException or IOException)
        {
            return last;
        }
    }

    private static byte[] HelloFrame(Hello hello)
    {
        using var fields = new ByteBuffer();
        var writer = new MessagePackWriter(fields);
        hello.Write(ref writer);
        writer.Flush();
        return FrameOf(FrameType.Hello, fields.WrittenSpan);
    }

    private static byte[] ProofFrame(byte[] proof)
    {
        using var fields = new ByteBuffer();
        var writer = new MessagePackWriter(fields);
        writer.Write(proof);
        writer.Flush();
        return FrameOf(FrameType.Proof, fields.WrittenSpan);
    }

    private static byte[] FrameOf(FrameType type, ReadOnlySpan<byte> fields)
    {
        using var frame = new ByteBuffer();
        FrameWriter.Append(frame, type, 0, fields);
        return frame.WrittenSpan.ToArray();
    }
}
