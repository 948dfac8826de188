using System.Runtime.CompilerServices;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Lua;

/// <summary>The channels of one process: making them, and handing values from senders to receivers. Worker of the process only.</summary>
internal sealed class LuaChannels(LuaBehavior behavior)
{
    // What a channel costs outside of Lua, about.
    private const int ChannelBytes = 256;

    private LuaChannel?[] _slots = [];
    private int _used;   // of them, so far
    private Stack<int>? _free;

    /// <summary>Coroutines that wait on a channel.</summary>
    public int Waiting { get; private set; }

    /// <summary>Pushes a new channel for values of the program.</summary>
    public void PushNew(LuaStack stack, int capacity) => Push(stack, new LuaValueChannel(TakeSlot(), capacity), buffer: 1);

    /// <summary>Pushes a new channel that the runtime fills.</summary>
    public LuaFeedChannel PushFeed(LuaStack stack, Action<LuaBehavior, LuaStack, MailboxItem> push) => PushFeed(stack, slot => new LuaFeedChannel(slot, push));

    /// <summary>As above, for a channel that knows more; <paramref name="make"/> gets its slot.</summary>
    public T PushFeed<T>(LuaStack stack, Func<int, T> make)
        where T : LuaFeedChannel
    {
        var channel = make(TakeSlot());
        Push(stack, channel, buffer: 0);
        return channel;
    }

    /// <summary>The channel of a value which is one.</summary>
    public LuaChannel Of(LuaStack stack, int index) => _slots[(int)stack.ToUserdata(index).Number]!;

    /// <summary>Forgets a channel whose userdata is gone.</summary>
    public void Free(int slot)
    {
        _slots[slot] = null;
        behavior.State.Charge(-ChannelBytes);
        (_free ??= []).Push(slot);
    }

    /// <summary>Keeps the userdata at the top alive until <see cref="Release"/>; pops it.</summary>
    public static void Keep(LuaStack stack, LuaChannel channel) => stack.Anchor(LuaAnchors.Channel(channel.Slot));

    /// <summary>Lets the Lua collector have it again.</summary>
    public void Release(LuaChannel channel) => behavior.Release(LuaAnchors.Channel(channel.Slot));

    /// <summary>Receives at once if something is there: pushes the value and tells whether there was one.</summary>
    /// <param name="channel">From which.</param>
    /// <param name="stack">The receiver's.</param>
    /// <param name="userdata">Index of the channel's userdata there.</param>
    /// <param name="ok">False when the channel is closed and drained; nil was pushed then.</param>
    /// <returns>False, with nothing pushed, when the receiver has to wait.</returns>
    public bool TryReceive(LuaChannel channel, LuaStack stack, int userdata, out bool ok)
    {
        ok = true;
        switch (channel)
        {
            case LuaFeedChannel { HasMore: true } feed:
                feed.Take(behavior, stack);
                return true;
            case LuaValueChannel { Count: > 0 } buffered:
                buffered.TakeBuffered(stack, userdata);
                if (buffered.FirstSender is { } next)
                {
                    TakeFromSender(next, stack);
                    buffered.Buffer(stack, userdata);
                }
                return true;
        }
        if (channel.FirstSender is { } sender)
        {
            TakeFromSender(sender, stack);
            return true;
        }
        ok = false;
        if (channel.IsClosed) stack.PushNil();
        return channel.IsClosed;
    }

    /// <summary>Sends the value at the top of the stack at once, if a receiver waits or there is room; pops it then.</summary>
    /// <returns>False, with the value still there, when the sender has to wait.</returns>
    public bool TrySend(LuaValueChannel channel, LuaStack stack, int userdata)
    {
        if (channel.Receivers.First is { } receiver)
        {
            if (stack.Handle != receiver.Thread.Stack.Handle) stack.MoveTo(receiver.Thread.Stack, 1);
            Received(receiver, true);
            return true;
        }
        if (channel.Count >= channel.Capacity) return false;
        channel.Buffer(stack, userdata);
        return true;
    }

    /// <summary>Adds an item that arrived; whoever waits longest gets it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Feed(LuaFeedChannel channel, MailboxItem item)
    {
        if (channel.Receivers.First is not { } receiver)
        {
            channel.Add(item);
            behavior.State.MayReceive(true);
            return;
        }
        var thread = receiver.Thread;
        Withdraw(thread);
        thread.Deliver(channel, item, receiver.SelectCase);
        behavior.Coroutines.Answered(thread);
    }

    /// <summary>Ends the wait of a coroutine with what was delivered to it, as a Lua value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Receive(LuaThread thread)
    {
        var stack = thread.Stack;
        var (channel, item) = (thread.DeliveredBy!, thread.Delivered!);
        thread.TakeDelivered();
        if (thread.DeliveredCase != 0)
        {
            channel.Convert(behavior, stack, item);
            thread.SetResults(ShapeSelected(thread, thread.DeliveredCase, true));
            return;
        }
        var first = thread.BeginReturn();
        channel.Convert(behavior, stack, item);
        stack.Push(true);
        thread.SetResults(first);
    }

    /// <summary>Makes a coroutine wait.</summary>
    public void Wait(LuaThread thread, LuaWaiterQueue queue, int selectCase)
    {
        if (thread.Waiters is null) Waiting++;
        thread.Waiters = thread.NewWaiter(queue, selectCase);
        queue.Add(thread.Waiters);
    }

    /// <summary>Closes a channel and tells all who wait on it. Closing again changes nothing.</summary>
    public void Close(LuaChannel channel)
    {
        if (channel.IsClosed) return;
        channel.IsClosed = true;
        while (channel.Receivers.First is { } receiver)
        {
            receiver.Thread.Stack.PushNil();
            Received(receiver, false);
        }
        while (channel.FirstSender is { } sender)
        {
            Withdraw(sender.Thread);
            sender.Thread.Return(new Error(ErrorKind.InvalidState, "channel closed"));
        }
    }

    /// <summary>The process has ended: nobody waits any more, and what the runtime filled is closed for those who still hold it.</summary>
    public void EndAll()
    {
        Waiting = 0;
        foreach (var channel in _slots)
        {
            if (channel is null) continue;
            channel.ForgetWaiters();
            if (channel is not LuaFeedChannel feed) continue;
            feed.IsClosed = true;
            feed.Extract(static _ => true);
            Release(feed);
        }
    }

    // The value is at the top of the receiver's stack.
    private void Received(LuaWaiter receiver, bool ok)
    {
        var thread = receiver.Thread;
        Withdraw(thread);
        if (receiver.SelectCase == 0) ReturnReceived(thread, ok);
        else ReturnSelected(thread, receiver.SelectCase, ok);
    }

    /// <summary>Ends a receive with the value at the top of the thread's stack.</summary>
    /// <param name="thread">The receiver.</param>
    /// <param name="ok">Whether it is one; false at the end of a closed channel.</param>
    public static void ReturnReceived(LuaThread thread, bool ok)
    {
        thread.Stack.Push(ok);
        thread.EndReturn(thread.Stack.Top - 1);
    }

    /// <summary>Ends a select with the value at the top of the thread's stack and the case that fired.</summary>
    public static void ReturnSelected(LuaThread thread, int selectCase, bool ok) => thread.EndReturn(ShapeSelected(thread, selectCase, ok));

    // Makes a result of the value at the top; gives its index.
    private static int ShapeSelected(LuaThread thread, int selectCase, bool ok)
    {
        var stack = thread.Stack;
        stack.NewTable(0, 3);
        stack.Insert(-2);
        stack.RawSetField(-2, "value"u8);
        stack.RawGet(thread.Argument(1), selectCase);
        stack.PushUserValue(-1, 1);
        stack.Remove(-2);
        stack.RawSetField(-2, "channel"u8);
        stack.Push(ok);
        stack.RawSetField(-2, "ok"u8);
        return stack.Top;
    }

    // Copies the value a waiting sender offers to another stack and lets the sender go on.
    private void TakeFromSender(LuaWaiter sender, LuaStack to)
    {
        var thread = sender.Thread;
        var stack = thread.Stack;
        PushOffered(thread, sender.SelectCase);
        if (stack.Handle != to.Handle)
        {
            stack.PushValue(-1);
            stack.MoveTo(to, 1);
        }
        Withdraw(thread);
        if (sender.SelectCase == 0)
        {
            thread.Return(true);
        }
        else
        {
            ReturnSelected(thread, sender.SelectCase, true);
        }
    }

    private static void PushOffered(LuaThread thread, int selectCase)
    {
        var stack = thread.Stack;
        if (selectCase == 0)
        {
            if (thread.ArgumentCount < 2) stack.PushNil();
            else stack.PushValue(thread.Argument(2));
            return;
        }
        stack.RawGet(thread.Argument(1), selectCase);
        stack.PushUserValue(-1, 2);
        stack.Remove(-2);
    }

    private void Withdraw(LuaThread thread)
    {
        for (var waiter = thread.Waiters; waiter is not null; waiter = waiter.Other) waiter.Queue.Remove(waiter);
        thread.Waiters = null;
        Waiting--;
    }

    private void Push(LuaStack stack, LuaChannel channel, int buffer)
    {
        stack.NewUserdata(LuaUserdataKind.Channel, buffer).Number = channel.Slot;
        _slots[channel.Slot] = channel;
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Channel);
    }

    private int TakeSlot()
    {
        behavior.State.Charge(ChannelBytes);
        if (_free is not null && _free.TryPop(out var slot)) return slot;
        if (_used == _slots.Length) Array.Resize(ref _slots, Math.Max(2 * _used, 1));   // most processes have one, their inbox
        return _used++;
    }
}
