using Wippy.Shared.Scheduling;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Scheduling;

public sealed class SchedulerTests
{
    // Only a safety net: every wait below ends by an event. The tests create their events before the scheduler, so that
    // its threads have ended when the events are disposed.
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(60);

    [Fact]
    public void Start_OneRunnable_RunsOnANamedBackgroundThread()
    {
        using var done = new ManualResetEventSlim();
        using var scheduler = new Scheduler("app:workers", workers: 1);
        Thread? thread = null;
        scheduler.Schedule(LambdaRunnable.Once(() =>
        {
            thread = Thread.CurrentThread;
            done.Set();
        }));

        scheduler.Start();

        Wait(done);
        Assert.Equal("wippy-app:workers-0", thread!.Name);
        Assert.True(thread.IsBackground);
    }

    [Fact]
    public void Start_NothingToDo_EveryWorkerGoesToSleepOnce()
    {
        using var scheduler = Started(workers: 3);
        Assert.True(SpinWait.SpinUntil(() => scheduler.Parks == 3, Safety));
    }

    [Fact]
    public void Start_Twice_Throws()
    {
        using var scheduler = Started(workers: 1);
        Assert.Throws<InvalidOperationException>(scheduler.Start);
    }

    [Fact]
    public void Start_AfterStop_Throws()
    {
        var scheduler = new Scheduler("test", workers: 1);
        scheduler.Stop();
        Assert.Throws<InvalidOperationException>(scheduler.Start);
    }

    [Fact]
    public void Schedule_SeveralFromOneStep_NewestFirstThenOldest()
    {
        using var done = new CountdownEvent(4);
        using var scheduler = Started(workers: 1);
        var order = new List<string>();
        scheduler.Schedule(LambdaRunnable.Once(() =>
        {
            scheduler.ScheduleLast(Recorded("new process"));
            scheduler.Schedule(Recorded("first woken"));
            scheduler.Schedule(Recorded("second woken"));
            scheduler.Schedule(Recorded("third woken"));
        }));

        Assert.True(done.Wait(Safety));
        Assert.Equal(["third woken", "first woken", "second woken", "new process"], order);

        LambdaRunnable Recorded(string name) => LambdaRunnable.Once(() =>
        {
            order.Add(name);
            done.Signal();
        });
    }

    [Fact]
    public void Schedule_FromAStepOfAnotherScheduler_RunsHere()
    {
        using var done = new ManualResetEventSlim();
        using var here = Started(workers: 1, name: "here");
        using var there = Started(workers: 1, name: "there");
        string? thread = null;

        there.Schedule(LambdaRunnable.Once(() => here.Schedule(LambdaRunnable.Once(() =>
        {
            thread = Thread.CurrentThread.Name;
            done.Set();
        }))));

        Wait(done);
        Assert.Equal("wippy-here-0", thread);
    }

    [Fact]
    public void Schedule_MoreThanTheRingHolds_RunsAll()
    {
        using var done = new CountdownEvent(100);
        using var scheduler = Started(workers: 1, ringCapacity: 2);
        scheduler.Schedule(LambdaRunnable.Once(() =>
        {
            for (var i = 0; i < 100; i++) scheduler.Schedule(LambdaRunnable.Once(() => done.Signal()));
        }));

        Assert.True(done.Wait(Safety));
    }

    [Fact]
    public void Schedule_FromAStep_AllocatesNothing()
    {
        using var done = new ManualResetEventSlim();
        using var scheduler = Started(workers: 1);
        CountingRunnable pong = null!;
        long before = 0, after = 0;
        var ping = new CountingRunnable(scheduler, self =>
        {
            if (self.Handled == 1_000) before = GC.GetAllocatedBytesForCurrentThread();
            if (self.Handled < 11_000)
            {
                pong.Post();
                return;
            }
            after = GC.GetAllocatedBytesForCurrentThread();
            done.Set();
        });
        pong = new CountingRunnable(scheduler, _ => ping.Post());

        ping.Post();

        Wait(done);
        Assert.Equal(0, after - before);
    }

    [Fact]
    public void PingPong_ThirdOneInTheRing_RunsAfterTheLifoBound()
    {
        using var pair = new PingPong();
        using var scheduler = Started(workers: 1);
        scheduler.Schedule(LambdaRunnable.Once(() =>
        {
            scheduler.Schedule(LambdaRunnable.Once(pair.Stop));
            pair.Start(scheduler); // takes the slot, the third one moves to the ring
        }));

        Wait(pair.Stopped);
        Assert.Equal(Worker.MaxLifoRuns, pair.MessagesUntilStop);
    }

    [Fact]
    public void PingPong_ThirdOneFromOutside_RunsAtTheNextLookAtTheInjectionQueue()
    {
        using var pair = new PingPong();
        using var scheduler = Started(workers: 1);
        scheduler.Schedule(LambdaRunnable.Once(() =>
        {
            scheduler.ScheduleLast(LambdaRunnable.Once(pair.Stop));
            pair.Start(scheduler);
        }));

        Wait(pair.Stopped);
        Assert.InRange(pair.MessagesUntilStop, 1, Worker.InjectionInterval);
    }

    [Fact]
    public void PingPong_WithAnEndlessOneInTheInjectionQueue_ThirdOneInTheRingStillRuns()
    {
        using var pair = new PingPong();
        using var scheduler = Started(workers: 1);
        scheduler.Schedule(LambdaRunnable.Once(() =>
        {
            scheduler.ScheduleLast(new LambdaRunnable(() => pair.Stopped.IsSet ? StepResult.Done : StepResult.Continue));
            scheduler.Schedule(LambdaRunnable.Once(pair.Stop));
            pair.Start(scheduler);
        }));

        Wait(pair.Stopped);
    }

    [Fact]
    public void PingPong_OfSlowSteps_ThirdOneInTheRingRunsAfterATurn()
    {
        using var pair = new PingPong();
        var clock = new FakeTimeProvider();
        using var scheduler = Started(workers: 1, clock: clock);
        scheduler.Schedule(LambdaRunnable.Once(() =>
        {
            scheduler.Schedule(LambdaRunnable.Once(pair.Stop));
            pair.Start(scheduler, () => clock.Advance(Worker.Turn * 0.8));
        }));

        Wait(pair.Stopped);
        Assert.InRange(pair.MessagesUntilStop, 1, 6);
    }

    [Fact]
    public void PingPong_OfSlowSteps_OthersFromOutsideRunOneInEachTurn()
    {
        using var pair = new PingPong();
        var clock = new FakeTimeProvider();
        using var scheduler = Started(workers: 1, clock: clock);
        scheduler.Schedule(LambdaRunnable.Once(() =>
        {
            for (var i = 0; i < 9; i++) scheduler.ScheduleLast(LambdaRunnable.Once(() => { }));
            scheduler.ScheduleLast(LambdaRunnable.Once(pair.Stop));
            pair.Start(scheduler, () => clock.Advance(Worker.Turn * 0.8));
        }));

        Wait(pair.Stopped);
        Assert.InRange(pair.MessagesUntilStop, 10, 60);
    }

    [Fact]
    public void PingPong_WithSlowOnesInTheInjectionQueue_HasAsMuchTimeAsThose()
    {
        using var pair = new PingPong();
        var clock = new FakeTimeProvider();
        using var scheduler = Started(workers: 1, clock: clock);
        var messages = 0;
        scheduler.Schedule(LambdaRunnable.Once(() =>
        {
            var slow = 0;
            scheduler.ScheduleLast(new LambdaRunnable(() =>
            {
                clock.Advance(Worker.Turn * 3);
                if (++slow < 10) return StepResult.Continue;
                pair.Stop();
                return StepResult.Done;
            }));
            pair.Start(scheduler, () =>
            {
                messages++;
                clock.Advance(Worker.Turn / 10);
            });
        }));

        Wait(pair.Stopped);
        Assert.InRange(messages, 80, 140);
    }

    [Fact]
    public void OfferSlot_InAStepThatLasts_AnotherRunsWhatWasInTheSlot()
    {
        using var ran = new ManualResetEventSlim();
        using var scheduler = Started(workers: 2);
        // The other one sleeps, and filling a slot wakes nobody.
        Assert.True(SpinWait.SpinUntil(() => scheduler.Parks == 2, Safety));
        scheduler.Schedule(LambdaRunnable.Once(() =>
        {
            scheduler.Schedule(LambdaRunnable.Once(ran.Set));
            Worker.Current!.OfferSlot();
            ran.Wait(Safety);
        }));

        Wait(ran);
        Assert.Equal(1, scheduler.Steals);
    }

    [Fact]
    public void Continue_ForEver_OthersRun()
    {
        using var done = new CountdownEvent(100);
        using var scheduler = Started(workers: 1);
        scheduler.Schedule(new LambdaRunnable(() => done.IsSet ? StepResult.Done : StepResult.Continue));

        for (var i = 0; i < 100; i++) scheduler.Schedule(LambdaRunnable.Once(() => done.Signal()));

        Assert.True(done.Wait(Safety));
    }

    [Fact]
    public void Continue_TwoForEver_TakeTurns()
    {
        using var done = new CountdownEvent(2);
        using var scheduler = new Scheduler("test", workers: 1);
        var order = new List<int>();
        foreach (var name in new[] { 1, 2 })
        {
            var steps = 0;
            scheduler.Schedule(new LambdaRunnable(() =>
            {
                order.Add(name);
                if (++steps < 50) return StepResult.Continue;
                done.Signal();
                return StepResult.Done;
            }));
        }

        scheduler.Start();

        Assert.True(done.Wait(Safety));
        Assert.Equal(Enumerable.Repeat(new[] { 1, 2 }, 50).SelectMany(pair => pair), order);
    }

    [Fact]
    public void Steal_WorkerHeldUpByAStep_OthersRunWhatItHadQueued()
    {
        using var others = new CountdownEvent(50);
        using var release = new ManualResetEventSlim();
        using var scheduler = Started(workers: 2);
        scheduler.Schedule(LambdaRunnable.Once(() =>
        {
            // The last one stays in the LIFO slot, so this also shows that a slot is stolen in the end.
            for (var i = 0; i < 50; i++) scheduler.Schedule(LambdaRunnable.Once(() => others.Signal()));
            release.Wait(Safety);
        }));

        Assert.True(others.Wait(Safety));
        Assert.Equal(50, scheduler.Steals);
        release.Set();
    }

    [Fact]
    public void Steal_SeveralLongSteps_WakeOneWorkerAfterTheOther()
    {
        using var together = new CountdownEvent(3);
        using var scheduler = Started(workers: 4);
        scheduler.Schedule(LambdaRunnable.Once(() =>
        {
            for (var i = 0; i < 3; i++)
            {
                scheduler.Schedule(LambdaRunnable.Once(() =>
                {
                    together.Signal();
                    together.Wait(Safety); // so each of them needs a worker of its own
                }));
            }
            scheduler.Schedule(LambdaRunnable.Once(() => { })); // pushes the third one out of the slot
            together.Wait(Safety);
        }));

        Assert.True(together.Wait(Safety));
    }

    [Fact]
    public void Steal_ThiefGoingToSleepAsWorkIsQueued_IsWokenForAll()
    {
        const int count = 20_000;
        using var done = new ManualResetEventSlim();
        using var scheduler = Started(workers: 2);
        var ran = new bool[count];
        var missed = -1;
        scheduler.Schedule(LambdaRunnable.Once(() =>
        {
            // One long step: only the other worker can run these. Each pushes its predecessor into the ring.
            for (var i = 0; i < count && missed < 0; i++)
            {
                var current = i;
                scheduler.Schedule(LambdaRunnable.Once(() => Volatile.Write(ref ran[current], true)));
                if (i > 0 && !SpinWait.SpinUntil(() => Volatile.Read(ref ran[current - 1]), Safety)) missed = i - 1;
                Thread.SpinWait(i % 300); // moves the next one over the thief's search and its way to sleep
            }
            done.Set();
        }));

        Assert.True(done.Wait(2 * Safety));
        Assert.Equal(-1, missed);
    }

    [Fact]
    public void Run_QueuedManyTimesOver_StepsDoNotOverlap()
    {
        const int messages = 20_000;
        using var done = new ManualResetEventSlim();
        using var scheduler = Started(workers: 3, ringCapacity: 2);
        var target = new CountingRunnable(scheduler, self =>
        {
            scheduler.Schedule(self); // a stale entry: it is running and has not asked for another step
            if (self.Handled == 2 * messages) done.Set();
        });
        var senders = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < messages; i++)
            {
                target.Post();
                if (i % 7 == 0) scheduler.Schedule(target);
            }
        })).ToArray();

        foreach (var sender in senders) sender.Start();
        foreach (var sender in senders) sender.Join();

        Wait(done);
        Assert.Equal(0, target.Overlaps);
    }

    [Fact]
    public void Metrics_WorkerHeldUp_ShowStepsAndQueue()
    {
        using var entered = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        using var done = new CountdownEvent(5);
        using var scheduler = Started(workers: 1);
        scheduler.Schedule(LambdaRunnable.Once(() =>
        {
            scheduler.Schedule(LambdaRunnable.Once(() => done.Signal())); // moves to the ring
            scheduler.Schedule(LambdaRunnable.Once(() => done.Signal())); // slot
            entered.Set();
            release.Wait(Safety);
        }));
        Wait(entered);
        for (var i = 0; i < 3; i++) scheduler.Schedule(LambdaRunnable.Once(() => done.Signal()));

        Assert.Equal(5, scheduler.QueueDepth);
        Assert.Equal(1, scheduler.Steps);
        release.Set();
        Assert.True(done.Wait(Safety));
        Assert.Equal(6, scheduler.Steps);
        Assert.Equal(0, scheduler.QueueDepth);
        Assert.Equal(0, scheduler.Steals);
    }

    [Fact]
    public void Stop_WorkStillQueued_EndsTheStepAndDropsTheRest()
    {
        var scheduler = Started(workers: 1);
        var ran = 0;
        using var entered = new ManualResetEventSlim();
        scheduler.Schedule(LambdaRunnable.Once(() =>
        {
            for (var i = 0; i < 3; i++) scheduler.Schedule(LambdaRunnable.Once(() => ran++));
            for (var i = 0; i < 3; i++) scheduler.ScheduleLast(LambdaRunnable.Once(() => ran++));
            entered.Set();
            SpinWait.SpinUntil(() => scheduler.IsStopping, Safety);
        }));
        Wait(entered);

        scheduler.Stop();

        Assert.Equal(0, ran);
        Assert.Equal(1, scheduler.Steps);
        Assert.Equal(0, scheduler.QueueDepth);
    }

    [Fact]
    public void Stop_WorkersAsleepOrNeverStarted_Returns()
    {
        var started = Started(workers: 4);
        started.Stop();
        started.Stop();
        Assert.Equal(0, started.Steps);

        var neverStarted = new Scheduler("test", workers: 1);
        neverStarted.Schedule(LambdaRunnable.Once(() => { }));
        neverStarted.Stop();
        Assert.Equal(0, neverStarted.QueueDepth);
    }

    [Fact]
    public void Stop_FromAStep_Throws()
    {
        using var done = new ManualResetEventSlim();
        using var scheduler = Started(workers: 1);
        Exception? thrown = null;
        scheduler.Schedule(LambdaRunnable.Once(() =>
        {
            thrown = Record.Exception(scheduler.Stop);
            done.Set();
        }));

        Wait(done);
        Assert.IsType<InvalidOperationException>(thrown);
    }

    [Fact]
    public void Schedule_AfterStop_IsDropped()
    {
        var scheduler = Started(workers: 1);
        scheduler.Stop();

        scheduler.Schedule(LambdaRunnable.Once(() => { }));

        Assert.Equal(0, scheduler.QueueDepth);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Schedule_AtTheMomentOfGoingToSleep_IsNeverLost(int workers)
    {
        using var scheduler = Started(workers);
        var target = new CountingRunnable(scheduler);

        for (var round = 1; round <= 20_000; round++)
        {
            target.Post();
            var expected = round;
            Assert.True(SpinWait.SpinUntil(() => target.Handled == expected, Safety), $"wake-up {round} was lost");
            Thread.SpinWait(round % 300); // moves the next post through the worker's search and its way to sleep
        }
        Assert.Equal(0, target.Overlaps);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Schedule_ManySendersAndReceivers_CountsEveryMessage(int workers)
    {
        const int perSender = 50_000;
        using var done = new CountdownEvent(5);
        using var scheduler = Started(workers, ringCapacity: 4);
        var receivers = Enumerable.Range(0, 5).Select(_ => new CountingRunnable(scheduler, self =>
        {
            if (self.Handled == 4 * perSender / 5) done.Signal();
        })).ToArray();
        var senders = Enumerable.Range(0, 4).Select(s => new Thread(() =>
        {
            for (var i = 0; i < perSender; i++) receivers[(i + s) % receivers.Length].Post();
        })).ToArray();

        foreach (var sender in senders) sender.Start();
        foreach (var sender in senders) sender.Join();

        Assert.True(done.Wait(Safety), "messages missing: " + string.Join(", ", receivers.Select(r => r.Handled)));
        Assert.All(receivers, receiver => Assert.Equal(0, receiver.Overlaps));
    }

    // Unless it is told, its time stands still: how many run in a row is not decided by how slow the machine is.
    private static Scheduler Started(int workers, int ringCapacity = Worker.RingCapacity, string name = "test", TimeProvider? clock = null)
    {
        var scheduler = new Scheduler(name, workers, ringCapacity, clock ?? new FakeTimeProvider());
        scheduler.Start();
        return scheduler;
    }

    private static void Wait(ManualResetEventSlim done) => Assert.True(done.Wait(Safety));

    /// <summary>Two runnables that wake each other until told to stop.</summary>
    private sealed class PingPong : IDisposable
    {
        private CountingRunnable? _ping;
        private CountingRunnable? _pong;
        private Action? _work;
        private volatile bool _stop;

        public ManualResetEventSlim Stopped { get; } = new();

        public long MessagesUntilStop { get; private set; }

        public void Start(IScheduler scheduler, Action? work = null)
        {
            _ping = new CountingRunnable(scheduler, _ => Answer(_pong!));
            _pong = new CountingRunnable(scheduler, _ => Answer(_ping));
            _work = work;
            _ping.Post();
        }

        public void Stop()
        {
            _stop = true;
            MessagesUntilStop = _ping!.Handled + _pong!.Handled;
            Stopped.Set();
        }

        public void Dispose() => Stopped.Dispose();

        private void Answer(CountingRunnable other)
        {
            _work?.Invoke();
            if (!_stop) other.Post();
        }
    }
}
