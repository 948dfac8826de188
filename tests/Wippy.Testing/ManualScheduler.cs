using Wippy.Shared.Scheduling;

namespace Wippy.Testing;

/// <summary>
/// A scheduler without threads: queued runnables run inside <see cref="RunUntilIdle"/>, on the caller's thread, so that
/// "nothing more happens" is a fact and not a wait. Scheduling is safe from any thread (timers do it); running is for one.
/// </summary>
/// <param name="seed">Null: first in, first out. Otherwise the next one is picked at random, the same way for the same seed.</param>
internal sealed class ManualScheduler(int? seed = null) : IScheduler
{
    private const int TurnsPerParked = 4;

    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly List<IRunnable> _queue = [];

    private readonly Random? _random = seed is { } value ? new Random(value) : null;

    /// <summary>Steps run so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Told, now and then, which runnable waits now; how often depends on the seed, never without one.</summary>
    public Action<IRunnable>? Parked { get; set; }

    /// <inheritdoc/>
    public void Schedule(IRunnable runnable)
    {
        lock (_lock) _queue.Add(runnable);
    }

    /// <inheritdoc/>
    public void ScheduleLast(IRunnable runnable) => Schedule(runnable);

    /// <summary>Runs until nothing is queued.</summary>
    /// <param name="maxSteps">Steps after which something must be wrong.</param>
    /// <exception cref="InvalidOperationException">Still not idle after <paramref name="maxSteps"/> steps.</exception>
    public void RunUntilIdle(int maxSteps = 100_000)
    {
        if (Run(maxSteps)) return;
        IRunnable next;
        lock (_lock) next = _queue[0];
        throw new InvalidOperationException(
            $"Not idle after {maxSteps} steps, next is {next}: something continues or wakes others for ever, or maxSteps is too small.");
    }

    /// <summary>Runs at most so many steps.</summary>
    /// <returns>Whether nothing is queued any more.</returns>
    public bool Run(int maxSteps)
    {
        for (var step = 0; step < maxSteps; step++)
        {
            // Found empty once is enough: what another thread queues after that is a matter of the next call.
            if (!TryTake(out var runnable)) return true;
            Steps++;
            var result = runnable!.Run();
            if (result == StepResult.Continue) ScheduleLast(runnable);
            else if (result == StepResult.Parked && _random?.Next(TurnsPerParked) == 0) Parked?.Invoke(runnable);
        }
        lock (_lock) return _queue.Count == 0;
    }

    private bool TryTake(out IRunnable? runnable)
    {
        lock (_lock)
        {
            runnable = null;
            if (_queue.Count == 0) return false;
            var index = _random?.Next(_queue.Count) ?? 0;
            runnable = _queue[index];
            _queue.RemoveAt(index);
            return true;
        }
    }
}
