using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Wippy.Shared.Messaging;

/// <summary>
/// The bounded queue of one process: many writers, one reader. Items of one writer are read in the order written.
/// </summary>
/// <remarks>
/// Writers push onto a lock-free stack (Treiber 1986; push and take-all only, hence no ABA problem); the reader takes
/// the whole stack in one exchange and turns it round. A closed mailbox has <see cref="ClosedMark"/> for its head.
/// </remarks>
internal sealed class Mailbox(MailboxLimits limits)
{
    private static readonly MailboxItem ClosedMark = new Completion(0, null, null);

    // What waits, as (messages << 40) + bytes, so that one atomic add keeps both. Writers add, the reader subtracts.
    private const int CountShift = 40;

    /// <summary>Messages from which on it is crowded: they are a few hundred kilobytes, which the caches still hold.</summary>
    public const int Crowd = 1_000;

    // What an unread message costs besides its payload, about.
    private const int MessageBytes = 128;

    // After the end: far below what writers that are just being refused can add.
    private const long Closed = long.MinValue / 2;

    private MailboxItem? _head;   // newest first; written by writers (CAS) and the reader (exchange)
    private long _waiting;

    /// <summary>Messages that were posted and not yet released by the reader. Any thread; a snapshot.</summary>
    public int Count => (int)(Math.Max(Volatile.Read(ref _waiting), 0) >> CountShift);

    /// <summary>Whether more waits than the owner takes in one turn, so that whoever adds to it had better let him run. Any thread.</summary>
    public bool IsCrowded => Count > Crowd;

    /// <summary>Whether the owner has closed it. Any thread.</summary>
    public bool IsClosed => ReferenceEquals(Volatile.Read(ref _head), ClosedMark);

    /// <summary>Posts a message for the owner. Any thread.</summary>
    /// <returns>Unless posted, the message stays with the caller.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PostResult TryPost(Message message)
    {
        var size = Size(message);
        var isAllowed = Add(size, out var waiting) && waiting >> CountShift <= limits.MaxMessages && BytesOf(waiting) <= limits.MaxBytes;
        if (isAllowed && Push(message)) return PostResult.Posted;
        Add(-size, out _);
        return IsClosed ? PostResult.Closed : PostResult.Full;
    }

    /// <summary>Posts a signal or completion, which limits never refuse. Any thread.</summary>
    /// <returns>False when closed.</returns>
    public bool TryPostInternal(MailboxItem item)
    {
        Debug.Assert(item is not Message, "messages are counted: use TryPost");
        return Push(item);
    }

    /// <summary>Takes everything posted so far, oldest first, linked by <see cref="MailboxItem.Next"/>. Owner only.</summary>
    /// <returns>Null when there is nothing.</returns>
    public MailboxItem? TakeAll()
    {
        // Only the owner closes, so a head that is not the mark now cannot become it before the exchange.
        return HasItems ? Reverse(Interlocked.Exchange(ref _head, null)) : null;
    }

    /// <summary>Whether something waits to be taken. Owner only.</summary>
    public bool HasItems
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref _head) is { } head && !ReferenceEquals(head, ClosedMark);
    }

    /// <summary>Tells that a message taken earlier no longer counts against the limits. Owner only, before its release.</summary>
    public void Consumed(Message message) => Add(-Size(message), out _);

    /// <summary>Refuses everything from now on. Owner only.</summary>
    /// <returns>What was posted and not taken, oldest first: the caller drops it.</returns>
    public MailboxItem? Close()
    {
        var newest = Interlocked.Exchange(ref _head, ClosedMark);
        // What follows, of writers that come too late, no longer counts.
        limits.Budget?.Add(-Units(Interlocked.Exchange(ref _waiting, Closed)));
        return ReferenceEquals(newest, ClosedMark) ? null : Reverse(newest);
    }

    // The budget follows each step of what waits, so it has what the steps come to. False: it has too much now.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Add(long size, out long waiting)
    {
        waiting = Interlocked.Add(ref _waiting, size);
        var units = Units(waiting) - Units(waiting - size);
        return units == 0 || limits.Budget is null || limits.Budget.Add(units);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Units(long waiting) => waiting < 0 ? 0 : (BytesOf(waiting) + (waiting >> CountShift) * MessageBytes) / MailboxBudget.UnitBytes;

    private static long BytesOf(long waiting) => waiting & ((1L << CountShift) - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Push(MailboxItem item)
    {
        while (true)
        {
            var head = Volatile.Read(ref _head);
            if (ReferenceEquals(head, ClosedMark))
            {
                item.Next = null;
                return false;
            }
            item.Next = head;
            if (ReferenceEquals(Interlocked.CompareExchange(ref _head, item, head), head)) return true;
        }
    }

    private static MailboxItem? Reverse(MailboxItem? newest)
    {
        MailboxItem? oldest = null;
        while (newest is not null)
        {
            var next = newest.Next;
            newest.Next = oldest;
            oldest = newest;
            newest = next;
        }
        return oldest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Size(Message message) => (1L << CountShift) + message.Payload.Length;
}
