using System.Net;
using System.Net.Sockets;
using Wippy.Shared.Channels;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

/// <summary>Nodes that come and go.</summary>
public class DeploymentTests
{
    private const string Waiter = "return { main = function() return process.inbox():receive():payload():data() end }";

    private const string Keeper = """
        return { main = function()
          local name = "keeper of " .. process.pid():match("@app:(%w+)")
          assert(process.registry.register(name))
          require("logger"):info("registered " .. name)
          process.inbox():receive()
        end }
        """;

    [Fact]
    public async Task Join_UserAndTerminalNodes_EverybodyKnowsWhomItShould()
    {
        await using var net = await TestDeployment.StartAsync();
        var second = await net.JoinAsync("user-2", Zone.User);
        await net.User.HasLoggedAsync("node joined: user-2");
        await net.Terminal.HasLoggedAsync("node joined: user-2");

        Assert.Equal(["terminal-1", "user-1", "user-2"], net.System.Node.Peers.Keys.Order());
        Assert.Equal(["system-1", "terminal-1", "user-2"], net.User.Node.Peers.Keys.Order());
        Assert.Equal(["system-1", "user-1", "user-2"], net.Terminal.Node.Peers.Keys.Order());
        Assert.All(second.Node.Peers, peer => Assert.Equal(peer.Key, peer.Value.Name));
        Assert.Equal(Zone.User, net.Terminal.Node.Peers["user-2"].Zone);
    }

    [Fact]
    public async Task Join_ServiceBeforeItsPeer_WaitsAndLogsOnce()
    {
        var app = TestService.App();
        using var notYet = new TcpListener(IPAddress.Loopback, 0);
        notYet.Start();
        var port = ((IPEndPoint)notYet.LocalEndpoint).Port;
        var options = new ChannelOptions { Zone = Zone.User, SystemEndpoint = $"tcp://127.0.0.1:{port}", RedialDelay = TimeSpan.FromMilliseconds(10) };
        await using var user = new TestService("user-1", options, app);
        await user.Deployment.StartAsync();
        for (var attempt = 0; attempt < 3; attempt++)
        {
            using var dialled = new Connection(await user.WithinPatienceAsync(notYet.AcceptSocketAsync()));
            await dialled.Frames.ReadOneAsync(Frame.MaxHandshakeBytes, default);
        }
        notYet.Stop();

        await using var system = new TestService("system-1", new ChannelOptions { Zone = Zone.System, ListenPort = port }, app);
        await system.Deployment.StartAsync();
        await user.Deployment.Joined.WaitAsync(TestService.Patience);

        Assert.Single(user.Logs.Lines, line => line.Text == $"waiting for the system node at 127.0.0.1:{port}: the other side closed the connection");
        Assert.True(user.Node.Peers.ContainsKey("system-1"));
    }

    [Fact]
    public async Task Join_TerminalWithoutApp_FetchesItAndTakesPart()
    {
        await using var net = await TestDeployment.StartSystemAsync(TestService.App(
            TestNode.Lua("sum", "return { main = function(a, b) return a + b end }"),
            TestNode.Lua("main", """
                return { main = function()
                  process.spawn_monitored("app:sum", "app:system", 20, 22)
                  return process.events():receive().result.value
                end }
                """)));
        var fetched = await Deployment.FetchAppAsync(net.System.Endpoint, Zone.Terminal, TestService.KeysOf(Zone.Terminal), null, TimeProvider.System);
        await using var terminal = new TestService("terminal-1", new ChannelOptions { Zone = Zone.Terminal, SystemEndpoint = net.System.Endpoint }, fetched);
        await terminal.Deployment.StartAsync();
        await terminal.Deployment.Joined.WaitAsync(TestService.Patience);

        Assert.Equal(42L, await terminal.RunAsync("main"));
    }

    [Fact]
    public async Task Spawn_TwoUserNodes_GoesToTheLessLoadedOne()
    {
        await using var net = await TestDeployment.StartAsync(TestNode.Lua("waiter", Waiter));
        await net.JoinAsync("user-2", Zone.User);

        var nodes = new List<string>();
        for (var i = 0; i < 10; i++) nodes.Add((await net.System.SpawnAsync("waiter", "user")).Node);

        Assert.Equal(5, nodes.Count(node => node == "user-1"));
        Assert.Equal(5, nodes.Count(node => node == "user-2"));
    }

    [Fact]
    public async Task Spawn_NoNodeOfTheZone_Unavailable()
    {
        await using var net = await TestDeployment.StartSystemAsync(TestService.App(TestNode.Lua("waiter", Waiter)));

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => net.System.SpawnAsync("waiter", "user"));

        Assert.Equal("Unavailable: no node of zone user is connected for host app:user", refused.Message);
    }

    [Fact]
    public async Task Cut_MonitoredAndLinkedProcess_ExitAndLinkDownSayNodeDown()
    {
        await using var net = await TestDeployment.StartAsync(
            TestNode.Lua("waiter", Waiter),
            TestNode.Lua("main", """
                return { main = function()
                  process.set_options({ trap_links = true })
                  local pid = assert(process.spawn_linked_monitored("app:waiter", "app:user"))
                  require("logger"):info("ready")
                  local seen = {}
                  for i = 1, 2 do
                    local event = process.events():receive()
                    local err = event.result.error
                    seen[event.kind] = err:kind() .. ": " .. err:message() .. " " .. tostring(err:retryable()) .. " " .. tostring(event.from == pid)
                  end
                  return seen
                end }
                """));
        var running = net.Terminal.RunAsync("main");
        await net.Terminal.HasLoggedAsync("ready");

        Cut(net.Terminal, "user-1");

        var seen = Assert.IsType<Dictionary<string, object?>>(await running);
        Assert.Equal("Unavailable: node down: user-1 true true", seen["pid.exit"]);
        Assert.Equal("Unavailable: node down: user-1 true true", seen["pid.link.down"]);
        var line = Assert.Single(net.Terminal.Logs.Lines, line => line.Text.StartsWith("node down: user-1", StringComparison.Ordinal));
        Assert.Contains("(cable pulled)", line.Text);
    }

    [Fact]
    public async Task Stop_HostOfAProcessThatEndsWell_ItsWatcherElsewhereIsToldNodeDown()
    {
        await using var net = await TestDeployment.StartAsync(
            TestNode.Lua("polite", """
                return { main = function()
                  process.events():receive()
                  return "bye"
                end }
                """),
            TestNode.Lua("main", """
                return { main = function()
                  assert(process.spawn_monitored("app:polite", "app:user"))
                  require("logger"):info("ready")
                  local event = process.events():receive()
                  return tostring(event.result.error:kind()) .. ": " .. event.result.error:message()
                end }
                """));
        var running = net.Terminal.RunAsync("main");
        await net.Terminal.HasLoggedAsync("ready");

        await net.User.Node.Hosts.Single().StopAsync(TestService.Patience);

        Assert.Equal("Unavailable: node down: user-1", await running);
    }

    [Fact]
    public async Task Cut_LinkedChildOverThere_EndsToo()
    {
        await using var net = await TestDeployment.StartAsync(
            TestNode.Lua("waiter", Waiter),
            TestNode.Lua("main", """
                return { main = function()
                  process.set_options({ trap_links = true })
                  local pid = assert(process.spawn_linked("app:waiter", "app:user"))
                  require("logger"):info("child " .. pid)
                  process.inbox():receive()
                end }
                """));
        await net.Terminal.SpawnAsync("main", "terminal");
        var line = await net.Terminal.HasLoggedAsync("child ");
        Assert.True(Pid.TryParse(line.Text[(line.Text.IndexOf('{', StringComparison.Ordinal))..(line.Text.IndexOf('}', StringComparison.Ordinal) + 1)], out var child));
        var end = net.User.EndOf(child);

        Cut(net.Terminal, "user-1");

        Assert.Equal("linked process failed", (await net.User.WithinPatienceAsync(end)).Error?.Message);
    }

    [Fact]
    public async Task Cut_RequestsUnderWay_AreAnsweredOnce()
    {
        var options = new ChannelOptions { Zone = Zone.System, ReconnectGrace = TimeSpan.Zero };
        await using var system = new TestService("system-1", options, TestService.App(TestNode.Lua("waiter", Waiter)));
        await system.Deployment.StartAsync();
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);
        await system.HasLoggedAsync("node joined: user-x");

        var spawn = system.SpawnAsync("waiter", "user");
        await peer.ReadAsync(FrameType.Spawn);
        peer.Dispose();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => spawn);
        Assert.Equal("Unavailable: node down: user-x", refused.Message);
    }

    [Fact]
    public async Task Cut_UserNode_JoinsAgainAndIsUsedAgain()
    {
        await using var net = await TestDeployment.StartAsync(TestNode.Lua("waiter", Waiter));
        var downs = Count(net.User, NodeChange.Down);
        var joined = Next(net.System, "user-1", NodeChange.Joined);

        Cut(net.System, "user-1");

        await net.System.WithinPatienceAsync(joined);
        await net.System.HasLoggedAsync("node down: user-1");
        Assert.Equal("user-1", (await net.System.SpawnAsync("waiter", "user")).Node);
        Assert.Equal(1, downs());
    }

    [Fact]
    public async Task Stop_Node_LeavesInOrder()
    {
        await using var net = await TestDeployment.StartAsync();

        await net.User.Deployment.StopAsync();

        await net.System.HasLoggedAsync("node left: user-1 (node user-1 is stopping)");
        await net.Terminal.HasLoggedAsync("node left: user-1 (node user-1 is stopping)");
        Assert.DoesNotContain(net.System.Logs.Lines.Concat(net.Terminal.Logs.Lines), line => line.Text.StartsWith("node down", StringComparison.Ordinal));
        Assert.Empty(net.User.Node.Peers);
    }

    [Fact]
    public async Task Silence_PeerSaysNothingForFiveSeconds_IsCutAndDownAfterTheGrace()
    {
        var clock = new FakeTimeProvider();
        await using var system = new TestService("system-1", new ChannelOptions { Zone = Zone.System }, TestService.App(), clock: clock);
        await system.Deployment.StartAsync();
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);
        await peer.ReadAsync(FrameType.Heartbeat);

        clock.Advance(TimeSpan.FromSeconds(4));
        await peer.ReadAsync(FrameType.Heartbeat);
        Assert.DoesNotContain(system.Logs.Lines, line => line.Text.StartsWith("node down", StringComparison.Ordinal));
        // The peer's only heartbeat may have been read as late as now.
        for (var i = 0; i < 5; i++) clock.Advance(TimeSpan.FromSeconds(1));

        await system.HasLoggedAsync("connection to node user-x cut: silent for 5.0 s");
        await peer.ClosedAsync();
        Assert.True(system.Node.Peers.ContainsKey("user-x"));

        var down = system.HasLoggedAsync("node down: user-x (silent for 5.0 s; not back within 10 s)");
        while (!down.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await down;
    }

    [Fact]
    public async Task Full_PeerThatDoesNotRead_SendIsRefusedAndNothingBlocks()
    {
        var options = new ChannelOptions { Zone = Zone.System, MaxBacklogBytes = 64 << 10 };
        await using var system = new TestService("system-1", options, TestService.App(TestNode.Lua("flood", """
            return { main = function()
              local block = string.rep("x", 10000)
              while true do
                local ok, err = process.send("{user-x@app:user|0x00001}", "block", block)
                if not ok then return { error = err:message(), kind = err:kind(), retryable = err:retryable() } end
              end
            end }
            """)));
        await system.Deployment.StartAsync();
        using var peer = await RawPeer.JoinAsync(system, "user-x", Zone.User);
        await system.HasLoggedAsync("node joined: user-x");

        var result = Assert.IsType<Dictionary<string, object?>>(await system.RunAsync("flood"));

        Assert.Equal("channel to user-x is full", result["error"]);
        Assert.Equal("Unavailable", result["kind"]);
        Assert.Equal(true, result["retryable"]);
        // Refusing is not losing: what was accepted is there once the peer reads.
        Assert.IsType<List<object?>>((await peer.ReadAsync(FrameType.Send))[^2]);
        Assert.True(system.Node.Peers.ContainsKey("user-x"));
    }

    [Fact]
    public async Task Exit_ResultLargerThanAFrame_ArrivesAsAnError()
    {
        var app = TestService.App(
            TestNode.Lua("large", "return { main = function() return string.rep('x', 70000) end }"),
            TestNode.Lua("main", """
                return { main = function()
                  assert(process.spawn_monitored("app:large", "app:user"))
                  local err = process.events():receive().result.error
                  return err:kind() .. ": " .. err:message()
                end }
                """));
        await using var net = await TestDeployment.StartSystemAsync(app);
        var options = new ChannelOptions { Zone = Zone.User, SystemEndpoint = net.System.Endpoint, MaxFrameBytes = 64 << 10 };
        await using var user = new TestService("user-1", options, app);
        await user.Deployment.StartAsync();
        await user.Deployment.Joined.WaitAsync(TestService.Patience);

        var text = Assert.IsType<string>(await net.System.RunAsync("main"));

        Assert.StartsWith("LimitExceeded: 700", text);
        Assert.EndsWith("bytes for node system-1 are more than one frame may hold (65536, MaxFrameBytes)", text);
    }

    [Fact]
    public async Task Names_RegisterLookUpSendUnregister_AcrossNodes()
    {
        await using var net = await TestDeployment.StartAsync(
            TestNode.Lua("keeper", """
                return { main = function()
                  assert(process.registry.register("keeper"))
                  local own = process.registry.lookup("keeper")
                  require("logger"):info("registered " .. tostring(own == process.pid()))
                  local word = process.inbox():receive():payload():data()
                  return word
                end }
                """),
            TestNode.Lua("main", """
                return { main = function()
                  local pid = assert(process.registry.lookup("keeper"))
                  local taken, err = process.registry.register("keeper")
                  assert(process.monitor("keeper"))
                  assert(process.send("keeper", "word", "hello"))
                  local value = process.events():receive().result.value
                  local found = process.registry.lookup("keeper")
                  assert(not found, "found after its EXIT")
                  return { pid = pid, taken = taken == nil, error = err:message(), value = value }
                end }
                """));
        var keeper = await net.User.SpawnAsync("keeper", "user");
        await net.User.HasLoggedAsync("registered true");
        await SyncAsync(net.Terminal);

        var result = Assert.IsType<Dictionary<string, object?>>(await net.Terminal.RunAsync("main"));

        Assert.Equal(keeper.ToString(), result["pid"]);
        Assert.Equal(true, result["taken"]);
        Assert.Equal("name already registered", result["error"]);
        Assert.Equal("hello", result["value"]);
        await SyncAsync(net.User);
        Assert.Equal(Pid.None, Lookup(net.System, "keeper"));
        await SyncAsync(net.Terminal);
        Assert.Equal(Pid.None, Lookup(net.Terminal, "keeper"));
    }

    [Fact]
    public async Task Names_RaceForOne_HasOneWinner()
    {
        await using var net = await TestDeployment.StartAsync(TestNode.Lua("waiter", Waiter));
        var services = new[] { net.System, net.User, net.Terminal };
        var waiters = await Task.WhenAll(services.Select(service => service.SpawnAsync("waiter", service.Node.Hosts.Single().Spec.Id.Name)));

        var answers = await Task.WhenAll(services.Zip(waiters, (service, waiter) => RegisterAsync(service, "throne", waiter)));

        Assert.Single(answers, error => error is null);
        Assert.Equal(2, answers.Count(error => error == ProcessErrors.NameTaken));
        foreach (var service in services) await SyncAsync(service);
        Assert.Single(services.Select(service => Lookup(service, "throne")).Distinct());
    }

    [Fact]
    public async Task Names_OwnersNodeIsLost_AreFreedAndRegisteredAgain()
    {
        await using var net = await TestDeployment.StartAsync(TestNode.Lua("keeper", Keeper));
        var keeper = await net.User.SpawnAsync("keeper", "user");
        await net.User.HasLoggedAsync("registered keeper of user");
        var freed = Next(net.System, "user-1", NodeChange.Down);
        var joined = Next(net.User, "system-1", NodeChange.Joined);

        Cut(net.System, "user-1");

        await net.System.WithinPatienceAsync(freed);
        Assert.Equal(Pid.None, Lookup(net.System, "keeper of user"));
        await net.User.WithinPatienceAsync(joined);
        await SyncAsync(net.User);
        Assert.Equal(keeper, Lookup(net.System, "keeper of user"));
    }

    [Fact]
    public async Task Names_SystemNodeIsLost_KnownOnesOfReachableNodesStay()
    {
        await using var net = await TestDeployment.StartAsync(TestNode.Lua("keeper", Keeper));
        await net.System.SpawnAsync("keeper", "system");
        await net.System.HasLoggedAsync("registered keeper of system");
        var keeper = await net.User.SpawnAsync("keeper", "user");
        await net.User.HasLoggedAsync("registered keeper of user");
        await SyncAsync(net.Terminal);
        var left = Next(net.Terminal, "system-1", NodeChange.Left);

        await net.System.Deployment.StopAsync();
        await net.Terminal.WithinPatienceAsync(left);

        Assert.Equal(keeper, Lookup(net.Terminal, "keeper of user"));
        Assert.Equal(Pid.None, Lookup(net.Terminal, "keeper of system"));
        Assert.Equal(
            new Error(ErrorKind.Unavailable, "names cannot be changed: the system node is not connected", Retryable: true),
            await RegisterAsync(net.Terminal, "new", new Pid("terminal-1", "app:terminal", 1)));
    }

    [Fact]
    public async Task System_StartsAgain_NodesJoinAgainAndNamesAreRegisteredAgain()
    {
        var app = TestService.App(TestNode.Lua("keeper", Keeper));
        var first = new TestService("system-1", new ChannelOptions { Zone = Zone.System }, app);
        await first.Deployment.StartAsync();
        var port = new Uri(first.Endpoint).Port;
        var options = new ChannelOptions { Zone = Zone.User, SystemEndpoint = first.Endpoint, RedialDelay = TimeSpan.FromMilliseconds(20) };
        await using var user = new TestService("user-1", options, app);
        await user.Deployment.StartAsync();
        await user.Deployment.Joined.WaitAsync(TestService.Patience);
        var keeper = await user.SpawnAsync("keeper", "user");
        await user.HasLoggedAsync("registered keeper of user");
        await first.DisposeAsync();
        var joined = Next(user, "system-2", NodeChange.Joined);

        await using var second = new TestService("system-2", new ChannelOptions { Zone = Zone.System, ListenPort = port }, app);
        await second.Deployment.StartAsync();

        await user.WithinPatienceAsync(joined);
        await SyncAsync(user);
        Assert.Equal(keeper, Lookup(second, "keeper of user"));
        Assert.False(user.Node.Peers.ContainsKey("system-1"));
    }

    [Fact]
    public async Task Users_ThreeNodes_ShareTheWorkAlsoAfterOneHasGoneAndAnotherCome()
    {
        await using var net = await TestDeployment.StartAsync(TestNode.Lua("waiter", Waiter));
        await net.JoinAsync("user-2", Zone.User);
        await net.JoinAsync("user-3", Zone.User);
        foreach (var name in new[] { "user-1", "user-2", "user-3" }) await net.System.HasLoggedAsync($"node joined: {name}");

        Assert.Equal(["user-1", "user-2", "user-3"], await PlacedAsync(6));

        var left = Next(net.System, "user-2", NodeChange.Left);
        await net["user-2"].Deployment.StopAsync();
        await net.System.WithinPatienceAsync(left);
        Assert.Equal(["user-1", "user-3"], await PlacedAsync(4));

        // A service that starts again has a fresh name, and the others have more to do by now.
        await net.JoinAsync("user-4", Zone.User);
        await net.System.HasLoggedAsync("node joined: user-4");
        Assert.Contains("user-4", await PlacedAsync(3));

        async Task<List<string>> PlacedAsync(int count)
        {
            var nodes = new List<string>();
            for (var i = 0; i < count; i++) nodes.Add((await net.System.SpawnAsync("waiter", "user")).Node);
            return [.. nodes.Distinct().Order()];
        }
    }

    [Fact]
    public async Task Names_ProcessThatEnds_IsForgottenEverywhere()
    {
        await using var net = await TestDeployment.StartAsync(TestNode.Lua("keeper", Keeper));
        var keeper = await net.User.SpawnAsync("keeper", "user");
        await net.User.HasLoggedAsync("registered keeper of user");
        var end = net.User.EndOf(keeper);

        Assert.True(net.User.Node.Processes.TryGet(keeper, out var process));
        process.End(ProcessErrors.Terminated);
        await net.User.WithinPatienceAsync(end);

        foreach (var service in new[] { net.User, net.System, net.Terminal })
        {
            await SyncAsync(service);
            Assert.Equal(Pid.None, Lookup(service, "keeper of user"));
        }
    }

    [Fact]
    public async Task Names_RegisteredForAProcessElsewhere_GoWithThatProcess()
    {
        await using var net = await TestDeployment.StartAsync(TestNode.Lua("waiter", Waiter));
        var waiter = await net.User.SpawnAsync("waiter", "user");
        Assert.Null(await RegisterAsync(net.Terminal, "theirs", waiter));
        await SyncAsync(net.User);
        var end = net.User.EndOf(waiter);

        Assert.True(net.User.Node.Processes.TryGet(waiter, out var process));
        process.End(ProcessErrors.Terminated);
        await net.User.WithinPatienceAsync(end);

        await SyncAsync(net.User);
        Assert.Equal(Pid.None, Lookup(net.System, "theirs"));
    }

    [Fact]
    public async Task Listen_UserNode_LetsInOnlyWhatTheSystemNodeAnnounced()
    {
        await using var net = await TestDeployment.StartSystemAsync(TestService.App());
        var options = new ChannelOptions { Zone = Zone.User, SystemEndpoint = net.System.Endpoint, HandshakeTimeout = TimeSpan.FromSeconds(4) };
        await using var user = new TestService("user-1", options, net.App);
        await user.Deployment.StartAsync();
        await user.Deployment.Joined.WaitAsync(TestService.Patience);

        // It holds the key of the pair, and is no member.
        using var connection = await Connection.DialAsync(user.Endpoint, null, default);
        var hello = RawPeer.HelloFor(user, "terminal-x", Zone.Terminal);
        var refused = await Assert.ThrowsAsync<RefusedException>(() =>
            user.WithinPatienceAsync(new Handshake(connection, TestService.KeysOf(Zone.Terminal)).OpenAsync(hello, Zone.User, default)));

        Assert.Contains("the system node has not announced a node terminal-x of zone terminal", refused.Message);
    }

    private static void Cut(TestService service, string peer) => ((Channel)service.Node.Peers[peer]).Abort("cable pulled");

    private static Task<bool> Next(TestService service, string node, NodeChange change)
    {
        var happened = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        service.Deployment.Changed += (name, what) =>
        {
            if (name == node && what == change) happened.TrySetResult(true);
        };
        return happened.Task;
    }

    private static Func<int> Count(TestService service, NodeChange change)
    {
        var count = 0;
        service.Deployment.Changed += (_, what) =>
        {
            if (what == change) Interlocked.Increment(ref count);
        };
        return () => Volatile.Read(ref count);
    }

    private static Pid Lookup(TestService service, string name) => service.Node.Names.TryLookup(name, out var pid) ? pid : Pid.None;

    // Once this is answered the node has seen every change of names that the system node had made before.
    private static Task SyncAsync(TestService service)
    {
        var answered = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        service.Node.Names.Unregister("no such name", new NameCaller(AnyPid(service), default), (found, _) => answered.SetResult(found));
        return service.WithinPatienceAsync(answered.Task);
    }

    private static Task<Error?> RegisterAsync(TestService service, string name, Pid pid)
    {
        var answered = new TaskCompletionSource<Error?>(TaskCreationOptions.RunContinuationsAsynchronously);
        service.Node.Names.Register(name, pid, new NameCaller(AnyPid(service), default), answered.SetResult);
        return service.WithinPatienceAsync(answered.Task);
    }

    private static Pid AnyPid(TestService service) => new(service.Node.Name, "app:any", 1);
}
