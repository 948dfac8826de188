using System.Collections.Immutable;
using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Testing;
using static Wippy.Shared.Tests.Http.HttpServerTests;
using static Wippy.Shared.Tests.Supervision.SupervisedNode;

namespace Wippy.Shared.Tests.Supervision;

/// <summary>Services that run already when a node joins: they go on under the supervisor that is there now, or have to end.</summary>
public class AdoptionTests
{
    private static readonly Entry Waits = TestNode.Lua("waits", "return function() local event = process.events():receive() return event.kind end");
    private static readonly Entry Deaf = TestNode.Lua("deaf", "return function() while true do process.inbox():receive() end end");
    private static readonly (string, object?) Quick = Restart(("initial_delay", "20ms"), ("max_delay", "20ms"));
    private static readonly Entry UserHost = new(new EntryId("app", "user"), EntryKinds.ProcessHost, data: new Dictionary<string, object?> { ["zone"] = "user" });

    [Fact]
    public void Joined_ServiceWaitsForItsNextStart_GoesOnAsTheProcessThatIsThere()
    {
        using var node = new SupervisedNode(Waits, Service("s", "waits", ("stable_threshold", "5s"), Restart(("initial_delay", "1h"), ("max_attempts", 2L))));
        var mark = EndIt(node, "s");
        Assert.Equal(("failed", 1), (node.StateOf("s"), node.StatusOf("s").RetryCount));

        var process = Running(node, mark, "waits", DateTimeOffset.UnixEpoch);

        Assert.Equal(("running", process.Pid, 0), (node.StateOf("s"), node.StatusOf("s").Pid, node.StatusOf("s").Restarts));
        Assert.Equal(DateTimeOffset.UnixEpoch, node.StatusOf("s").StartedAt);
        // The start that was due then does not come.
        node.Advance(3601);
        Assert.Same(process, Assert.Single(node.ProcessesOf("waits")));
        // It is watched; it has run for long, so this failure is the first.
        process.End(ProcessErrors.Terminated);
        node.Run();
        Assert.Equal(("failed", 1), (node.StateOf("s"), node.StatusOf("s").RetryCount));
        node.Advance(3601);
        Assert.Equal(("running", 1), (node.StateOf("s"), node.StatusOf("s").Restarts));
        Assert.NotEqual(process.Pid, node.StatusOf("s").Pid);
    }

    [Fact]
    public void Joined_ServiceRunsElsewhereMeanwhile_TheOtherOneIsAskedToEnd()
    {
        using var node = new SupervisedNode(Waits, Service("s", "waits"));
        var first = Assert.Single(node.ProcessesOf("waits"));

        Running(node, first.Service!, "waits");

        Assert.Same(first, Assert.Single(node.ProcessesOf("waits")));
        Assert.Equal(("running", first.Pid), (node.StateOf("s"), node.StatusOf("s").Pid));
        Assert.Contains(node.Logs.Lines, line => line.Text.EndsWith(", which is asked to end: the service is running", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("app:gone", null, "there is no such service")]
    [InlineData("app:s", "other", "its entries have changed")]
    public void Joined_EntryIsGoneOrAnother_IsAskedToEndAndThenEnded(string id, string? digest, string why)
    {
        using var node = new SupervisedNode(Waits, Deaf, Service("s", "waits", ("stop_timeout", "10s")));
        var mark = EndIt(node, "s");

        var process = Running(node, new ServiceMark(EntryId.Parse(id), digest ?? mark.Digest), "deaf");

        Assert.Contains(node.Logs.Lines, line => line.Text == $"service {id} runs as {process.Pid}, which is asked to end: {why}");
        node.Advance(9.9);
        Assert.Single(node.ProcessesOf("deaf"));
        node.Advance(0.2);
        Assert.Empty(node.ProcessesOf("deaf"));
    }

    [Fact]
    public void Joined_EntryHasChanged_StartsAnewWhenTheOldOneHasEnded()
    {
        using var node = new SupervisedNode(Waits, Deaf, Service("s", "waits", ("stop_timeout", "5s"), Restart(("initial_delay", "1s"))));
        var mark = EndIt(node, "s");

        Running(node, mark with { Digest = "another" }, "deaf");

        node.Advance(4.9);
        Assert.Equal(("starting", 0), (node.StateOf("s"), node.ProcessesOf("waits").Count()));
        node.Advance(0.2);
        Assert.Equal(("running", 0), (node.StateOf("s"), node.ProcessesOf("deaf").Count()));
        Assert.Single(node.ProcessesOf("waits"));
    }

    [Fact]
    public void Joined_ProcessHasEndedMeanwhile_CountsAsAFailedRun()
    {
        using var node = new SupervisedNode(Waits, Service("s", "waits", Restart(("initial_delay", "1h"))));
        var mark = EndIt(node, "s");
        var isTaken = false;

        node.Join([new RunningService(mark, new Pid("", "app:user", 4711), DateTimeOffset.UnixEpoch)], () => isTaken = true);

        Assert.True(isTaken);
        Assert.Equal(("failed", 1), (node.StateOf("s"), node.StatusOf("s").RetryCount));
    }

    [Fact]
    public async Task System_StartsAgain_ServicesGoOnWithTheirProcesses()
    {
        var app = App(Service("s", "waits", Quick), Service("changed", "waits", Quick));
        var first = new TestRuntime("system-1", new ChannelOptions { Zone = Zone.System }, app);
        await first.StartAsync();
        var port = new Uri(first.Endpoint).Port;
        await using var user = new TestRuntime("user-1", new ChannelOptions { Zone = Zone.User, SystemEndpoint = first.Endpoint, RedialDelay = TimeSpan.FromMilliseconds(20) }, app);
        await user.StartAsync();
        var kept = await RunningAsync(first, "s", user);
        // What only the first system node knew is not known to the second one.
        await ApplyAsync(first, EntryChange.Create(Service("temporary", "waits")), EntryChange.Update(Service("changed", "waits", Quick, ("start_timeout", "9s"))));
        var temporary = await RunningAsync(first, "temporary", user);
        var old = await RunningAsync(first, "changed", user);
        old.End(ProcessErrors.Terminated);
        await UntilAsync(() => first.Node.Services!.Find(new EntryId("app", "changed")) is { Status: "running" } now && now.Pid != old.Pid);
        var changed = await RunningAsync(first, "changed", user);

        await first.Deployment.StopAsync();
        await user.Logs.WaitForAsync("node left: system-1");
        await using var second = new TestRuntime("system-2", new ChannelOptions { Zone = Zone.System, ListenPort = port }, app);
        await second.StartAsync();

        Assert.Same(kept, await RunningAsync(second, "s", user));
        Assert.Null((await temporary.WhenEnded().WaitAsync(TestService.Patience)).Error);
        Assert.Null((await changed.WhenEnded().WaitAsync(TestService.Patience)).Error);
        await UntilAsync(() => second.Node.Services!.Find(new EntryId("app", "changed")) is { Status: "running" } now && now.Pid != changed.Pid);
        Assert.Equal(2, user.Node.Processes.All.Count());

        kept.End(ProcessErrors.Terminated);
        await UntilAsync(() => second.Node.Services!.Find(new EntryId("app", "s")) is { Status: "running" } now && now.Pid != kept.Pid);
        await first.DisposeAsync();
    }

    [Fact]
    public async Task System_StartsAgain_WaitsForOtherNodesBeforeItStartsTheirServices()
    {
        var app = App(Service("a", "waits"), Service("b", "waits"));
        var options = new ChannelOptions { Zone = Zone.System, SilenceLimit = TimeSpan.FromMinutes(5), RedialDelay = TimeSpan.FromMilliseconds(20) };
        var (firstClock, secondClock, farClock) = (new FakeTimeProvider(), new FakeTimeProvider(), new FakeTimeProvider());
        var first = new TestRuntime("system-1", options, app, firstClock);
        await first.StartAsync();
        var port = new Uri(first.Endpoint).Port;
        var ofUser = options with { Zone = Zone.User, SystemEndpoint = first.Endpoint };
        await using var near = new TestRuntime("user-1", ofUser, app);
        await near.StartAsync();
        await UntilAsync(() => first.Node.Peers.TryGetValue("user-1", out var peer) && peer.TakesServices);
        await NextStartAsync(first, firstClock, failures: 1);
        var here = await RunningAsync(first, "a", near);
        var moving = await RunningAsync(first, "b", near);
        // The other node has less to do, so it gets the next one.
        await using var far = new TestRuntime("user-2", ofUser, app, farClock);
        await far.StartAsync();
        await UntilAsync(() => first.Node.Peers.TryGetValue("user-2", out var peer) && peer.TakesServices);
        moving.End(ProcessErrors.Terminated);
        await UntilAsync(() => first.Node.Services!.Find(new EntryId("app", "b"))!.Status == "failed");
        await NextStartAsync(first, firstClock, failures: 2);
        var there = await RunningAsync(first, "b", far);

        await first.Deployment.StopAsync();
        await far.Logs.WaitForAsync("node left: system-1");
        await using var second = new TestRuntime("system-2", options with { ListenPort = port }, app, secondClock);
        await second.StartAsync();
        Assert.Same(here, await RunningAsync(second, "a", near));
        // The next attempt to start the other one is due. It has to wait, although there is a node for it.
        await UntilAsync(() => StatusOf(there).Status == "failed");
        await NextStartAsync(second, secondClock, failures: 1);
        await UntilAsync(() => StatusOf(there).Status == "starting");
        farClock.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(there, await RunningAsync(second, "b", far));
        Assert.Same(here, Assert.Single(near.Node.Processes.All));

        // Nor does it wait for longer than that.
        Assert.Equal(0, StatusOf(here).Restarts);
        here.End(ProcessErrors.Terminated);
        await UntilAsync(() => StatusOf(here).Status == "failed");
        await NextStartAsync(second, secondClock, failures: 2);
        await UntilAsync(() => StatusOf(here) is { Status: "running", Restarts: 1 });
        await first.DisposeAsync();

        ServiceStatus StatusOf(Process process) => second.Node.Services!.Find(process.Service!.Id)!;
    }

    [Fact]
    public async Task Node_IsLostAndComesBackAfterItsServiceWasStartedElsewhere_TheServiceRunsOnce()
    {
        var app = App(Service("s", "waits", Quick));
        var options = new ChannelOptions { Zone = Zone.System, SilenceLimit = TimeSpan.FromMinutes(5), ReconnectGrace = TimeSpan.Zero };
        await using var system = new TestRuntime("system-1", options, app);
        await system.StartAsync();
        var ofUser = options with { Zone = Zone.User, SystemEndpoint = system.Endpoint };
        var clock = new FakeTimeProvider();
        await using var one = new TestRuntime("user-1", ofUser, app, clock);
        await one.StartAsync();
        var before = await RunningAsync(system, "s", one);
        await using var two = new TestRuntime("user-2", ofUser, app);
        await two.StartAsync();

        // Its clock keeps it from dialling again.
        ((Channel)system.Node.Peers["user-1"]).Abort("cable pulled");
        var now = await RunningAsync(system, "s", two);
        await one.Logs.WaitForAsync("node down: system-1");
        Assert.False(before.WhenEnded().IsCompleted);
        clock.Advance(options.RedialDelay);

        Assert.Null((await before.WhenEnded().WaitAsync(TestService.Patience)).Error);
        Assert.Same(now, await RunningAsync(system, "s", two));
        Assert.Empty(one.Node.Processes.All);
    }

    [Fact]
    public async Task Node_IsLostAndComesBack_ItsServiceGoesOnAndActsAsBefore()
    {
        var security = ("security", (object?)new Dictionary<string, object?>
        {
            ["actor"] = new Dictionary<string, object?> { ["id"] = "service:s", ["meta"] = new Dictionary<string, object?> { ["role"] = "clerk" } },
        });
        var app = App(Service("s", "waits", security, Quick));
        var options = new ChannelOptions { Zone = Zone.System, ReconnectGrace = TimeSpan.Zero, RedialDelay = TimeSpan.FromMilliseconds(50) };
        await using var system = new TestRuntime("system-1", options, app);
        await system.StartAsync();
        await using var user = new TestRuntime("user-1", options with { Zone = Zone.User, SystemEndpoint = system.Endpoint }, app);
        await user.StartAsync();
        var process = await RunningAsync(system, "s", user);
        var lost = (Channel)system.Node.Peers["user-1"];

        lost.Abort("cable pulled");
        await UntilAsync(() => system.Node.Peers.TryGetValue("user-1", out var peer) && peer != lost && peer.TakesServices);

        Assert.Same(process, await RunningAsync(system, "s", user));
        Assert.Single(user.Node.Processes.All);
        var believed = ((Channel)system.Node.Peers["user-1"]).Issued.Believe(new Actor("service:s"), Zone.User, system.Node.Policies);
        Assert.Equal("clerk", believed!.Meta["role"]);
    }

    private static Snapshot App(params Entry[] entries) =>
        Snapshot.FromDeclared(entries.Concat([Waits, UserHost]).ToImmutableSortedDictionary(entry => entry.Id, entry => entry));

    private static async Task<Process> RunningAsync(TestRuntime system, string service, TestRuntime on)
    {
        Process? process = null;
        await UntilAsync(() => system.Node.Services!.Find(new EntryId("app", service)) is { Status: "running" } status && on.Node.Processes.TryGet(status.Pid, out process));
        return process!;
    }

    // After the supervisor has done what it is about to do, the time of the next attempts comes.
    private static async Task NextStartAsync(TestRuntime system, FakeTimeProvider clock, int failures)
    {
        for (var step = 0; step < 10; step++)
        {
            var isDone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            system.Node.Services!.Joined(isReturning: false, [], isDone.SetResult);
            await isDone.Task.WaitAsync(TestService.Patience);
        }
        clock.Advance(TimeSpan.FromSeconds(1.2 * failures));   // 1 s after the first, 2 s after the second, give or take a tenth
    }

    private static async Task ApplyAsync(TestRuntime system, params EntryChange[] changes)
    {
        var result = await system.Node.Registry.ApplyAsync(changes).WaitAsync(TestService.Patience);
        Assert.True(result.Error is null, result.Error?.Message);
    }

    // Ends the process of a service; gives what it was started as.
    private static ServiceMark EndIt(SupervisedNode node, string service)
    {
        node.Node.Processes.TryGet(node.StatusOf(service).Pid, out var process);
        process!.End(ProcessErrors.Terminated);
        node.Run();
        return process.Service!;
    }

    // A process of a service that this supervisor has not started, or has lost sight of.
    private static Process Running(SupervisedNode node, ServiceMark mark, string entry, DateTimeOffset? startedAt = null)
    {
        var pid = Pid.None;
        node.Node.Router.Spawn(
            new SpawnRequest { Entry = new EntryId("app", entry), Host = new EntryId("app", "user"), Service = mark, Reply = (started, _) => pid = started },
            null);
        node.Run();
        node.Node.Processes.TryGet(pid, out var process);
        node.Join([new RunningService(mark, pid, startedAt ?? node.Node.Clock.GetUtcNow())]);
        return process!;
    }
}
