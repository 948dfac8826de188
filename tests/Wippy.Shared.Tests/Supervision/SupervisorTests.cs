using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Testing;
using static Wippy.Shared.Tests.Supervision.SupervisedNode;

namespace Wippy.Shared.Tests.Supervision;

public sealed class SupervisorTests
{
    private static readonly Entry Waits = TestNode.Lua("waits", "return function() process.events():receive() return 'bye' end");
    private static readonly Entry Deaf = TestNode.Lua("deaf", "return function() require('time').sleep('1h') end");
    private static readonly Entry Fails = TestNode.Lua("fails", "return function() error('boom') end");

    [Theory]
    [InlineData("return 1", "exited", null, 1)]
    [InlineData("return false", "exited", null, 1)]
    [InlineData("return nil, 'text'", "exited", "text", 1)]
    [InlineData("return nil, errors.new{ message = 'no', retryable = false }", "exited", "no", 1)]
    [InlineData("error(errors.new{ message = 'no', retryable = false })", "exited", "no", 1)]
    [InlineData("error('boom')", "failed", "app:p:1: boom", 3)]
    [InlineData("local x = nil + 1", "failed", "attempt to perform arithmetic", 3)]
    [InlineData("return nil, errors.new{ message = 'again', retryable = true }", "failed", "again", 3)]
    [InlineData("error(errors.new{ message = 'again', retryable = true })", "failed", "again", 3)]
    [InlineData("return nil, errors.new('who knows')", "failed", "who knows", 3)]
    [InlineData("process.terminate(process.pid()) process.events():receive()", "failed", "process terminated", 3)]
    [InlineData("process.spawn_linked('app:fails', 'app:user') process.events():receive()", "failed", "linked process failed", 3)]
    public void End_DecidesAboutTheRestart(string body, string state, string? details, int starts)
    {
        using var node = new SupervisedNode(TestNode.Lua("p", $"return function() {body} end"), Fails, Service("s", "p", Restart(("max_attempts", 3L))));
        node.Advance(60);

        Assert.Equal(state, node.StateOf("s"));
        Assert.Equal(starts, node.Starts.Count());
        if (details is null) Assert.Null(node.StatusOf("s").Details);
        else Assert.Contains(details, node.StatusOf("s").Details);
        Assert.True(node.HasStarted);
    }

    [Theory]
    [InlineData("error('at the top') return function() end")]
    [InlineData("return {}")]
    public void Start_ThatCannotSucceed_IsFinal(string source)
    {
        using var node = new SupervisedNode(TestNode.Lua("p", source), Service("s", "p"));
        node.Advance(60);

        Assert.Equal("exited", node.StateOf("s"));
        Assert.Empty(node.Starts);
        Assert.True(node.HasStarted);
    }

    [Fact]
    public void Start_TakesTooLong_IsTriedAgainAndTheLateProcessIsEnded()
    {
        using var node = new SupervisedNode(
            TestNode.Lua("p", "require('time').sleep('3s') return function() process.events():receive() end"),
            Service("s", "p", ("start_timeout", "2s"), Restart(("initial_delay", "30s"), ("max_attempts", 2L))));

        Assert.Equal("starting", node.StateOf("s"));
        Assert.False(node.HasStarted);
        node.Advance(2);
        Assert.Equal(("failed", "start timeout after 2s"), (node.StateOf("s"), node.StatusOf("s").Details));
        Assert.True(node.HasStarted);
        node.Advance(2);
        Assert.Empty(node.ProcessesOf("p"));
        node.Advance(28);
        Assert.Equal("starting", node.StateOf("s"));
        node.Advance(60);
        Assert.Equal("failed", node.StateOf("s"));
        Assert.Empty(node.ProcessesOf("p"));
        Assert.Empty(node.Starts);
    }

    [Fact]
    public void Restart_Delays_GrowToTheLimitAndStayThere()
    {
        using var node = new SupervisedNode(Fails, Service("s", "fails", Restart(("initial_delay", "1s"), ("backoff_factor", 2L), ("max_delay", "5s"))));

        foreach (var delay in (double[])[1, 2, 4, 5, 5])
        {
            var before = node.Starts.Count();
            node.Advance(delay - 0.01);
            Assert.Equal(before, node.Starts.Count());
            node.Advance(0.01);
            Assert.Equal(before + 1, node.Starts.Count());
        }
        Assert.Equal(6, node.StatusOf("s").RetryCount);
    }

    [Theory]
    [InlineData("delay")]
    [InlineData("initial_delay")]
    public void Restart_BothSpellingsOfTheDelay_Count(string name)
    {
        using var node = new SupervisedNode(Fails, Service("s", "fails", Restart((name, "7s"))));

        node.Advance(6.9);
        Assert.Single(node.Starts);
        node.Advance(0.2);
        Assert.Equal(2, node.Starts.Count());
    }

    [Fact]
    public void Restart_WithoutDelay_NeedsNoStepOfTheSupervisorsOwn()
    {
        using var node = new SupervisedNode(Waits, Service("s", "waits", Restart(("initial_delay", "0s"))));
        var process = Assert.Single(node.ProcessesOf("waits"));
        process.End(ProcessErrors.Terminated);

        node.Run(steps: 1);   // of the process that ends
        Assert.Equal(ProcessState.Complete, process.State);
        Assert.Equal(("starting", 1), (node.StateOf("s"), node.StatusOf("s").RetryCount));
        node.Run(steps: 1);   // of its successor
        Assert.Equal("running", node.StateOf("s"));
        Assert.Equal(Assert.Single(node.ProcessesOf("waits")).Pid, node.StatusOf("s").Pid);
    }

    [Fact]
    public void Restart_OnAFullHost_GetsThePlaceOfTheProcessBefore()
    {
        using var node = new SupervisedNode(
            Waits,
            Host("small", maxProcesses: 1),
            ServiceOn("app:small", "s", "waits", Restart(("initial_delay", "0s"))));
        Assert.Single(node.ProcessesOf("waits")).End(ProcessErrors.Terminated);
        node.Run();

        Assert.Equal("running", node.StateOf("s"));
        Assert.Single(node.ProcessesOf("waits"));
    }

    [Fact]
    public void Start_InTime_LeavesNoTimer()
    {
        using var node = new SupervisedNode(Waits, Service("s", "waits", Restart(("initial_delay", "0s"))));
        Assert.Equal(ProcessState.Idle, node.SupervisorState);   // Blocked while it waits for something
        Assert.Single(node.ProcessesOf("waits")).End(ProcessErrors.Terminated);
        node.Run();

        Assert.Equal("running", node.StateOf("s"));
        Assert.Equal(ProcessState.Idle, node.SupervisorState);
    }

    [Fact]
    public void Restart_MaxAttempts_CountsStarts()
    {
        using var node = new SupervisedNode(Fails, Service("once", "fails", Restart(("max_attempts", 1L))), Service("thrice", "fails", Restart(("max_attempts", 3L))));
        node.Advance(1000);

        Assert.Equal(1, node.Starts.Count(name => name == "once"));
        Assert.Equal(3, node.Starts.Count(name => name == "thrice"));
        Assert.Equal(("failed", 3), (node.StateOf("thrice"), node.StatusOf("thrice").RetryCount));
    }

    [Fact]
    public void Restart_AStableRun_BeginsANewCount()
    {
        using var node = new SupervisedNode(
            TestNode.Lua("p", "return function() require('time').sleep('3s') error('late') end"),
            Service("stable", "p", ("stable_threshold", "3s"), Restart(("max_attempts", 2L), ("initial_delay", "1s"))),
            Service("not", "p", ("stable_threshold", "4s"), Restart(("max_attempts", 2L), ("initial_delay", "1s"))));
        node.Advance(39.5);

        Assert.Equal(10, node.Starts.Count(name => name == "stable"));
        Assert.Equal(1, node.StatusOf("stable").RetryCount);
        Assert.Equal(2, node.Starts.Count(name => name == "not"));
        Assert.Equal("failed", node.StateOf("not"));
    }

    [Fact]
    public void Start_InTheOrderOfRequirements_AlsoWhatDoesNotStartByItself()
    {
        using var node = new SupervisedNode(
            Waits,
            Service("a", "waits", Requires("c", "app:b")),
            Service("b", "waits", ("depends_on", new List<object?> { "c" })),
            Service("c", "waits", ("auto_start", false)),
            Service("d", "waits"),
            Service("e", "waits", ("auto_start", false)));

        Assert.Equal(["c", "d", "b", "a"], node.Starts);
        Assert.Equal("unknown", node.StateOf("e"));
        Assert.Equal("stopped", node.StatusOf("e").Desired);
    }

    [Fact]
    public void Start_MissingRequirement_BlocksThatAndWhatNeedsIt()
    {
        using var node = new SupervisedNode(Waits, Service("a", "waits", Requires("nowhere")), Service("b", "waits", Requires("a")), Service("c", "waits"));

        Assert.Equal(["c"], node.Starts);
        Assert.Equal(("unknown", "service startup blocked by missing dependencies: app:a requires app:nowhere"), (node.StateOf("a"), node.StatusOf("a").Details));
        Assert.Equal("unknown", node.StateOf("b"));
        Assert.True(node.HasStarted);
    }

    [Fact]
    public void Start_Cycle_StartsNoneOfItsMembers()
    {
        using var node = new SupervisedNode(Waits, Service("a", "waits", Requires("b")), Service("b", "waits", Requires("a")), Service("c", "waits"));

        Assert.Equal(["c"], node.Starts);
        Assert.Equal("service startup blocked by a cycle: app:a -> app:b -> app:a", node.StatusOf("a").Details);
        Assert.True(node.HasStarted);
    }

    [Fact]
    public void Start_RequirementFailsForGood_BlocksDependents()
    {
        using var node = new SupervisedNode(
            Waits,
            TestNode.Lua("broken", "error('no')"),
            Service("a", "broken"),
            Service("b", "waits", Requires("a")),
            Service("c", "waits", Requires("b")));

        Assert.Empty(node.Starts);
        Assert.Equal("service startup blocked: app:b requires app:a, which has failed", node.StatusOf("b").Details);
        Assert.Equal("service startup blocked: app:c requires app:b, which cannot start", node.StatusOf("c").Details);
        Assert.True(node.HasStarted);
    }

    [Fact]
    public void Start_RequirementIsRetried_DependentsWaitAndBootGoesOn()
    {
        using var node = new SupervisedNode(
            Waits,
            TestNode.Lua("slow", "require('time').sleep('3s') return function() process.events():receive() end"),
            Service("a", "slow", ("start_timeout", "2s")),
            Service("b", "waits", Requires("a")),
            Service("optional", "slow", ("start_timeout", "2s"), ("startup", "optional")),
            Service("c", "waits", Requires("optional")));

        node.Advance(2.5);
        Assert.Equal(["c"], node.Starts);
        Assert.Equal(("failed", "unknown"), (node.StateOf("a"), node.StateOf("b")));
        Assert.True(node.HasStarted);
    }

    [Fact]
    public void Stop_DependentsFirst_EachWithCancel()
    {
        using var node = new SupervisedNode(
            TestNode.Lua("p", "return function() local event = process.events():receive() require('logger'):info(event.kind .. ' ' .. event.reason) error('also an end') end"),
            Service("a", "p"), Service("b", "p", Requires("a")), Service("c", "p", Requires("b")), Service("d", "p"));

        node.StopAll();

        Assert.Equal(["c", "b", "a"], node.Stops.Where(name => name != "d"));
        Assert.Equal(4, node.Logs.Lines.Count(line => line.Text.StartsWith("pid.cancel service stopping ", StringComparison.Ordinal)));
        Assert.All((string[])["a", "b", "c", "d"], name => Assert.Equal(("stopped", "stopped"), (node.StateOf(name), node.StatusOf(name).Desired)));
        Assert.True(node.HasEnded);
    }

    [Fact]
    public void Stop_CancelIsIgnored_TerminatedAfterTheTimeout()
    {
        using var node = new SupervisedNode(Deaf, Waits, Service("deaf_one", "deaf", ("stop_timeout", "4s"), Requires("other")), Service("other", "waits"));

        node.StopAll();
        node.Advance(3.9);
        Assert.Equal(("stopping", "running"), (node.StateOf("deaf_one"), node.StateOf("other")));
        node.Advance(0.2);

        Assert.Equal(("failed", "stop timeout after 4s"), (node.StateOf("deaf_one"), node.StatusOf("deaf_one").Details));
        Assert.Empty(node.ProcessesOf("deaf"));
        Assert.Equal("stopped", node.StateOf("other"));
        Assert.True(node.HasEnded);
    }

    [Fact]
    public void Stop_WhileARetryIsPending_CancelsIt()
    {
        using var node = new SupervisedNode(Fails, Service("s", "fails"));

        node.StopAll();
        node.Advance(100);

        Assert.Equal("stopped", node.StateOf("s"));
        Assert.Single(node.Starts);
        Assert.True(node.HasEnded);
    }

    [Fact]
    public void Stop_WhileStarting_StopsWhenItHasStarted()
    {
        using var node = new SupervisedNode(
            TestNode.Lua("p", "require('time').sleep('3s') return function() process.events():receive() end"),
            Service("s", "p"));

        node.StopAll();
        Assert.Equal("stopping", node.StateOf("s"));
        node.Advance(3.1);

        Assert.Equal("stopped", node.StateOf("s"));
        Assert.Empty(node.ProcessesOf("p"));
        Assert.True(node.HasEnded);
    }

    [Fact]
    public async Task Registry_Changes_StartKeepAndStop()
    {
        using var node = new SupervisedNode(Waits, Deaf, Service("old", "waits"));
        var process = Assert.Single(node.ProcessesOf("waits"));

        await node.ApplyAsync(EntryChange.Create(Service("new", "waits", Requires("lazy"))), EntryChange.Create(Service("lazy", "waits", ("auto_start", false))));
        Assert.Equal(["old", "lazy", "new"], node.Starts);

        await node.ApplyAsync(EntryChange.Update(Service("old", "waits", ("stop_timeout", "1s"))));
        Assert.Contains(process, node.ProcessesOf("waits"));

        await node.ApplyAsync(EntryChange.Delete(EntryId.Parse("app:old")), EntryChange.Delete(EntryId.Parse("app:new")), EntryChange.Delete(EntryId.Parse("app:lazy")));
        Assert.Empty(node.ProcessesOf("waits"));
        Assert.Equal(["new", "lazy"], node.Stops.Where(name => name != "old"));
        Assert.Equal(["system", "terminal", "user"], node.Node.Services!.All.Select(service => service.Id.Name));   // the hosts
    }

    [Fact]
    public async Task Registry_Update_CountsFromTheNextStart()
    {
        using var node = new SupervisedNode(Fails, Service("s", "fails", Restart(("initial_delay", "2s"))));

        await node.ApplyAsync(EntryChange.Update(Service("s", "fails", Restart(("initial_delay", "60s")))));
        node.Advance(2.1);
        Assert.Equal(2, node.Starts.Count());
        node.Advance(50);
        Assert.Equal(2, node.Starts.Count());
    }

    [Fact]
    public void Security_Block_IsTheContextOfTheProcess()
    {
        var block = new Dictionary<string, object?>
        {
            ["actor"] = new Dictionary<string, object?> { ["id"] = "service:s" },
            ["policies"] = new List<object?> { "app:p" },
        };
        var policy = new Entry(EntryId.Parse("app:p"), EntryKinds.SecurityPolicy, data: new Dictionary<string, object?>
        {
            ["policy"] = new Dictionary<string, object?> { ["actions"] = "x", ["resources"] = "*", ["effect"] = "allow" },
        });
        using var node = new SupervisedNode(Waits, policy, Service("s", "waits", ("security", block)));

        var security = Assert.Single(node.ProcessesOf("waits")).Security;
        Assert.Equal("service:s", security.Actor!.Id);
        Assert.Equal(["app:p"], security.Scope!.Policies.Select(p => p.Name));
    }

    [Fact]
    public void Events_OfEveryChange_AreOnTheBus()
    {
        using var node = new SupervisedNode(
            TestNode.Lua("listener", """
                return function()
                  local heard = events.subscribe("supervisor"):channel()
                  local text = {}
                  for i = 1, 6 do
                    local event = heard:receive()
                    assert(event.data.id == event.path and event.data.last_update > 0)
                    text[i] = event.kind .. " " .. event.path .. " " .. event.data.status .. " " .. event.data.desired .. " " .. event.data.retry_count
                  end
                  return table.concat(text, ", ")
                end
                """),
            TestNode.Lua("p", "return function() require('time').sleep('1s') error('boom') end"),
            Service("s", "p"));
        var listener = node.Spawn("listener");

        node.Advance(2.5);

        Assert.Equal(
            "service.update app:s failed running 1, service.update app:s starting running 1, service.start app:s starting running 1, "
            + "service.update app:s running running 1, service.update app:s failed running 2, service.update app:s starting running 2",
            Listen(listener, node));
    }

    [Fact]
    public void Input_IsWhatTheProcessGets()
    {
        using var node = new SupervisedNode(TestNode.Lua("p", "return function(...) require('logger'):info('input ' .. table.concat({...}, ',')) end"), Service("s", "p"));

        Assert.Contains(node.Logs.Lines, line => line.Text.StartsWith("input s ", StringComparison.Ordinal));
    }

    private static object? Listen(TestNode.Spawned listener, SupervisedNode node)
    {
        node.Advance(10);
        return listener.Value();
    }
}
