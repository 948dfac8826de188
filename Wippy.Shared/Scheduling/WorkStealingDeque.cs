using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Wippy.Shared.Scheduling;

/// <summary>
/// Bounded run queue of one worker, with two faces over one buffer: its worker pushes and pops
/// (<see cref="Owner"/>), the others steal (<see cref="Thief"/>). Together with the worker's LIFO slot, which is its
/// hot end, it forms the deque.
/// </summary>
/// <remarks>
/// Both faces take the oldest item. A worker that took its own newest would leave the oldest waiting for as long as
/// new work keeps coming; locality is the slot's job. Go and Tokio order their local queues the same way.
/// <para>
/// Algorithm: Dmitry Vyukov's bounded queue with a turn number per slot, here with a single producer. Index
/// <c>i</c> lives in slot <c>i mod capacity</c>. The slot's turn is <c>i</c> while it is free for index <c>i</c> and
/// <c>i + 1</c> while it holds that item, so:
/// </para>
/// <list type="number">
/// <item>Push (owner only): turn = tail, so the slot is free; store the item, then turn := tail + 1.</item>
/// <item>Take (anyone): turn = head + 1, so the item is there; the compare-and-set head -> head + 1 decides who gets
/// it. One item per compare-and-set.</item>
/// <item>The winner alone now owns the slot: it reads the item, clears the slot so that a finished process is not kept
/// alive, then turn := head + capacity frees it for the next lap. Until then the owner sees a full queue,
/// never a slot in use.</item>
/// </list>
/// Indices wrap at 2^32. A taker could be fooled only by standing still in step 2 for exactly 2^32 takes.
/// </remarks>
internal sealed class WorkStealingDeque
{
    private struct Slot
    {
        // Written by the owner (1) and by whoever won the take (3), never by both at once; read by everyone. Each
        // write releases and each read acquires, so the item (or its absence) is seen no later than the turn, on
        // weakly ordered CPUs as well.
        public uint Turn;

        // Plain: only touched by the thread to which Turn or the won compare-and-set gives the slot.
        public IRunnable? Item;
    }

    private readonly Slot[] _slots;

    // Moved by compare-and-set by the owner and by thieves; read by everyone.
    private uint _head;

    // Written by the owner only; read by everyone for Count.
    private uint _tail;

    /// <param name="capacity">Items it can hold; a power of two, at least 2 (with one slot "free" and "taken" would be the same turn).</param>
    /// <param name="startIndex">First index; tests start near overflow.</param>
    public WorkStealingDeque(int capacity, uint startIndex = 0)
    {
        if (capacity < 2 || !BitOperations.IsPow2(capacity))
        {
            throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "The capacity of a work-stealing deque is a power of two, at least 2.");
        }
        _slots = new Slot[capacity];
        _head = _tail = startIndex;
        for (var i = 0u; i < capacity; i++) SlotOf(startIndex + i).Turn = startIndex + i;
    }

    /// <summary>Items in it; exact when nobody works on it, otherwise a recent value. Any thread.</summary>
    public int Count
    {
        get
        {
            // Head first: the other way round the head could overtake the tail that was read.
            var head = Volatile.Read(ref _head);
            return (int)Math.Min(Volatile.Read(ref _tail) - head, (uint)_slots.Length);
        }
    }

    /// <summary>The face of the worker it belongs to.</summary>
    public Owner AsOwner => new(this);

    /// <summary>The face of all other workers.</summary>
    public Thief AsThief => new(this);

    private ref Slot SlotOf(uint index) => ref _slots[index & (uint)(_slots.Length - 1)];

    private bool TryPush(IRunnable item)
    {
        var tail = _tail;
        ref var slot = ref SlotOf(tail);
        if (Volatile.Read(ref slot.Turn) != tail) return false;
        slot.Item = item;
        Volatile.Write(ref slot.Turn, tail + 1); // (1) publishes the item
        Volatile.Write(ref _tail, tail + 1);
        return true;
    }

    private bool TryTake([NotNullWhen(true)] out IRunnable? item)
    {
        var head = Volatile.Read(ref _head);
        while (true)
        {
            ref var slot = ref SlotOf(head);
            var lead = (int)(Volatile.Read(ref slot.Turn) - (head + 1));
            if (lead < 0)
            {
                // Index "head" was never pushed. Nothing stale about it: a head that has moved on leaves a later turn.
                item = null;
                return false;
            }
            if (lead > 0)
            {
                head = Volatile.Read(ref _head); // others took it meanwhile
                continue;
            }
            var seen = Interlocked.CompareExchange(ref _head, head + 1, head); // (2)
            if (seen != head)
            {
                head = seen;
                continue;
            }
            item = slot.Item!; // (3)
            slot.Item = null;
            Volatile.Write(ref slot.Turn, head + (uint)_slots.Length);
            return true;
        }
    }

    /// <summary>What the owning worker may do, on its own thread.</summary>
    public readonly struct Owner(WorkStealingDeque deque)
    {
        /// <summary>Adds at the back.</summary>
        /// <returns>False when full.</returns>
        public bool TryPush(IRunnable item) => deque.TryPush(item);

        /// <summary>Takes the oldest item.</summary>
        /// <returns>False when empty.</returns>
        public bool TryPop([NotNullWhen(true)] out IRunnable? item) => deque.TryTake(out item);
    }

    /// <summary>What any other thread may do.</summary>
    public readonly struct Thief(WorkStealingDeque deque)
    {
        /// <summary>Takes the oldest item, trying again when another taker was quicker.</summary>
        /// <returns>False when empty.</returns>
        public bool TrySteal([NotNullWhen(true)] out IRunnable? item) => deque.TryTake(out item);
    }
}
