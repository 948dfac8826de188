using BenchmarkDotNet.Attributes;
using Wippy.Shared.Scheduling;

namespace Wippy.Bench.Micro;

/// <summary>The run queues of a worker, without rivals.</summary>
public class DequeBenchmark
{
    private const int Batch = 100;

    private readonly WorkStealingDeque _deque = new(Worker.RingCapacity);
    private readonly InjectionQueue _injection = new();
    private readonly Nothing _item = new();

    [Benchmark(OperationsPerInvoke = Batch)]
    public void PushThenPop()
    {
        for (var i = 0; i < Batch; i++) _deque.AsOwner.TryPush(_item);
        while (_deque.AsOwner.TryPop(out _))
        {
        }
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public void PushThenSteal()
    {
        for (var i = 0; i < Batch; i++) _deque.AsOwner.TryPush(_item);
        while (_deque.AsThief.TrySteal(out _))
        {
        }
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public void InjectThenTake()
    {
        for (var i = 0; i < Batch; i++) _injection.Enqueue(_item);
        while (_injection.TryDequeue(out _))
        {
        }
    }

    private sealed class Nothing : IRunnable
    {
        public StepResult Run() => StepResult.Done;
    }
}
