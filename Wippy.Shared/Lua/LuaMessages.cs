using System.Runtime.CompilerServices;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Lua;

/// <summary>Messages and signals as Lua values (reference: process §6.3, §6.4).</summary>
internal static class LuaMessages
{
    public const int TopicValue = 1;
    public const int FromValue = 2;
    public const int PayloadValue = 3;

    public const int ValueCount = 3;

    /// <summary>Pushes a message as a Message object and releases it.</summary>
    public static void PushMessage(LuaBehavior behavior, LuaStack stack, MailboxItem item)
    {
        var message = (Message)item;
        stack.Reserve(8);
        var count = Decode(behavior, stack, message);
        if (count != 1 || !behavior.Repeats.TryMakeMessage(stack, message)) MakeMessage(behavior, stack, message, count);
        Done(behavior, message);
    }

    // Replaces the values at the top by a Message object with these payloads.
    private static void MakeMessage(LuaBehavior behavior, LuaStack stack, Message message, int count)
    {
        var first = stack.Top - count + 1;
        if (count == 1)
        {
            behavior.Repeats.WrapPayload(stack);
        }
        else if (count > 1)
        {
            stack.NewTable(count);
            stack.Insert(first);
            for (var i = count; i > 0; i--)
            {
                behavior.Repeats.WrapPayload(stack);
                stack.RawSet(first, i);
            }
        }
        behavior.Repeats.PushMessage(stack);
        stack.Insert(first);
        if (count > 0) stack.SetUserValue(first, PayloadValue);
        behavior.Repeats.PushTopic(stack, message.Topic);
        stack.SetUserValue(first, TopicValue);
        behavior.Repeats.PushSource(stack, message.Source);
        stack.SetUserValue(first, FromValue);
    }

    /// <summary>Pushes the payload of a message alone and releases it: the value, nil if there is none, an array if there are several.</summary>
    public static void PushPayload(LuaBehavior behavior, LuaStack stack, MailboxItem item)
    {
        var message = (Message)item;
        stack.Reserve(4);
        var count = Decode(behavior, stack, message);
        if (count == 0) stack.PushNil();
        if (count > 1)
        {
            var first = stack.Top - count + 1;
            stack.NewTable(count);
            stack.Insert(first);
            for (var i = count; i > 0; i--) stack.RawSet(first, i);
        }
        Done(behavior, message);
    }

    /// <summary>Pushes an event of the bus as a table and releases it.</summary>
    public static void PushBusEvent(LuaBehavior behavior, LuaStack stack, MailboxItem item)
    {
        var message = (Message)item;
        stack.Reserve(8);
        stack.NewTable(0, 4);
        var table = stack.Top;
        var count = Decode(behavior, stack, message);
        if (count == 4) stack.RawSetField(table, "data"u8);
        if (count >= 3)
        {
            stack.RawSetField(table, "path"u8);
            stack.RawSetField(table, "kind"u8);
            stack.RawSetField(table, "system"u8);
        }
        Done(behavior, message);
    }

    /// <summary>Pushes a signal as an event table.</summary>
    public static void PushEvent(LuaBehavior behavior, LuaStack stack, MailboxItem item)
    {
        var signal = (Signal)item;
        stack.Reserve(8);
        stack.NewTable(0, 4);
        stack.Push(KindText(signal.Kind));
        stack.RawSetField(-2, "kind"u8);
        PushPid(stack, signal.From, none: "{|}");
        stack.RawSetField(-2, "from"u8);
        stack.Push(signal.At.ToUnixTimeSeconds());
        stack.RawSetField(-2, "at"u8);
        if (signal.Kind == SignalKind.Outdated)
        {
            var sources = behavior.Process.TakeOutdated();
            stack.NewTable(sources.Count);
            var n = 0L;
            foreach (var id in sources)
            {
                stack.Push(id.ToString());
                stack.RawSet(-2, ++n);
            }
            stack.RawSetField(-2, "sources"u8);
            return;
        }
        if (signal.Kind == SignalKind.Cancel)
        {
            stack.Push(signal.Reason);
            stack.RawSetField(-2, "reason"u8);
            return;
        }
        stack.NewTable(0, 1);
        if (signal.Result?.Error is { } error)
        {
            LuaErrors.Push(stack, error);
            stack.RawSetField(-2, "error"u8);
        }
        else if (signal.Result is { Value.IsEmpty: false } result)
        {
            LuaCodec.DecodeOneOrNil(stack, result.Value.Span);
            stack.RawSetField(-2, "value"u8);
        }
        stack.RawSetField(-2, "result"u8);
    }

    /// <summary>The text of <c>process.event</c> for a signal.</summary>
    public static ReadOnlySpan<byte> KindText(SignalKind kind) => kind switch
    {
        SignalKind.Exit => "pid.exit"u8,
        SignalKind.LinkDown => "pid.link.down"u8,
        SignalKind.Cancel => "pid.cancel"u8,
        SignalKind.Outdated => "pid.outdated"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a signal"),
    };

    /// <summary>Pushes the text of a PID.</summary>
    public static void PushPid(LuaStack stack, in Pid pid, string none)
    {
        if (pid.IsNone)
        {
            stack.Push(none);
            return;
        }
        Span<byte> text = stackalloc byte[256];
        if (pid.TryFormat(text, out var length)) stack.Push(text[..length]);
        else stack.Push(pid.ToString());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Done(LuaBehavior behavior, Message message)
    {
        behavior.Process.Taken(message);
        message.Release();
    }

    // What a peer sent may be malformed; the program then sees no payload, and the log says why.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Decode(LuaBehavior behavior, LuaStack stack, Message message)
    {
        var top = stack.Top;
        try
        {
            return LuaCodec.DecodeArguments(stack, message.Payload, behavior.Repeats.Shapes);
        }
        catch (MessagePackException malformed)
        {
            stack.SetTop(top);
            behavior.Process.Node.DeadLetters.Add(message.Source, behavior.Process.Pid, message.Topic.ToString(), malformed.Message);
            return 0;
        }
    }
}
