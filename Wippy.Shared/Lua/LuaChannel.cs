using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Lua;

/// <summary>
/// A channel between the coroutines of one process (reference: channels). The Lua side is a userdata that knows the
/// slot; it goes with the Lua collector, and this object with it. Worker of the process only.
/// </summary>
internal abstract class LuaChannel(int slot) : LuaWaiterQueue
{
    private LuaWaiterQueue? _senders;   // nobody sends to most channels, which the runtime fills

    public int Slot => slot;

    /// <summary>No more values come; what is buffered may still be received.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Whether the next receive need not wait, as far as that is easy to tell.</summary>
    public virtual bool HasMore => false;

    /// <summary>Who waits to receive. The channel itself is their queue, which spares an object for each inbox.</summary>
    public LuaWaiterQueue Receivers => this;

    /// <summary>Who waits to send.</summary>
    public LuaWaiterQueue Senders => _senders ??= new();

    /// <summary>Who has waited longest to send; null when nobody does.</summary>
    public LuaWaiter? FirstSender => _senders?.First;

    /// <summary>From now on nobody waits.</summary>
    public void ForgetWaiters()
    {
        Receivers.Clear();
        _senders?.Clear();
    }
}

/// <summary>A channel made by <c>channel.new</c>. Buffered values are in a table that the userdata holds.</summary>
/// <param name="slot">Its number in the process.</param>
/// <param name="capacity">Values it holds for receivers to come; 0 or more.</param>
internal sealed class LuaValueChannel(int slot, int capacity) : LuaChannel(slot)
{
    public int Capacity => capacity;

    /// <summary>Values in the buffer.</summary>
    public int Count { get; private set; }

    private long _head = 1;   // index in the buffer table of the oldest value

    /// <summary>Appends the value at the top of the stack to the buffer; pops it.</summary>
    /// <param name="stack">Any stack of the process.</param>
    /// <param name="channel">Index of the userdata there.</param>
    public void Buffer(LuaStack stack, int channel)
    {
        channel = stack.Absolute(channel);
        if (stack.PushUserValue(channel, 1) != LuaType.Table)
        {
            stack.Pop(1);
            stack.NewTable(Math.Min(capacity, 16));
            stack.PushValue(-1);
            stack.SetUserValue(channel, 1);
        }
        stack.Insert(-2);
        stack.RawSet(-2, _head + Count++);
        stack.Pop(1);
    }

    /// <summary>Pushes the oldest buffered value and forgets it.</summary>
    public void TakeBuffered(LuaStack stack, int channel)
    {
        stack.PushUserValue(channel, 1);
        stack.RawGet(-1, _head);
        stack.PushNil();
        stack.RawSet(-3, _head);
        stack.Remove(-2);
        _head = --Count == 0 ? 1 : _head + 1;
    }
}

/// <summary>
/// A channel that the runtime fills: inbox, events, listen, timers. What arrived waits as it came and becomes a Lua
/// value when a coroutine receives it, so that nothing is decoded twice or too early.
/// </summary>
/// <param name="slot">Its number in the process.</param>
/// <param name="convert">Pushes one item as a Lua value and ends its life.</param>
internal class LuaFeedChannel(int slot, Action<LuaBehavior, LuaStack, MailboxItem> convert) : LuaChannel(slot)
{
    /// <summary>Pushes one item as a Lua value and ends its life.</summary>
    public Action<LuaBehavior, LuaStack, MailboxItem> Convert { get; set; } = convert;

    /// <summary>What fills it next, if it is that of a ticker.</summary>
    public Timers.Ticket? Timer { get; set; }

    /// <summary>What fills it, if it is that of a subscription to the event bus.</summary>
    public EventSubscription? Subscription { get; set; }

    private MailboxItem? _oldest;
    private MailboxItem? _newest;

    /// <inheritdoc/>
    public override bool HasMore => _oldest is not null;

    public void Add(MailboxItem item)
    {
        item.Next = null;
        if (_oldest is null) _oldest = item;
        else _newest!.Next = item;
        _newest = item;
    }

    /// <summary>Pushes the oldest item as a Lua value.</summary>
    public void Take(LuaBehavior behavior, LuaStack stack)
    {
        var item = _oldest!;
        _oldest = item.Next;
        if (_oldest is null) _newest = null;
        item.Next = null;
        Convert(behavior, stack, item);
    }

    /// <summary>Takes out everything that matches, oldest first, linked by <see cref="MailboxItem.Next"/>.</summary>
    public MailboxItem? Extract(Predicate<MailboxItem> matches)
    {
        MailboxItem? first = null;
        MailboxItem? last = null;
        var rest = _oldest;
        _oldest = _newest = null;
        while (rest is not null)
        {
            var item = rest;
            rest = rest.Next;
            if (!matches(item))
            {
                Add(item);
                continue;
            }
            item.Next = null;
            if (first is null) first = item;
            else last!.Next = item;
            last = item;
        }
        return first;
    }
}
