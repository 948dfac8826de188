namespace Wippy.Shared.Telemetry;

/// <summary>The last few of many, for people who look later. Any thread.</summary>
/// <param name="capacity">How many are kept; 1 or more.</param>
internal sealed class RecentItems<T>(int capacity)
{
    private readonly Queue<T> _items = new(capacity);   // under the lock on itself

    /// <summary>Adds the newest; the oldest goes when there is no room.</summary>
    public void Add(T item)
    {
        lock (_items)
        {
            if (_items.Count == capacity) _items.Dequeue();
            _items.Enqueue(item);
        }
    }

    /// <summary>Those kept, newest first.</summary>
    public IReadOnlyList<T> ToList()
    {
        lock (_items) return [.. _items.Reverse()];
    }
}
