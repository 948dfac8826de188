using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>funcs</c> module: calling functions (reference: modules, funcs).</summary>
internal static class FuncsModule
{
    private static readonly LuaLibrary FutureMethods = new LuaLibrary("funcs.Future")
        .Method("response", (_, stack) => FutureChannel(stack, "response"))
        .Method("channel", (_, stack) => FutureChannel(stack, "channel"))
        .Method("is_complete", (behavior, stack) => FutureFlag(behavior, stack, "is_complete", static future => future.IsClosed))
        .Method("is_canceled", (behavior, stack) => FutureFlag(behavior, stack, "is_canceled", static future => future.IsCanceled))
        .Fallible("result", FutureResult)
        .Fallible("error", FutureError)
        .Fallible("cancel", FutureCancel);

    static FuncsModule() => LuaTypes.Declare(LuaUserdataKind.Future, "funcs.Future", FutureMethods);

    public static LuaLibrary Library { get; } = new LuaLibrary("funcs")
        .Operation("call", Call)
        .Fallible("async", Async);

    private static void Call(LuaBehavior behavior, LuaThread thread)
    {
        var stack = thread.Stack;
        if (!LuaArguments.TryText(stack, thread.Argument(1), out string? id))
        {
            thread.RaiseBadArgument(1, "string");
            return;
        }
        var error = Prepare(behavior, stack, id, thread.Argument(1) + 1, thread.ArgumentCount - 1, out var function, out var arguments);
        if (error is not null)
        {
            thread.Return(error);
            return;
        }
        var process = behavior.Process;
        behavior.StartCall(function, arguments, process.Security, process.Context, result => Return(thread, result));
    }

    private static int Async(LuaBehavior behavior, LuaStack stack)
    {
        var count = stack.Top;
        if (!LuaArguments.TryText(stack, 1, out string? id))
        {
            return LuaArguments.Fault(stack, LuaArguments.Bad(1, "async", "string", LuaArguments.TypeName(stack, 1)));
        }
        var error = Prepare(behavior, stack, id, 2, count - 1, out var function, out var arguments);
        if (error is not null) return Failure(stack, error);
        stack.PushNil();
        stack.NewUserdata(LuaUserdataKind.Future, 1);
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Future);
        var future = behavior.Channels.PushFeed(stack, static slot => new LuaFuture(slot));
        stack.PushValue(-1);
        LuaChannels.Keep(stack, future);   // until the answer is there
        stack.SetUserValue(-2, 1);
        var process = behavior.Process;
        future.Call = behavior.StartCall(function, arguments, process.Security, process.Context, result => future.Complete(behavior, result));
        return 2;
    }

    // Everything that is settled before a call begins, in the order in which callers learn of it.
    private static Error? Prepare(LuaBehavior behavior, LuaStack stack, string id, int first, int count, out EntryId function, out Payload arguments)
    {
        arguments = default;
        if (BadId(id, out function) is { } bad) return bad;
        var process = behavior.Process;
        if (!Permits(process, "funcs.call", id)) return new Error(ErrorKind.PermissionDenied, $"not allowed: {id}");
        var scratch = LuaBehavior.Scratch;
        if (LuaCodec.Encode(stack, first, count, scratch) is { } error) return error;
        arguments = Payload.Copy(scratch.WrittenSpan);
        return null;
    }

    private static Error? BadId(string id, out EntryId function)
    {
        function = default;
        if (id.Length == 0) return Invalid("function ID required");
        var colon = id.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0) return Invalid("namespace required in function ID");
        if (colon == id.Length - 1) return Invalid("name required in function ID");
        return EntryId.TryParse(id, out function) ? null : new Error(ErrorKind.NotFound, "no handler registered for target");
    }

    private static void Return(LuaThread thread, ExitResult result)
    {
        if (result.Error is not null)
        {
            thread.Return(result.Error);
            return;
        }
        var first = thread.BeginReturn();
        LuaFuture.PushValue(thread.Stack, result);
        thread.EndReturn(first);
    }

    private static bool Permits(Process process, string action, string resource)
    {
        if (process.Security.IsIncomplete) return !process.Node.StrictSecurity;
        var attributes = new Dictionary<string, object?> { ["pid"] = process.Pid.ToString() };
        return process.Security.Permits(action, resource, attributes, process.Node.StrictSecurity);
    }

    private static int FutureChannel(LuaStack stack, string method)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Future)) return BadFuture(stack, method);
        stack.PushNil();
        stack.PushUserValue(1, 1);
        return 2;
    }

    private static int FutureFlag(LuaBehavior behavior, LuaStack stack, string method, Func<LuaFuture, bool> flag)
    {
        if (!TryFuture(behavior, stack, out var future)) return BadFuture(stack, method);
        stack.PushNil();
        stack.Push(flag(future));
        return 2;
    }

    private static int FutureResult(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryFuture(behavior, stack, out var future)) return BadFuture(stack, "result");
        if (future.Result is null) return 0;
        if (future.Result.Error is { } error) return Failure(stack, error);
        stack.PushNil();
        LuaFuture.PushAnswer(stack, future.Result);
        return 2;
    }

    private static int FutureError(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryFuture(behavior, stack, out var future)) return BadFuture(stack, "error");
        stack.PushNil();
        if (future.Result?.Error is { } error) LuaErrors.Push(stack, error);
        else stack.PushNil();
        stack.Push(future.Result?.Error is not null);
        return 3;
    }

    private static int FutureCancel(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryFuture(behavior, stack, out var future)) return BadFuture(stack, "cancel");
        stack.PushNil();
        stack.Push(future.Cancel(behavior));
        return 2;
    }

    private static bool TryFuture(LuaBehavior behavior, LuaStack stack, out LuaFuture future)
    {
        future = null!;
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Future)) return false;
        stack.PushUserValue(1, 1);
        future = (LuaFuture)behavior.Channels.Of(stack, -1);
        return true;
    }

    private static int BadFuture(LuaStack stack, string method) =>
        LuaArguments.Fault(stack, LuaArguments.Bad(1, method, "future", LuaArguments.TypeName(stack, 1)));

    private static int Failure(LuaStack stack, Error error)
    {
        stack.PushNil();
        stack.PushNil();
        LuaErrors.Push(stack, error);
        return 3;
    }

    private static Error Invalid(string message) => new(ErrorKind.Invalid, message);
}
