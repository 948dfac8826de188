using Wippy.Shared.Scheduling;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Scheduling;

public sealed class InjectionQueueTests
{
    private readonly InjectionQueue _queue = new();

    [Fact]
    public void TryDequeue_SeveralQueued_OldestFirst()
    {
        var items = Enumerable.Range(0, 5).Select(_ => LambdaRunnable.Once(() => { })).ToArray();
        foreach (var item in items) _queue.Enqueue(item);
        Assert.Equal(5, _queue.Count);

        foreach (var item in items)
        {
            Assert.True(_queue.TryDequeue(out var taken));
            Assert.Same(item, taken);
        }
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void TryDequeue_Empty_SaysNo()
    {
        Assert.False(_queue.TryDequeue(out var item));
        Assert.Null(item);
    }

    [Fact]
    public void TryDequeue_ManyProducersAndConsumers_EachItemGoesToExactlyOne()
    {
        const int perProducer = 20_000;
        var times = new int[2 * perProducer];
        var taken = 0;
        var threads = new List<Thread>();
        for (var p = 0; p < 2; p++)
        {
            var first = p * perProducer;
            threads.Add(new Thread(() =>
            {
                for (var i = first; i < first + perProducer; i++)
                {
                    var index = i;
                    _queue.Enqueue(LambdaRunnable.Once(() => Interlocked.Increment(ref times[index])));
                }
            }));
            threads.Add(new Thread(() =>
            {
                while (Volatile.Read(ref taken) < times.Length)
                {
                    if (!_queue.TryDequeue(out var item))
                    {
                        Thread.Yield();
                        continue;
                    }
                    item.Run();
                    Interlocked.Increment(ref taken);
                }
            }));
        }

        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();

        Assert.All(times, n => Assert.Equal(1, n));
        Assert.Equal(0, _queue.Count);
    }
}
