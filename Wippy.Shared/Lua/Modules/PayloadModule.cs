using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>payload</c> global, payload wrappers and message objects (reference: process §6.3, modules, payload).</summary>
internal static class PayloadModule
{
    private static readonly LuaLibrary PayloadMethods = new LuaLibrary("payload")
        .Method("data", (_, stack) => Value(stack, LuaUserdataKind.Payload, "data", 1));

    private static readonly LuaLibrary MessageMethods = new LuaLibrary("process.Message")
        .Method("topic", (_, stack) => Value(stack, LuaUserdataKind.Message, "topic", LuaMessages.TopicValue))
        .Method("from", (_, stack) => Value(stack, LuaUserdataKind.Message, "from", LuaMessages.FromValue))
        .Method("payload", (_, stack) => Value(stack, LuaUserdataKind.Message, "payload", LuaMessages.PayloadValue));

    static PayloadModule()
    {
        LuaTypes.Declare(LuaUserdataKind.Payload, "payload", PayloadMethods, new LuaLibrary("payload").Function("__tostring", static (_, stack) => Text(stack, "payload{format=lua/any}")));
        LuaTypes.Declare(LuaUserdataKind.Message, "process.Message", MessageMethods, new LuaLibrary("process.Message").Function("__tostring", MessageToText));
    }

    public static LuaLibrary Library { get; } = new LuaLibrary("payload").Function("new", New);

    private static int New(LuaBehavior behavior, LuaStack stack)
    {
        stack.SetTop(1);
        stack.NewUserdata(LuaUserdataKind.Payload, 1);
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Payload);
        stack.PushValue(1);
        stack.SetUserValue(-2, 1);
        return 1;
    }

    private static int Value(LuaStack stack, LuaUserdataKind kind, string method, int value)
    {
        if (!LuaArguments.Is(stack, 1, kind)) return LuaArguments.Fault(stack, LuaArguments.Bad(1, method, kind.ToString().ToLowerInvariant(), LuaArguments.TypeName(stack, 1)));
        stack.PushNil();
        stack.PushUserValue(1, value);
        return 2;
    }

    private static int MessageToText(LuaBehavior behavior, LuaStack stack)
    {
        stack.PushUserValue(1, LuaMessages.TopicValue);
        return Text(stack, $"process.Message{{topic={stack.ToText(-1)}}}");
    }

    private static int Text(LuaStack stack, string text)
    {
        stack.Push(text);
        return 1;
    }
}
