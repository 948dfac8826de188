using System.Diagnostics;
using System.Runtime.CompilerServices;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Json;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Lua.Yaml;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Lua;

/// <summary>The formats of a payload (reference: modules, payload); their names are those of <c>payload.format</c>.</summary>
internal enum LuaPayloadFormat
{
    Lua = 0,
    Golang,
    Error,
    Json,
    Yaml,
    String,
    Bytes,
    MsgPack,
}

/// <summary>
/// Payload wrappers: a userdata whose number is the format and whose Lua values are, from 1, what programs see of it and,
/// in the formats that have one, its text. Every wrapper of such a format comes from <see cref="Transcode"/>, so what
/// programs see was made of the text.
/// </summary>
internal static class LuaPayload
{
    public const int Value = 1;
    public const int ValueCount = 1;   // in the format of messages
    private const int Encoded = 2;

    private static readonly string[] Names =
        ["lua/any", "golang/any", "golang/error", "json/plain", "yaml/plain", "text/plain", "application/octet-stream", "application/msgpack"];

    public static string NameOf(LuaPayloadFormat format) => Names[(int)format];

    public static bool TryParse(string name, out LuaPayloadFormat format)
    {
        format = (LuaPayloadFormat)Array.IndexOf(Names, name);
        return format >= 0;
    }

    /// <summary>The format of a value which is a wrapper.</summary>
    public static LuaPayloadFormat FormatOf(LuaStack stack, int index) => (LuaPayloadFormat)stack.ToUserdata(index).Number;

    /// <summary>Replaces the value at the top by a wrapper around it.</summary>
    public static void Wrap(LuaStack stack)
    {
        LuaValue metatable = default;
        Wrap(stack, ref metatable);
    }

    /// <summary>As above, for a caller who does it often and keeps the metatable.</summary>
    public static void Wrap(LuaStack stack, ref LuaValue metatable) =>
        Wrap(stack, stack.UserdataKind(-1) == LuaUserdataKind.Error ? LuaPayloadFormat.Error : LuaPayloadFormat.Lua, ref metatable);

    /// <summary>Makes a wrapper around a value that is no userdata, as <see cref="LuaValue.TryMakeUserdata"/> does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryMake(LuaStack stack, LuaValue value, LuaTable metatable, out LuaValue made)
    {
        if (!LuaValue.TryMakeUserdata(stack, LuaUserdataKind.Payload, ValueCount, metatable, out made)) return false;
        made.SetUserValue(Value, value);
        return true;
    }

    /// <summary>Pushes a wrapper with the same value in another format.</summary>
    /// <returns>Null, or why there is none; what was pushed then stays.</returns>
    public static string? Transcode(LuaBehavior behavior, LuaStack stack, int index, LuaPayloadFormat format)
    {
        stack.Reserve(8);
        var from = FormatOf(stack, index);
        switch (format)
        {
            case LuaPayloadFormat.Lua or LuaPayloadFormat.Golang:
                stack.PushUserValue(index, Value);
                Wrap(stack, format);
                return null;
            case LuaPayloadFormat.Error:
                stack.PushUserValue(index, Value);
                if (stack.UserdataKind(-1) != LuaUserdataKind.Error) return "the value is no error";
                Wrap(stack, format);
                return null;
            case LuaPayloadFormat.String or LuaPayloadFormat.Bytes:
                if (!TryPushText(stack, index, from)) return $"the value is a {LuaArguments.TypeName(stack, -1)}";
                Wrap(stack, format);
                return null;
            case LuaPayloadFormat.Json or LuaPayloadFormat.Yaml or LuaPayloadFormat.MsgPack:
                return from is LuaPayloadFormat.String or LuaPayloadFormat.Bytes ? Read(behavior, stack, index, format) : Write(behavior, stack, index, format);
            default:
                throw new UnreachableException();
        }
    }

    private static void Wrap(LuaStack stack, LuaPayloadFormat format)
    {
        LuaValue metatable = default;
        Wrap(stack, format, ref metatable);
    }

    private static void Wrap(LuaStack stack, LuaPayloadFormat format, ref LuaValue metatable)
    {
        stack.NewUserdata(LuaUserdataKind.Payload, ValueCount).Number = (long)format;
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Payload, ref metatable);
        stack.Insert(-2);
        stack.SetUserValue(-2, Value);
    }

    // The text of what has one, a string, or a number as text.
    private static bool TryPushText(LuaStack stack, int index, LuaPayloadFormat from)
    {
        if (from is LuaPayloadFormat.Json or LuaPayloadFormat.Yaml or LuaPayloadFormat.MsgPack)
        {
            stack.PushUserValue(index, Encoded);
            return true;
        }
        var type = stack.PushUserValue(index, Value);
        if (type == LuaType.Number) stack.PushPlainText(-1);
        return type is LuaType.String or LuaType.Number;
    }

    // From a text that is said to be in that format.
    private static string? Read(LuaBehavior behavior, LuaStack stack, int index, LuaPayloadFormat format)
    {
        stack.PushUserValue(index, Value);
        var text = stack.Top;
        return Decode(behavior, stack, stack.ToBytes(text), format) ?? WrapEncoded(stack, text, format);
    }

    private static string? Write(LuaBehavior behavior, LuaStack stack, int index, LuaPayloadFormat format)
    {
        stack.PushUserValue(index, Value);
        if (PushEncoded(stack, format) is { } error) return error.Message;
        var text = stack.Top;
        return Decode(behavior, stack, stack.ToBytes(text), format) ?? WrapEncoded(stack, text, format);
    }

    // Of the value at the top.
    private static Error? PushEncoded(LuaStack stack, LuaPayloadFormat format)
    {
        if (format == LuaPayloadFormat.Yaml)
        {
            if (LuaYamlWriter.Write(stack, stack.Top, [], out var yaml) is { } problem) return problem;
            stack.Push(yaml);
            return null;
        }
        var scratch = LuaBehavior.Scratch;
        var error = format == LuaPayloadFormat.Json ? LuaJson.Encode(stack, -1, scratch) : LuaCodec.EncodeOne(stack, -1, scratch);
        if (error is null) stack.Push(scratch.WrittenSpan);
        return error;
    }

    private static string? Decode(LuaBehavior behavior, LuaStack stack, ReadOnlySpan<byte> text, LuaPayloadFormat format)
    {
        if (format == LuaPayloadFormat.Json) return LuaJson.Decode(behavior, stack, text)?.Message;
        if (format == LuaPayloadFormat.Yaml) return LuaYamlReader.Read(stack, text)?.Message;
        try
        {
            LuaCodec.DecodeWhole(stack, text);
            return null;
        }
        catch (MessagePackException malformed)
        {
            return malformed.Message;
        }
    }

    // The value is at the top, its text at an index below.
    private static string? WrapEncoded(LuaStack stack, int text, LuaPayloadFormat format)
    {
        stack.NewUserdata(LuaUserdataKind.Payload, 2).Number = (long)format;
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Payload);
        stack.Insert(-2);
        stack.SetUserValue(-2, Value);
        stack.PushValue(text);
        stack.SetUserValue(-2, Encoded);
        return null;
    }
}
