using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Wippy.Shared.Scheduling;

/// <summary>
/// FIFO of one scheduler for what comes from outside its workers, what is new, and what has spent its budget.
/// Unbounded. Any thread.
/// </summary>
internal sealed class InjectionQueue
{
    private readonly ConcurrentQueue<IRunnable> _items = new();

    // Written by everyone, read by everyone. Raised before an item goes in and lowered after it came out, so it is
    // never below the true number: "empty" can be trusted, and costs a worker that looks for work one read. "Not
    // empty" may be early by the moment an enqueue takes.
    private int _count;

    /// <summary>Items in it or about to be.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds at the back.</summary>
    public void Enqueue(IRunnable item)
    {
        Interlocked.Increment(ref _count);
        _items.Enqueue(item);
    }

    /// <summary>Takes the oldest item.</summary>
    /// <returns>False when empty.</returns>
    public bool TryDequeue([NotNullWhen(true)] out IRunnable? item)
    {
        item = null;
        if (Count == 0 || !_items.TryDequeue(out item)) return false;
        Interlocked.Decrement(ref _count);
        return true;
    }
}
