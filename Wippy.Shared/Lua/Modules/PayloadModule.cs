using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>payload</c> global, payload wrappers and message objects (reference: process §6.3, modules, payload).</summary>
internal static class PayloadModule
{
    private static readonly LuaLibrary PayloadMethods = new LuaLibrary("payload")
        .Accessor("data(): any!", LuaUserdataKind.Payload, LuaPayload.Value)
        .Accessor("unmarshal(): any!", LuaUserdataKind.Payload, LuaPayload.Value)
        .Method("get_format(): string", GetFormat)
        .Fallible("transcode(format: string): payload!", Transcode);

    private static readonly LuaLibrary MessageMethods = new LuaLibrary("process.Message")
        .Accessor("topic(): string", LuaUserdataKind.Message, LuaMessages.TopicValue)
        .Accessor("from(): string?", LuaUserdataKind.Message, LuaMessages.FromValue)
        .Accessor("payload(): payload", LuaUserdataKind.Message, LuaMessages.PayloadValue);

    static PayloadModule()
    {
        LuaTypes.Declare(LuaUserdataKind.Payload, "payload", PayloadMethods, new LuaLibrary("payload").Function("__tostring", PayloadToText));
        LuaTypes.Declare(LuaUserdataKind.Message, "process.Message", MessageMethods, new LuaLibrary("process.Message").Function("__tostring", MessageToText));
    }

    public static LuaLibrary Library { get; } = new LuaLibrary("payload").Function("new(value): payload", New).Nested("format", Formats());

    private static LuaLibrary Formats()
    {
        var library = new LuaLibrary("payload.format");
        foreach (var format in Enum.GetValues<LuaPayloadFormat>()) library.Constant(format.ToString().ToUpperInvariant(), LuaPayload.NameOf(format));
        return library;
    }

    private static int New(LuaBehavior behavior, LuaStack stack)
    {
        stack.SetTop(1);
        LuaPayload.Wrap(stack);
        return 1;
    }

    private static int GetFormat(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Payload)) return BadPayload(stack, "get_format");
        stack.PushNil();
        stack.Push(LuaPayload.NameOf(LuaPayload.FormatOf(stack, 1)));
        return 2;
    }

    private static int Transcode(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Payload)) return BadPayload(stack, "transcode");
        if (!LuaArguments.TryText(stack, 2, out string? name)) return LuaArguments.Fault(stack, LuaArguments.Bad(1, "transcode", "string", LuaArguments.TypeName(stack, 2)));
        var from = LuaPayload.NameOf(LuaPayload.FormatOf(stack, 1));
        stack.SetTop(1);
        stack.PushNil();
        var problem = LuaPayload.TryParse(name, out var format) ? LuaPayload.Transcode(behavior, stack, 1, format) : "there is no such format";
        if (problem is null)
        {
            stack.Insert(3);
            stack.SetTop(3);
            return 2;
        }
        stack.SetTop(2);
        stack.PushNil();
        LuaErrors.Push(stack, new Error(ErrorKind.Internal, $"cannot transcode {from} to {name}: {problem}"));
        return 3;
    }

    private static int PayloadToText(LuaBehavior behavior, LuaStack stack) => Text(stack, $"payload{{format={LuaPayload.NameOf(LuaPayload.FormatOf(stack, 1))}}}");

    private static int MessageToText(LuaBehavior behavior, LuaStack stack)
    {
        stack.PushUserValue(1, LuaMessages.TopicValue);
        return Text(stack, $"process.Message{{topic={stack.ToText(-1)}}}");
    }

    private static int BadPayload(LuaStack stack, string method) =>
        LuaArguments.Fault(stack, LuaArguments.Bad(1, method, "payload", LuaArguments.TypeName(stack, 1)));

    private static int Text(LuaStack stack, string text)
    {
        stack.Push(text);
        return 1;
    }
}
