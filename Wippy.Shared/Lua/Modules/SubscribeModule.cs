using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Lua.Modules;

/// <summary>
/// The globals <c>subscribe</c> and <c>unsubscribe</c> (reference: lua-environment §1): a topic of the process's own mail on a channel that
/// the program has made. A coroutine of the process hands it on.
/// </summary>
internal static class SubscribeModule
{
    /// <summary><c>subscribe(topic, channel)</c>.</summary>
    public static int Subscribe(LuaBehavior behavior, LuaStack stack)
    {
        stack.SetTop(2);
        if (!LuaArguments.TryText(stack, 1, out ReadOnlySpan<byte> text))
        {
            return LuaArguments.Fault(stack, LuaArguments.Bad(1, "subscribe", "string", LuaArguments.TypeName(stack, 1)));
        }
        var topic = Topic.Of(text);
        if (!TryChannel(behavior, stack, 2, out var target))
        {
            return LuaArguments.Fault(stack, LuaArguments.Bad(2, "subscribe", "channel", LuaArguments.TypeName(stack, 2)));
        }
        if (topic.Utf8.IsEmpty) return Failure(stack, new Error(ErrorKind.Invalid, "topic cannot be empty"));
        if (topic.IsReserved) return Failure(stack, new Error(ErrorKind.Invalid, "cannot listen to @ topics"));
        if (behavior.Mail.IsListenedTo(topic)) return Failure(stack, new Error(ErrorKind.AlreadyExists, $"topic '{topic}' is subscribed already"));

        stack.SetTop(2);
        LuaPrelude.Pump.Push(stack);
        behavior.Mail.PushListener(stack, topic, asMessages: false);
        behavior.Mail.Bind(target!, behavior.Channels.Of(stack, -1));
        stack.PushValue(2);
        behavior.Coroutines.Spawn(stack, arguments: 2);
        stack.PushNil();
        stack.Push(true);
        return 2;
    }

    /// <summary><c>unsubscribe(channel)</c>.</summary>
    public static int Unsubscribe(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryChannel(behavior, stack, 1, out var target))
        {
            return LuaArguments.Fault(stack, LuaArguments.Bad(1, "unsubscribe", "channel", LuaArguments.TypeName(stack, 1)));
        }
        if (!behavior.Mail.Unbind(target!)) return Failure(stack, new Error(ErrorKind.Invalid, "channel is not subscribed"));
        stack.PushNil();
        stack.Push(true);
        return 2;
    }

    private static bool TryChannel(LuaBehavior behavior, LuaStack stack, int index, out LuaValueChannel? channel)
    {
        channel = LuaArguments.Is(stack, index, LuaUserdataKind.Channel) ? behavior.Channels.Of(stack, index) as LuaValueChannel : null;
        return channel is not null;
    }

    // Results of a checked function: no fault, nil, err.
    private static int Failure(LuaStack stack, Error error)
    {
        stack.PushNil();
        stack.PushNil();
        LuaErrors.Push(stack, error);
        return 3;
    }
}
