namespace Wippy.Shared.Lua;

/// <summary>
/// One place in the queue of a channel: a coroutine that waits to send or to receive there, alone or as one case of a
/// select. A member of a doubly linked queue, so that a select which fires elsewhere is withdrawn in constant time.
/// </summary>
/// <param name="thread">Who waits.</param>
/// <param name="queue">Where.</param>
/// <param name="selectCase">Which case of a select, from 1; 0 for a plain call.</param>
internal sealed class LuaWaiter(LuaThread thread, LuaWaiterQueue queue, int selectCase)
{
    public LuaThread Thread => thread;

    public LuaWaiterQueue Queue => queue;

    public int SelectCase => selectCase;

    public LuaWaiter? Previous { get; set; }

    public LuaWaiter? Next { get; set; }

    /// <summary>The place of another case of the same select.</summary>
    public LuaWaiter? Other { get; init; }
}

/// <summary>Those who wait at one side of a channel, longest first.</summary>
internal sealed class LuaWaiterQueue
{
    private LuaWaiter? _last;

    public LuaWaiter? First { get; private set; }

    public void Add(LuaWaiter waiter)
    {
        waiter.Previous = _last;
        if (_last is null) First = waiter;
        else _last.Next = waiter;
        _last = waiter;
    }

    public void Clear() => First = _last = null;

    public void Remove(LuaWaiter waiter)
    {
        if (waiter.Previous is null) First = waiter.Next;
        else waiter.Previous.Next = waiter.Next;
        if (waiter.Next is null) _last = waiter.Previous;
        else waiter.Next.Previous = waiter.Previous;
    }
}
