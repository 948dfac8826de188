using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>payload</c> global, payload wrappers and message objects (reference: process §6.3, modules, payload).</summary>
internal static class PayloadModule
{
    private static readonly LuaLibrary PayloadMethods = new LuaLibrary("payload")
        .Accessor("data", LuaUserdataKind.Payload, 1);

    private static readonly LuaLibrary MessageMethods = new LuaLibrary("process.Message")
        .Accessor("topic", LuaUserdataKind.Message, LuaMessages.TopicValue)
        .Accessor("from", LuaUserdataKind.Message, LuaMessages.FromValue)
        .Accessor("payload", LuaUserdataKind.Message, LuaMessages.PayloadValue);

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
