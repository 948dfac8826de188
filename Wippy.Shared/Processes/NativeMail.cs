using System.Diagnostics.CodeAnalysis;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Processes;

/// <summary>
/// What has arrived for a native process and was not received. An item leaves it in the very step in which the program gets
/// it, so that an upgrade finds all others here. Worker of the process only.
/// </summary>
internal sealed class NativeMail<T>
    where T : MailboxItem
{
    private readonly Queue<T> _items = new();
    private TaskCompletionSource _arrived = NewSource();

    public void Add(T item)
    {
        _items.Enqueue(item);
        if (_arrived.Task.IsCompleted) return;
        _arrived.SetResult();
    }

    public bool TryTake([NotNullWhen(true)] out T? item)
    {
        if (_items.TryDequeue(out item)) return true;
        if (_arrived.Task.IsCompleted) _arrived = NewSource();
        return false;
    }

    /// <summary>Completes when something may be there; another reader may be faster.</summary>
    public Task WaitAsync(CancellationToken cancellation) => _arrived.Task.WaitAsync(cancellation);

    /// <summary>Everything that is left, oldest first.</summary>
    public IReadOnlyCollection<T> Items => _items;

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
