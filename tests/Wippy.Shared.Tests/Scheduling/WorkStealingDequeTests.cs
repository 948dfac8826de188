using System.Runtime.CompilerServices;
using Wippy.Shared.Scheduling;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Scheduling;

public sealed class WorkStealingDequeTests
{
    public static TheoryData<int, uint> Shapes => new()
    {
        { 2, 0 },
        { 2, uint.MaxValue },
        { 4, uint.MaxValue - 1 },
        { 256, 0 },
        { 256, uint.MaxValue - 100 },
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(-4)]
    public void Constructor_CapacityNotPowerOfTwoFromTwo_Throws(int capacity) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkStealingDeque(capacity));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void TryPush_Full_SaysNoUntilOneIsTaken(int capacity, uint startIndex)
    {
        var deque = new WorkStealingDeque(capacity, startIndex);
        foreach (var item in Items(capacity)) Assert.True(deque.AsOwner.TryPush(item));
        var extra = Items(1)[0];

        Assert.False(deque.AsOwner.TryPush(extra));
        Assert.True(deque.AsThief.TrySteal(out _));
        Assert.True(deque.AsOwner.TryPush(extra));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void TryPopAndTrySteal_OverManyLaps_TakeOldestFirst(int capacity, uint startIndex)
    {
        var deque = new WorkStealingDeque(capacity, startIndex);
        var items = Items(3 * capacity);
        var taken = new List<IRunnable>();

        for (var i = 0; i < items.Length; i++)
        {
            Assert.True(deque.AsOwner.TryPush(items[i]));
            if (deque.Count < capacity) continue;
            Assert.True(deque.AsOwner.TryPop(out var popped));
            taken.Add(popped);
            Assert.True(deque.AsThief.TrySteal(out var stolen));
            taken.Add(stolen);
        }
        while (deque.AsOwner.TryPop(out var rest)) taken.Add(rest);

        Assert.Equal(items, taken);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void TryPopAndTrySteal_Empty_SayNo(int capacity, uint startIndex)
    {
        var deque = new WorkStealingDeque(capacity, startIndex);
        for (var lap = 0; lap < 2 * capacity; lap++)
        {
            Assert.False(deque.AsOwner.TryPop(out _));
            Assert.False(deque.AsThief.TrySteal(out _));
            deque.AsOwner.TryPush(Items(1)[0]);
            Assert.True(deque.AsOwner.TryPop(out _));
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Count_PushedAndTaken_IsTheDifference(int capacity, uint startIndex)
    {
        var deque = new WorkStealingDeque(capacity, startIndex);
        Assert.Equal(0, deque.Count);
        foreach (var item in Items(capacity)) deque.AsOwner.TryPush(item);
        Assert.Equal(capacity, deque.Count);
        deque.AsThief.TrySteal(out _);
        Assert.Equal(capacity - 1, deque.Count);
    }

    [Fact]
    public void TryPopAndTrySteal_ItemTaken_IsNotKeptAlive()
    {
        var deque = new WorkStealingDeque(4);
        var popped = PushAndDrop(deque, d => d.AsOwner.TryPop(out _));
        var stolen = PushAndDrop(deque, d => d.AsThief.TrySteal(out _));

        GC.Collect();

        Assert.False(popped.TryGetTarget(out _));
        Assert.False(stolen.TryGetTarget(out _));
        GC.KeepAlive(deque);
    }

    [Theory]
    [InlineData(2, 0u, 1)]
    [InlineData(2, uint.MaxValue - 1000, 2)]
    [InlineData(4, uint.MaxValue - 1000, 3)]
    [InlineData(256, uint.MaxValue - 1000, 2)]
    public void TrySteal_WhileOwnerPushesAndPops_EachItemGoesToExactlyOne(int capacity, uint startIndex, int thieves)
    {
        var deque = new WorkStealingDeque(capacity, startIndex);
        var times = new int[200_000];
        var items = Enumerable.Range(0, times.Length)
            .Select(i => LambdaRunnable.Once(() => Interlocked.Increment(ref times[i])))
            .ToArray();
        var taken = 0;
        var threads = Enumerable.Range(0, thieves).Select(_ => new Thread(() =>
        {
            while (Volatile.Read(ref taken) < items.Length)
            {
                if (deque.AsThief.TrySteal(out var item)) Take(item);
            }
        })).ToArray();

        foreach (var thread in threads) thread.Start();
        for (var next = 0; next < items.Length;)
        {
            while (next < items.Length && deque.AsOwner.TryPush(items[next])) next++;
            while (deque.AsOwner.TryPop(out var own)) Take(own);
        }
        foreach (var thread in threads) thread.Join();

        Assert.All(times, n => Assert.Equal(1, n));
        Assert.Equal(0, deque.Count);

        void Take(IRunnable item)
        {
            item.Run();
            Interlocked.Increment(ref taken);
        }
    }

    private static LambdaRunnable[] Items(int count) =>
        Enumerable.Range(0, count).Select(_ => LambdaRunnable.Once(() => { })).ToArray();

    // Not inlined, so that no local of the test keeps the item alive.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference<IRunnable> PushAndDrop(WorkStealingDeque deque, Func<WorkStealingDeque, bool> take)
    {
        var item = Items(1)[0];
        deque.AsOwner.TryPush(item);
        Assert.True(take(deque));
        return new WeakReference<IRunnable>(item);
    }
}
