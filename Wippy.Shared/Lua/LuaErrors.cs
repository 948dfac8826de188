using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Lua;

/// <summary>
/// Error objects in Lua (reference: lua-environment §6): a userdata whose Lua values are, from 1, the kind, the message,
/// whether to retry (true, false or nil), the details (table or nil) and the stack text (string or nil).
/// </summary>
internal static class LuaErrors
{
    public const int ValueCount = 5;

    public const int KindValue = 1;
    public const int MessageValue = 2;
    public const int RetryableValue = 3;
    public const int DetailsValue = 4;
    public const int StackValue = 5;

    /// <summary>Pushes an error object whose values are still nil.</summary>
    /// <returns>Its index.</returns>
    public static int Begin(LuaStack stack)
    {
        stack.NewUserdata(LuaUserdataKind.Error, ValueCount);
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Error);
        return stack.Top;
    }

    /// <summary>Pushes an error as an error object.</summary>
    public static void Push(LuaStack stack, Error error)
    {
        var index = Begin(stack);
        stack.Push(error.Kind.ToText());
        stack.SetUserValue(index, KindValue);
        stack.Push(error.Message);
        stack.SetUserValue(index, MessageValue);
        if (error.Retryable is { } retryable)
        {
            stack.Push(retryable);
            stack.SetUserValue(index, RetryableValue);
        }
        if (!error.Details.IsEmpty)
        {
            LuaCodec.DecodeOneOrNil(stack, error.Details.Span);
            stack.SetUserValue(index, DetailsValue);
        }
        if (error.Stack is not null)
        {
            stack.Push(error.Stack);
            stack.SetUserValue(index, StackValue);
        }
    }

    /// <summary>
    /// The error that a raised value becomes when it leaves the process: an error object as it is, anything else by
    /// its text with kind Internal and unknown retryability (reference: process §13).
    /// </summary>
    public static Error FromRaised(LuaStack stack, int index)
    {
        index = stack.Absolute(index);
        if (stack.UserdataKind(index) == LuaUserdataKind.Error) return Read(stack, index);
        stack.PushPlainText(index);
        var text = stack.ToText(-1);
        stack.Pop(1);
        return new Error(ErrorKind.Internal, text, Retryable: null);
    }

    /// <summary>The error in an error object.</summary>
    public static Error Read(LuaStack stack, int index)
    {
        var kind = ErrorKinds.Parse(TextValue(stack, index, KindValue) ?? "");
        var message = TextValue(stack, index, MessageValue) ?? "";
        stack.PushUserValue(index, RetryableValue);
        bool? retryable = stack.TypeOf(-1) == LuaType.Boolean ? stack.ToBoolean(-1) : null;
        stack.Pop(1);
        return new Error(kind, message, retryable) { Details = DetailsOf(stack, index), Stack = TextValue(stack, index, StackValue) };
    }

    private static string? TextValue(LuaStack stack, int index, int value)
    {
        var type = stack.PushUserValue(index, value);
        var text = type == LuaType.String ? stack.ToText(-1) : null;
        stack.Pop(1);
        return text;
    }

    private static ReadOnlyMemory<byte> DetailsOf(LuaStack stack, int index)
    {
        using var buffer = new ByteBuffer();
        // Details that cannot travel (functions in them) are left behind; the error itself must not fail.
        var written = stack.PushUserValue(index, DetailsValue) == LuaType.Table && LuaCodec.EncodeOne(stack, stack.Top, buffer) is null;
        stack.Pop(1);
        return written ? buffer.WrittenSpan.ToArray() : default(ReadOnlyMemory<byte>);
    }
}
