using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>errors</c> global and the methods of error objects (reference: lua-environment §6).</summary>
internal static class ErrorsModule
{
    // Characters of stack text that wrapping adds to; each level would else copy all levels below it.
    private const int MaxStackText = 4096;

    private static readonly LuaLibrary Methods = new LuaLibrary("error")
        .Method("kind(): string", (_, stack) => Value(stack, "kind", LuaErrors.KindValue))
        .Method("message(): string", (_, stack) => Value(stack, "message", LuaErrors.MessageValue))
        .Method("retryable(): boolean?", (_, stack) => Value(stack, "retryable", LuaErrors.RetryableValue))
        .Method("details(): table?", (_, stack) => Value(stack, "details", LuaErrors.DetailsValue))
        .Method("stack(): string", (_, stack) => Value(stack, "stack", LuaErrors.StackValue));

    static ErrorsModule() => LuaTypes.Declare(LuaUserdataKind.Error, "error", Methods, new LuaLibrary("error").Function("__tostring", ToText).Checked("__concat", Concat));

    public static LuaLibrary Library { get; } = AddKinds(new LuaLibrary("errors")
        .Checked("new(message: string|table): error", New)
        .Checked("wrap(err: error|string, context: string): error", Wrap)
        .Function("is(err, kind: string): boolean", Is)
        .Function("call_stack(err): table?", CallStack));

    private static LuaLibrary AddKinds(LuaLibrary library)
    {
        library.Constant("UNKNOWN", "");
        foreach (var (name, kind) in (IEnumerable<(string, ErrorKind)>)
                 [
                     ("INVALID", ErrorKind.Invalid), ("NOT_FOUND", ErrorKind.NotFound), ("ALREADY_EXISTS", ErrorKind.AlreadyExists),
                     ("PERMISSION_DENIED", ErrorKind.PermissionDenied), ("UNAVAILABLE", ErrorKind.Unavailable), ("INTERNAL", ErrorKind.Internal),
                     ("CANCELED", ErrorKind.Canceled), ("CONFLICT", ErrorKind.Conflict), ("TIMEOUT", ErrorKind.Timeout), ("RATE_LIMITED", ErrorKind.RateLimited),
                 ])
        {
            library.Constant(name, kind.ToText());
        }
        return library;
    }

    private static int New(LuaBehavior behavior, LuaStack stack)
    {
        if (LuaArguments.TryText(stack, 1, out string? message))
        {
            stack.PushNil();   // no fault
            LuaErrors.Push(stack, new Error(ErrorKind.Unknown, message, Retryable: null) { Stack = Here(behavior, stack) });
            return 2;
        }
        if (!LuaFrozen.IsTable(stack, 1) || stack.RawGetField(1, "message"u8) != LuaType.String)
        {
            return LuaArguments.Fault(stack, "bad argument #1 to 'new' (a text, or a table with a text as message, expected)");
        }
        var error = LuaErrors.Begin(stack);
        stack.PushValue(-2);
        stack.SetUserValue(error, LuaErrors.MessageValue);
        if (stack.RawGetField(1, "kind"u8) != LuaType.String) stack.Push(""u8);
        stack.SetUserValue(error, LuaErrors.KindValue);
        stack.SetTop(error);
        if (Here(behavior, stack) is { } here)
        {
            stack.Push(here);
            stack.SetUserValue(error, LuaErrors.StackValue);
        }
        if (stack.RawGetField(1, "retryable"u8) == LuaType.Boolean) stack.SetUserValue(error, LuaErrors.RetryableValue);
        stack.SetTop(error);
        if (stack.RawGetField(1, "details"u8) == LuaType.Table && !IsEmpty(stack)) stack.SetUserValue(error, LuaErrors.DetailsValue);
        stack.SetTop(error);
        stack.PushNil();
        stack.PushValue(error);
        return 2;
    }

    private static bool IsEmpty(LuaStack stack)
    {
        var top = stack.Top;
        if (!LuaFrozen.TryPushContents(stack, -1)) stack.PushValue(-1);
        stack.PushNil();
        var isEmpty = !stack.Next(-2);
        stack.SetTop(top);
        return isEmpty;
    }

    private static int Wrap(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 2, out string? context))
        {
            return LuaArguments.Fault(stack, LuaArguments.Bad(2, "wrap", "string", LuaArguments.TypeName(stack, 2)));
        }
        if (!LuaArguments.TryText(stack, 1, out string? text))
        {
            return LuaArguments.Fault(stack, LuaArguments.Bad(1, "wrap", "error or string", LuaArguments.TypeName(stack, 1)));
        }
        stack.PushNil();
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Error))
        {
            LuaErrors.Push(stack, new Error(ErrorKind.Unknown, text, Retryable: null) { Stack = $"{context}\n{Here(behavior, stack)}" });
            return 2;
        }
        var wrapped = LuaErrors.Begin(stack);
        for (var value = 1; value < LuaErrors.StackValue; value++)
        {
            stack.PushUserValue(1, value);
            stack.SetUserValue(wrapped, value);
        }
        stack.PushUserValue(1, LuaErrors.StackValue);
        var inner = stack.ToText(-1);
        stack.Push(inner.Length == 0 ? context : $"{context}\n{(inner.Length <= MaxStackText ? inner : inner[..MaxStackText])}");
        stack.SetUserValue(wrapped, LuaErrors.StackValue);
        stack.SetTop(wrapped);
        return 2;
    }

    private static int CallStack(LuaBehavior behavior, LuaStack stack)
    {
        var text = "";
        if (LuaArguments.Is(stack, 1, LuaUserdataKind.Error))
        {
            stack.PushUserValue(1, LuaErrors.StackValue);
            text = stack.ToText(-1);
        }
        var frames = LuaStackText.Parse(text, out var thread);
        if (frames.Count == 0)
        {
            stack.PushNil();
            return 1;
        }
        stack.NewTable(0, 2);
        stack.Push(thread);
        stack.RawSetField(-2, "thread"u8);
        stack.NewTable(frames.Count);
        for (var level = 0; level < frames.Count; level++)
        {
            stack.NewTable(0, 5);
            stack.Push((long)level);
            stack.RawSetField(-2, "level"u8);
            stack.Push(frames[level].Source);
            stack.RawSetField(-2, "source"u8);
            stack.Push((long)frames[level].Line);
            stack.RawSetField(-2, "line"u8);
            stack.Push(frames[level].Name);
            stack.RawSetField(-2, "name"u8);
            stack.Push(frames[level].Kind);
            stack.RawSetField(-2, "type"u8);
            stack.RawSet(-2, level + 1);
        }
        stack.RawSetField(-2, "frames"u8);
        return 1;
    }

    private static string? Here(LuaBehavior behavior, LuaStack stack) => LuaStackText.Of(stack, behavior.Coroutines.IsMain(stack));

    private static int Is(LuaBehavior behavior, LuaStack stack)
    {
        var same = false;
        if (LuaArguments.Is(stack, 1, LuaUserdataKind.Error) && stack.TypeOf(2) == LuaType.String)
        {
            stack.PushUserValue(1, LuaErrors.KindValue);
            same = stack.ToBytes(-1).SequenceEqual(stack.ToBytes(2));
        }
        stack.Push(same);
        return 1;
    }

    private static int Value(LuaStack stack, string method, int value)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Error))
        {
            return LuaArguments.Fault(stack, LuaArguments.Bad(1, method, "error", LuaArguments.TypeName(stack, 1)));
        }
        stack.PushNil();
        stack.PushUserValue(1, value);
        return 2;
    }

    private static int ToText(LuaBehavior behavior, LuaStack stack)
    {
        stack.PushUserValue(1, LuaErrors.MessageValue);
        return 1;
    }

    private static int Concat(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? left)) return NotText(stack, 1);
        if (!LuaArguments.TryText(stack, 2, out string? right)) return NotText(stack, 2);
        stack.PushNil();
        stack.Push(left + right);
        return 2;
    }

    private static int NotText(LuaStack stack, int index) =>
        LuaArguments.Fault(stack, $"attempt to concatenate a {LuaArguments.TypeName(stack, index)} value");

    /// <summary>For native functions that take strings: the message of an error object, nil for any other value.</summary>
    public static int Message(LuaBehavior behavior, LuaStack stack)
    {
        if (LuaArguments.Is(stack, 1, LuaUserdataKind.Error)) stack.PushUserValue(1, LuaErrors.MessageValue);
        else stack.PushNil();
        return 1;
    }
}
