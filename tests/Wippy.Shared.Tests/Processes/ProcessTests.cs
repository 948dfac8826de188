using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Scheduling;

namespace Wippy.Shared.Tests.Processes;

public class ProcessTests
{
    private static readonly Error Reason = new(ErrorKind.Internal, "ended by the test");

    [Theory]
    [InlineData(nameof(Progress.Idle), nameof(ProcessState.Idle))]
    [InlineData(nameof(Progress.Blocked), nameof(ProcessState.Blocked))]
    public void Run_NothingToDo_IsParkedUntilAnItemArrives(string progress, string state)
    {
        using var node = new ScriptedNode();
        node.Script = b => b.OnStep = self =>
        {
            self.TakeMail();
            return Enum.Parse<Progress>(progress);
        };
        var behavior = node.Spawn();
        Assert.Equal(Enum.Parse<ProcessState>(state), behavior.Process.State);
        var steps = behavior.Process.Steps;

        Assert.True(behavior.Process.Post(new Completion(7, null, null)));
        Assert.Equal(ProcessState.Ready, behavior.Process.State);
        behavior.Process.Post(new Completion(8, null, null));
        node.Test.Scheduler.RunUntilIdle();
        Assert.Equal([7, 8], behavior.Received.Cast<Completion>().Select(c => c.Operation));
        Assert.Equal(steps + 1, behavior.Process.Steps);
    }

    [Fact]
    public void Run_Continue_GoesToTheBackOfTheQueue()
    {
        using var node = new ScriptedNode();
        var order = new List<ulong>();
        node.Script = b => b.OnStep = self =>
        {
            order.Add(self.Process.Pid.Number);
            return order.Count < 6 ? Progress.Continue : Progress.Idle;
        };
        node.Start();
        node.Start();
        node.Test.Scheduler.RunUntilIdle();
        Assert.Equal([1, 2, 1, 2, 1, 2, 1], order);
    }

    // Its slice is nothing here, so it is over when it is looked at: after the second step.
    [Fact]
    public void Run_MailThatCameMeanwhileAndTheSliceIsOver_GoesToTheBackOfTheQueue()
    {
        using var node = new ScriptedNode();
        var order = new List<ulong>();
        node.Script = b => b.OnStep = self =>
        {
            self.TakeMail();
            order.Add(self.Process.Pid.Number);
            if (order.Count < 8) self.Process.Post(new Completion(1, null, null));
            return Progress.Idle;
        };
        node.Start();
        node.Start();
        node.Test.Scheduler.RunUntilIdle();
        Assert.Equal([1, 1, 2, 2, 1, 1, 2, 2, 1], order);
    }

    [Fact]
    public void WakeHere_Parked_RunsOnTheThreadOfTheCaller()
    {
        using var node = new ScriptedNode();
        var behavior = node.Spawn();
        behavior.OnStep = self =>
        {
            self.TakeMail();
            return self.Received.Count == 1 ? Progress.Continue : Progress.Idle;
        };

        behavior.Process.Mailbox.TryPostInternal(new Completion(7, null, null));
        behavior.Process.WakeHere();
        Assert.Equal(7, Assert.IsType<Completion>(Assert.Single(behavior.Received)).Operation);
        // What is left to do is for its own scheduler.
        Assert.Equal(ProcessState.Ready, behavior.Process.State);
        behavior.Process.WakeHere();
        Assert.Equal(ProcessState.Ready, behavior.Process.State);
        behavior.Process.Mailbox.TryPostInternal(new Completion(8, null, null));
        node.Test.Scheduler.RunUntilIdle();
        Assert.Equal(2, behavior.Received.Count);
        Assert.Equal(ProcessState.Idle, behavior.Process.State);
    }

    [Fact]
    public void Run_CalledTwiceForOneQueueEntry_SecondIsHarmless()
    {
        using var node = new ScriptedNode();
        var behavior = node.Spawn();
        var steps = behavior.Process.Steps;
        Assert.Equal(StepResult.Parked, behavior.Process.Run());
        Assert.Equal(steps, behavior.Process.Steps);
    }

    [Fact]
    public void Post_WhileItRuns_IsSeenBeforeItIsParked()
    {
        using var node = new ScriptedNode();
        node.Script = b => b.OnStep = self =>
        {
            self.TakeMail();
            // Arrives after the mailbox was looked at: the classic lost wake-up.
            if (self.Received.Count is > 0 and < 40) self.Process.Post(new Completion(0, null, null));
            return Progress.Idle;
        };
        var behavior = node.Spawn();
        behavior.Process.Post(new Completion(0, null, null));
        node.Test.Scheduler.RunUntilIdle();
        Assert.Equal(40, behavior.Received.Count);
        Assert.Equal(ProcessState.Idle, behavior.Process.State);
    }

    [Fact]
    public void Post_FromOtherThreadsAtTheMomentItParks_NoWakeUpIsLost()
    {
        // One thread runs whatever is queued, as a worker does; two post.
        using var node = new ScriptedNode();
        var behavior = node.Spawn();
        const int PerWriter = 20_000;
        var writers = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < PerWriter; i++) behavior.Process.Post(new Completion(1, null, null));
        })).ToArray();
        foreach (var writer in writers) writer.Start();
        while (writers.Any(w => w.IsAlive)) node.Test.Scheduler.Run(1000);
        foreach (var writer in writers) writer.Join();
        node.Test.Scheduler.RunUntilIdle();
        Assert.Equal(2 * PerWriter, behavior.Received.Count);
    }

    [Theory]
    [InlineData(nameof(Progress.Idle))]
    [InlineData(nameof(Progress.Blocked))]
    [InlineData(nameof(Progress.Continue))]
    public async Task End_InAnyState_EndsItWithTheFirstReason(string progress)
    {
        using var node = new ScriptedNode();
        node.Script = b => b.OnStep = _ => Enum.Parse<Progress>(progress);
        node.Start();
        node.Test.Scheduler.Run(3);
        var process = Assert.Single(node.Node.Processes.All);
        var ended = process.WhenEnded();
        process.End(Reason);
        process.End(ProcessErrors.Terminated);
        node.Test.Scheduler.RunUntilIdle();

        Assert.Equal(ProcessState.Complete, process.State);
        Assert.True(ended.IsCompletedSuccessfully);
        var result = await ended;
        Assert.Same(Reason, result.Error);
        Assert.Equal(0, node.Node.Processes.Count);
        Assert.False(process.Post(new Completion(1, null, null)));
        Assert.Same(result, await process.WhenEnded());
    }

    [Fact]
    public async Task End_InTheStepInWhichItReturns_ItsOwnResultCounts()
    {
        using var node = new ScriptedNode();
        node.Script = b => b.OnStep = self =>
        {
            self.Process.End(Reason);
            return Progress.Done;
        };
        node.Start();
        node.Test.Scheduler.Run(1);
        var ended = Assert.Single(node.Node.Processes.All).WhenEnded();
        node.Test.Scheduler.RunUntilIdle();
        Assert.Null((await ended).Error);
    }

    [Fact]
    public void End_BeforeItIsInitialised_IsASpawnFailure()
    {
        using var node = new ScriptedNode();
        var replies = node.Start();
        var process = Assert.Single(node.Node.Processes.All);
        process.End(Reason);
        node.Test.Scheduler.RunUntilIdle();
        Assert.Equal([(Pid.None, (Error?)Reason)], replies);
        Assert.Equal(0, process.Steps);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Initialise_Fails_RepliesOnceWithItsError(bool endedMeanwhile)
    {
        using var node = new ScriptedNode();
        var failure = new Error(ErrorKind.NotFound, "no method");
        node.Script = b => b.OnInitialise = self =>
        {
            if (endedMeanwhile) self.Process.End(Reason);
            self.Result = ExitResult.Failed(failure);
            return Progress.Done;
        };
        var parent = node.Spawn();
        Assert.NotNull(parent);
        var replies = node.Start();
        node.Test.Scheduler.RunUntilIdle();
        Assert.Equal([(Pid.None, (Error?)failure)], replies);
    }

    [Fact]
    public void Initialise_NeedsSeveralSteps_ReplyComesWhenItIsReady()
    {
        using var node = new ScriptedNode();
        var passes = 0;
        node.Script = b => b.OnInitialise = _ => ++passes < 3 ? Progress.Continue : Progress.Ready;
        var replies = node.Start();
        node.Test.Scheduler.Run(2);
        Assert.Empty(replies);
        node.Test.Scheduler.RunUntilIdle();
        var (pid, error) = Assert.Single(replies);
        Assert.Null(error);
        Assert.True(node.Node.Processes.TryGet(pid, out _));
    }

    [Fact]
    public void Finish_Observed_NamesAreGoneBeforeExitAndExitComesAfterTheLastMessage()
    {
        using var node = new ScriptedNode();
        var watcher = node.Spawn();
        var child = node.Spawn(parent: watcher.Process.Pid, monitor: true);
        node.Node.Names.Register("worker", child.Process.Pid, new NameCaller(child.Process.Pid, Zone.User), static _ => { });
        var nameAtExit = true;
        watcher.OnStep = self =>
        {
            self.TakeMail();
            if (self.Received.OfType<Signal>().Any()) nameAtExit = node.Node.Names.TryLookup("worker", out _);
            return Progress.Idle;
        };
        child.OnStep = self =>
        {
            for (var i = 0; i < 3; i++) watcher.Process.Post(Message.Create(self.Process.Pid, Topic.Of("t"), Payload.Empty.Span));
            return Progress.Done;
        };
        child.Process.Wake();
        node.Test.Scheduler.RunUntilIdle();

        Assert.False(nameAtExit);
        Assert.Equal(4, watcher.Received.Count);
        var exit = Assert.IsType<Signal>(watcher.Received[3]);
        Assert.Equal((SignalKind.Exit, child.Process.Pid), (exit.Kind, exit.From));
        Assert.Equal(1, child.Closed);
    }

    [Fact]
    public void Finish_WithUnreadMessages_SendsFailAfterwards()
    {
        using var node = new ScriptedNode();
        var behavior = node.Spawn();
        behavior.OnStep = _ => Progress.Done;
        var message = Message.Create(Pid.None, Topic.Of("t"), Payload.Empty.Span);
        Assert.Equal(PostResult.Posted, behavior.Process.Post(message));
        node.Test.Scheduler.RunUntilIdle();
        Assert.Equal(PostResult.Closed, behavior.Process.Post(Message.Create(Pid.None, Topic.Of("t"), Payload.Empty.Span)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void EverythingAtOnce_InRandomOrder_EachEndsOnceAndNothingIsLeft(int seed)
    {
        using var node = new ScriptedNode(seed);
        var random = new Random(seed);
        node.Script = b => b.OnStep = self =>
        {
            self.TakeMail();
            return random.Next(5) switch { 0 => Progress.Continue, 1 => Progress.Blocked, 2 => Progress.Done, _ => Progress.Idle };
        };
        var all = Enumerable.Range(0, 50).Select(_ => node.Spawn()).ToArray();
        for (var i = 0; i < 500; i++)
        {
            all[random.Next(all.Length)].Process.Post(new Completion(1, null, null));
            if (random.Next(20) == 0) all[random.Next(all.Length)].Process.End(Reason);
            if (random.Next(3) == 0) node.Test.Scheduler.RunUntilIdle();
        }
        foreach (var behavior in all) behavior.Process.End(Reason);
        node.Test.Scheduler.RunUntilIdle();
        Assert.All(all, b => Assert.Equal((ProcessState.Complete, 1), (b.Process.State, b.Closed)));
        Assert.Equal(0, node.Node.Processes.Count);
    }
}
