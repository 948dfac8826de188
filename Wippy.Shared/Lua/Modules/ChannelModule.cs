using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>channel</c> global (reference: channels).</summary>
internal static class ChannelModule
{
    private static readonly LuaLibrary Methods = new LuaLibrary("channel")
        .Operation("send(value): boolean, error?", Send)
        .Receive("receive(): any, boolean", Receive, Poll)
        .Checked("close()", Close)
        .Method("case_send(value): channel.case", (_, stack) => PushCase(stack, isSend: true))
        .Method("case_receive(): channel.case", (_, stack) => PushCase(stack, isSend: false));

    static ChannelModule()
    {
        LuaTypes.Declare(LuaUserdataKind.Channel, "channel", Methods, new LuaLibrary("channel").Function("__gc", Collected));
        LuaTypes.Declare(LuaUserdataKind.Case, "channel.case", new LuaLibrary("channel.case"));
    }

    public static LuaLibrary Library { get; } = new LuaLibrary("channel").Checked("new(capacity?: integer): channel", New).Operation("select(cases: table): {channel: channel?, value: any, ok: boolean, default: boolean?}", Select);

    private static int New(LuaBehavior behavior, LuaStack stack)
    {
        if (!stack.IsNoneOrNil(1) && stack.TypeOf(1) != LuaType.Number)
        {
            return LuaArguments.Fault(stack, LuaArguments.Bad(1, "new", "number", LuaArguments.TypeName(stack, 1)));
        }
        var capacity = stack.IsNoneOrNil(1) ? 0 : Math.Clamp((long)stack.ToNumber(1), 0, int.MaxValue);
        stack.PushNil();
        behavior.Channels.PushNew(stack, (int)capacity);
        return 2;
    }

    private static void Receive(LuaBehavior behavior, LuaThread thread)
    {
        if (!IsChannel(thread)) return;
        var channel = behavior.Channels.Of(thread.Stack, thread.Argument(1));
        if (behavior.Channels.TryReceive(channel, thread.Stack, thread.Argument(1), out var ok)) LuaChannels.ReturnReceived(thread, ok);
        else behavior.Channels.Wait(thread, channel.Receivers, selectCase: 0);
    }

    // Refuses where the program could not wait, so that it learns that always and not only when nothing is there.
    private static int Poll(LuaBehavior behavior, LuaStack stack)
    {
        if (!stack.IsYieldable) return LuaOperations.RefuseToWait(stack);
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Channel) || behavior.Channels.Of(stack, 1) is not LuaFeedChannel { HasMore: true } channel)
        {
            behavior.State.MayReceive(false);
            return 0;
        }
        stack.PushNil();
        channel.Take(behavior, stack);
        stack.Push(true);
        return 3;
    }

    private static void Send(LuaBehavior behavior, LuaThread thread)
    {
        if (!IsChannel(thread)) return;
        var stack = thread.Stack;
        if (behavior.Channels.Of(stack, thread.Argument(1)) is not LuaValueChannel channel)
        {
            thread.Raise("send on a channel that the runtime fills");
            return;
        }
        if (channel.IsClosed)
        {
            thread.Raise("send on closed channel");
            return;
        }
        if (thread.ArgumentCount < 2) stack.PushNil();
        else stack.PushValue(thread.Argument(2));
        if (behavior.Channels.TrySend(channel, stack, thread.Argument(1)))
        {
            thread.Return(true);
            return;
        }
        stack.Pop(1);
        behavior.Channels.Wait(thread, channel.Senders, selectCase: 0);
    }

    private static int Close(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Channel))
        {
            return LuaArguments.Fault(stack, LuaArguments.Bad(1, "close", "channel", LuaArguments.TypeName(stack, 1)));
        }
        behavior.Channels.Close(behavior.Channels.Of(stack, 1));
        return 0;
    }

    // A case holds the channel, for the result of the select, and the value to send.
    private static int PushCase(LuaStack stack, bool isSend)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Channel))
        {
            return LuaArguments.Fault(stack, LuaArguments.Bad(1, isSend ? "case_send" : "case_receive", "channel", LuaArguments.TypeName(stack, 1)));
        }
        stack.SetTop(2);
        stack.PushNil();
        ref var block = ref stack.NewUserdata(LuaUserdataKind.Case, isSend ? 2 : 1);
        block.Flag = isSend ? 1 : 0;
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Case);
        stack.PushValue(1);
        stack.SetUserValue(-2, 1);
        if (isSend)
        {
            stack.PushValue(2);
            stack.SetUserValue(-2, 2);
        }
        return 2;
    }

    private static void Select(LuaBehavior behavior, LuaThread thread)
    {
        var stack = thread.Stack;
        var cases = thread.Argument(1);
        if (!LuaFrozen.IsTable(stack, cases))
        {
            thread.RaiseBadArgument(1, "table");
            return;
        }
        var count = (int)stack.RawLength(cases);
        for (var i = 1; i <= count; i++)
        {
            if (TryCase(behavior, thread, i)) return;
        }
        stack.RawGetField(cases, "default"u8);
        var hasDefault = stack.ToBoolean(-1) || stack.ToBoolean(thread.Argument(2));
        stack.Pop(1);
        if (hasDefault)
        {
            var first = thread.BeginReturn();
            stack.NewTable(0, 2);
            stack.Push(true);
            stack.RawSetField(-2, "ok"u8);
            stack.Push(true);
            stack.RawSetField(-2, "default"u8);
            thread.EndReturn(first);
            return;
        }
        for (var i = 1; i <= count; i++) WaitFor(behavior, thread, i);
    }

    // Whether the case was ready; the select has its result then.
    private static bool TryCase(LuaBehavior behavior, LuaThread thread, int number)
    {
        var stack = thread.Stack;
        stack.RawGet(thread.Argument(1), number);
        if (!IsCase(stack))
        {
            stack.Pop(1);
            return false;
        }
        var isSend = IsSend(stack, -1);
        stack.PushUserValue(-1, 1);
        var userdata = stack.Top;
        var channel = behavior.Channels.Of(stack, userdata);
        bool fired;
        var ok = true;
        if (!isSend)
        {
            fired = behavior.Channels.TryReceive(channel, stack, userdata, out ok);
        }
        else
        {
            stack.PushUserValue(userdata - 1, 2);
            stack.PushValue(-1);   // one to send, one for the result
            fired = !channel.IsClosed && channel is LuaValueChannel target && behavior.Channels.TrySend(target, stack, userdata);
        }
        if (!fired)
        {
            stack.SetTop(userdata - 2);
            return false;
        }
        LuaChannels.ReturnSelected(thread, number, ok);
        return true;
    }

    private static void WaitFor(LuaBehavior behavior, LuaThread thread, int number)
    {
        var stack = thread.Stack;
        stack.RawGet(thread.Argument(1), number);
        if (IsCase(stack))
        {
            var isSend = IsSend(stack, -1);
            stack.PushUserValue(-1, 1);
            var channel = behavior.Channels.Of(stack, -1);
            // A send case on a closed channel never becomes ready (reference: channels §4).
            if (!isSend) behavior.Channels.Wait(thread, channel.Receivers, number);
            else if (!channel.IsClosed) behavior.Channels.Wait(thread, channel.Senders, number);
            stack.Pop(1);
        }
        stack.Pop(1);
    }

    private static int Collected(LuaBehavior behavior, LuaStack stack)
    {
        ref var block = ref stack.ToUserdata(1);
        behavior.Channels.Free((int)block.Number);
        // A weak table may show it once more; it is no channel then.
        block.Kind = LuaUserdataKind.None;
        return 0;
    }

    // Whether the value at the top is a case of a live channel.
    private static bool IsCase(LuaStack stack)
    {
        if (stack.UserdataKind(-1) != LuaUserdataKind.Case) return false;
        stack.PushUserValue(-1, 1);
        var isLive = stack.UserdataKind(-1) == LuaUserdataKind.Channel;
        stack.Pop(1);
        return isLive;
    }

    private static bool IsSend(LuaStack stack, int index) => stack.ToUserdata(index).Flag != 0;

    private static bool IsChannel(LuaThread thread)
    {
        if (LuaArguments.Is(thread.Stack, thread.Argument(1), LuaUserdataKind.Channel)) return true;
        thread.RaiseBadArgument(1, "channel");
        return false;
    }
}
