namespace Wippy.Shared.Lua;

/// <summary>
/// One place in the queue of a channel: a coroutine that waits to send or to receive there, alone or as one case of a
/// select. A member of a doubly linked queue, so that a select which fires elsewhere is withdrawn in constant time.
/// </summary>
/// <param name="thread">Who waits.</param>
internal sealed class LuaWaiter(LuaThread thread)
{
    public LuaThread Thread => thread;

    /// <summary>Where.</summary>
    public LuaWaiterQueue Queue { get; private set; } = null!;

    /// <summary>Which case of a select, from 1; 0 for a plain call.</summary>
    public int SelectCase { get; private set; }

    public LuaWaiter? Previous { get; set; }

    public LuaWaiter? Next { get; set; }

    /// <summary>The place of another case of the same select.</summary>
    public LuaWaiter? Other { get; private set; }

    /// <summary>Says what it waits for, while it is in no queue.</summary>
    public void Set(LuaWaiterQueue queue, int selectCase, LuaWaiter? other)
    {
        Queue = queue;
        SelectCase = selectCase;
        Other = other;
        Previous = Next = null;
    }
}

/// <summary>Those who wait at one side of a channel, longest first.</summary>
internal class LuaWaiterQueue
{
    private LuaWaiter? _last;

    public LuaWaiter? First { get; private set; }

    public void Add(LuaWaiter waiter)
    {
        if (_last is null)
        {
            First = _last = waiter;
            return;
        }
        waiter.Previous = _last;
        _last.Next = waiter;
        _last = waiter;
    }

    public void Clear() => First = _last = null;

    public void Remove(LuaWaiter waiter)
    {
        if (waiter.Previous is null && waiter.Next is null)
        {
            Clear();   // nearly always it was the only one
            return;
        }
        if (waiter.Previous is null) First = waiter.Next;
        else waiter.Previous.Next = waiter.Next;
        if (waiter.Next is null) _last = waiter.Previous;
        else waiter.Next.Previous = waiter.Previous;
    }
}
