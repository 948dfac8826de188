using Wippy.Shared.Scheduling;
using Wippy.Testing;

namespace Wippy.Stress.Tests;

/// <summary>
/// Invariants of the scheduler under load: never two steps of one runnable at once, no wake-up lost, every message
/// counted. Rings are tiny, so that they overflow all the time.
/// </summary>
public sealed class SchedulerStressTests
{
    // Only a safety net: a lost wake-up ends in it, everything else ends by an event.
    private static readonly TimeSpan Safety = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Messages_InASwarm_AreAllHandled(int workers)
    {
        using var swarm = new Swarm(workers, size: 64);

        swarm.Run(tokens: 200, messages: StressLevel.Count(10_000_000, 50_000_000));

        swarm.AssertIntact();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Messages_InBurstsWithSleepBetween_AreAllHandled(int workers)
    {
        using var swarm = new Swarm(workers, size: 16);
        var bursts = StressLevel.Count(50_000, 2_000_000);

        for (var burst = 0; burst < bursts; burst++)
        {
            swarm.Run(tokens: 1 + burst % 5, messages: 5 + burst % 50);
            Thread.SpinWait(burst % 500); // moves the next burst over the workers' way to sleep
        }

        swarm.AssertIntact();
    }

    [Fact]
    public void Stop_UnderLoad_EndsAndNothingRunsAfterwards()
    {
        var rounds = StressLevel.Count(200, 20_000);
        for (var round = 0; round < rounds; round++)
        {
            using var swarm = new Swarm(workers: 4, size: 8);
            swarm.Start(tokens: 8, messages: int.MaxValue);
            Thread.SpinWait(round % 200 * 50);

            swarm.Scheduler.Stop();

            var steps = swarm.Scheduler.Steps;
            swarm.PostToAll();
            Assert.Equal(steps, swarm.Scheduler.Steps);
            Assert.Equal(0, swarm.Scheduler.QueueDepth);
            swarm.AssertNoOverlap();
        }
    }

    /// <summary>
    /// A scheduler and runnables that pass tokens on: each handled message posts one to another member, until the agreed number has
    /// been posted. Now and then a member queues a stale entry, or holds its worker up so that others steal.
    /// </summary>
    private sealed class Swarm : IDisposable
    {
        private readonly CountingRunnable[] _members;
        private readonly ManualResetEventSlim _done = new();
        private long _expected;
        private long _handled;
        private int _toPost;

        public Swarm(int workers, int size)
        {
            Scheduler = new Scheduler("stress", workers, ringCapacity: 4);
            Scheduler.Start();
            _members = new CountingRunnable[size];
            for (var i = 0; i < size; i++)
            {
                var index = i;
                _members[i] = new CountingRunnable(Scheduler, self => OnMessage(self, index), budget: 1 + i % 7);
            }
        }

        public Scheduler Scheduler { get; }

        public void Run(int tokens, int messages)
        {
            Start(tokens, messages);
            Assert.True(_done.Wait(Safety), $"{Volatile.Read(ref _handled)} of {_expected} messages handled");
        }

        public void Start(int tokens, int messages)
        {
            _done.Reset();
            _expected += messages;
            Volatile.Write(ref _toPost, messages);
            for (var i = 0; i < tokens; i++) PassOn(_members[i % _members.Length]);
        }

        public void PostToAll()
        {
            foreach (var member in _members) member.Post();
        }

        public void AssertIntact()
        {
            Assert.Equal(_expected, _members.Sum(member => member.Handled));
            AssertNoOverlap();
        }

        public void AssertNoOverlap() => Assert.All(_members, member => Assert.Equal(0, member.Overlaps));

        public void Dispose()
        {
            Scheduler.Dispose();
            _done.Dispose();
        }

        private void OnMessage(CountingRunnable self, int index)
        {
            // Different for every member and message, and the same in every run.
            var mixed = (uint)HashOf(index, self.Handled);
            if (mixed % 64 == 0) Thread.SpinWait(500);
            if (mixed % 16 == 1) Scheduler.Schedule(self);
            PassOn(_members[mixed % (uint)_members.Length]);
            if (Interlocked.Increment(ref _handled) == Volatile.Read(ref _expected)) _done.Set();
        }

        private void PassOn(CountingRunnable member)
        {
            if (Interlocked.Decrement(ref _toPost) >= 0) member.Post();
        }

        private static ulong HashOf(int index, long count) =>
            (((ulong)index << 40) + (ulong)count) * 0x9E3779B97F4A7C15 >> 32;
    }
}
