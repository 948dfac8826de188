using System.Diagnostics.CodeAnalysis;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Security;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>funcs</c> module: calling functions (reference: modules, funcs).</summary>
internal static class FuncsModule
{
    private static readonly LuaLibrary FutureMethods = new LuaLibrary("funcs.Future")
        .Method("response(): channel", (_, stack) => FutureChannel(stack, "response"))
        .Method("channel(): channel", (_, stack) => FutureChannel(stack, "channel"))
        .Method("is_complete(): boolean", (behavior, stack) => FutureFlag(behavior, stack, "is_complete", static future => future.IsClosed))
        .Method("is_canceled(): boolean", (behavior, stack) => FutureFlag(behavior, stack, "is_canceled", static future => future.IsCanceled))
        .Fallible("result(): payload!", FutureResult)
        .Fallible("error(): error?, boolean", FutureError)
        .Fallible("cancel(): boolean!", FutureCancel);

    private static readonly LuaLibrary ExecutorMethods = new LuaLibrary("funcs.Executor")
        .Fallible("with_context(values: table<string, any>): funcs.Executor!", WithContext)
        .Fallible("with_actor(actor: security.Actor): funcs.Executor!", WithActor)
        .Fallible("with_scope(scope: security.Scope): funcs.Executor!", WithScope)
        .Fallible("with_options(options: table): funcs.Executor!", WithOptions)
        .Operation("call(id: string, ...): any!", (behavior, thread) =>
        {
            if (behavior.Objects.TryGet(thread.Stack, thread.Argument(1), LuaUserdataKind.Executor, out CallOptions? options)) Call(behavior, thread, 1, options);
            else thread.RaiseBadArgument(1, "funcs.Executor");
        })
        .Fallible("async(id: string, ...): funcs.Future!", (behavior, stack) =>
            behavior.Objects.TryGet(stack, 1, LuaUserdataKind.Executor, out CallOptions? options) ? Async(behavior, stack, 1, options) : BadExecutor(stack, "async"));

    static FuncsModule()
    {
        LuaTypes.Declare(LuaUserdataKind.Future, "funcs.Future", FutureMethods);
        LuaTypes.Declare(LuaUserdataKind.Executor, "funcs.Executor", ExecutorMethods, LuaObjects.Metamethods("funcs.Executor"));
    }

    public static LuaLibrary Library { get; } = new LuaLibrary("funcs")
        .Operation("call(id: string, ...): any!", static (behavior, thread) => Call(behavior, thread, 0, CallOptions.Of(behavior.Process)))
        .Fallible("async(id: string, ...): funcs.Future!", static (behavior, stack) => Async(behavior, stack, 0, CallOptions.Of(behavior.Process)))
        .Function("new(): funcs.Executor", static (behavior, stack) =>
        {
            behavior.Objects.Push(stack, LuaUserdataKind.Executor, CallOptions.Of(behavior.Process));
            return 1;
        });

    // The arguments begin behind those skipped: the executor, if there is one.
    private static void Call(LuaBehavior behavior, LuaThread thread, int skipped, CallOptions options)
    {
        var stack = thread.Stack;
        if (!LuaArguments.TryText(stack, thread.Argument(skipped + 1), out string? id))
        {
            thread.RaiseBadArgument(skipped + 1, "string");
            return;
        }
        var error = Prepare(behavior, stack, id, thread.Argument(skipped + 1) + 1, thread.ArgumentCount - skipped - 1, out var function, out var arguments);
        if (error is not null)
        {
            thread.Return(error);
            return;
        }
        behavior.Pending.StartCall(function, arguments, options.Security, options.Context, result => Return(thread, result));
    }

    private static int Async(LuaBehavior behavior, LuaStack stack, int skipped, CallOptions options)
    {
        var count = stack.Top;
        if (!LuaArguments.TryText(stack, skipped + 1, out string? id))
        {
            return LuaArguments.Fault(stack, LuaArguments.Bad(1, "async", "string", LuaArguments.TypeName(stack, skipped + 1)));
        }
        var error = Prepare(behavior, stack, id, skipped + 2, count - skipped - 1, out var function, out var arguments);
        if (error is not null) return Failure(stack, error);
        stack.PushNil();
        stack.NewUserdata(LuaUserdataKind.Future, 1);
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Future);
        var future = behavior.Channels.PushFeed(stack, static slot => new LuaFuture(slot));
        stack.PushValue(-1);
        LuaChannels.Keep(stack, future);   // until the answer is there
        stack.SetUserValue(-2, 1);
        future.Call = behavior.Pending.StartCall(function, arguments, options.Security, options.Context, result => future.Complete(behavior, result));
        return 2;
    }

    private static int WithContext(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryExecutor(behavior, stack, out var options)) return BadExecutor(stack, "with_context");
        if (!behavior.Process.Permits("funcs.context", "context", behavior.Process.RequestAttributes)) return Failure(stack, Denied("call with custom context"));
        if (LuaContext.Read(stack, 2, "with_context", out var values) is { } problem) return LuaArguments.Fault(stack, problem);
        return PushExecutor(behavior, stack, options with { Context = options.Context.With(values) });
    }

    private static int WithActor(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryExecutor(behavior, stack, out var options)) return BadExecutor(stack, "with_actor");
        if (!behavior.Objects.TryGet(stack, 2, LuaUserdataKind.Actor, out Actor? actor)) return Bad(stack, "with_actor", "security.Actor");
        if (!behavior.Process.Permits("funcs.security", "security", behavior.Process.RequestAttributes)) return Failure(stack, Denied("call with custom security context"));
        return PushExecutor(behavior, stack, options with { Security = options.Security with { Actor = actor } });
    }

    private static int WithScope(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryExecutor(behavior, stack, out var options)) return BadExecutor(stack, "with_scope");
        if (!behavior.Objects.TryGet(stack, 2, LuaUserdataKind.Scope, out Scope? scope)) return Bad(stack, "with_scope", "security.Scope");
        if (!behavior.Process.Permits("funcs.security", "security", behavior.Process.RequestAttributes)) return Failure(stack, Denied("call with custom security context"));
        return PushExecutor(behavior, stack, options with { Security = options.Security with { Scope = scope } });
    }

    // No option has a meaning here; they are taken so that programs written for other runtimes run.
    private static int WithOptions(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryExecutor(behavior, stack, out var options)) return BadExecutor(stack, "with_options");
        return stack.TypeOf(2) == LuaType.Table ? PushExecutor(behavior, stack, options) : Bad(stack, "with_options", "table");
    }

    private static bool TryExecutor(LuaBehavior behavior, LuaStack stack, [NotNullWhen(true)] out CallOptions? options) =>
        behavior.Objects.TryGet(stack, 1, LuaUserdataKind.Executor, out options);

    // What the options hold weighs about as much as the executor they came from together with the argument.
    private static int PushExecutor(LuaBehavior behavior, LuaStack stack, CallOptions options)
    {
        stack.SetTop(2);
        stack.NewTable(2);
        stack.Insert(1);
        stack.RawSet(1, 2);
        stack.RawSet(1, 1);
        stack.PushNil();
        stack.Insert(1);
        behavior.Objects.PushWithWeight(stack, LuaUserdataKind.Executor, options);
        return 2;
    }

    private static int BadExecutor(LuaStack stack, string method) =>
        LuaArguments.Fault(stack, LuaArguments.Bad(1, method, "funcs.Executor", LuaArguments.TypeName(stack, 1)));

    private static int Bad(LuaStack stack, string method, string expected) =>
        LuaArguments.Fault(stack, LuaArguments.Bad(1, method, expected, LuaArguments.TypeName(stack, 2)));

    private static Error Denied(string what) => new(ErrorKind.PermissionDenied, $"not allowed to {what}");

    // Everything that is settled before a call begins, in the order in which callers learn of it.
    private static Error? Prepare(LuaBehavior behavior, LuaStack stack, string id, int first, int count, out EntryId function, out Payload arguments)
    {
        arguments = default;
        if (CallPermission.RefusalOf(behavior.Process, id, out function) is { } refusal) return refusal;
        var scratch = LuaBehavior.Scratch;
        if (LuaCodec.Encode(stack, first, count, scratch) is { } error) return error;
        arguments = Payload.Copy(scratch.WrittenSpan);
        return null;
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

    // What a call gets besides its arguments.
    private sealed record CallOptions(SecurityContext Security, ContextValues Context)
    {
        public static CallOptions Of(Process caller) => new(caller.Security, caller.Context);
    }
}
