using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua.Modules;

/// <summary>
/// The <c>coroutine</c> global (reference: channels §7). Resuming and yielding are operations of the process, which
/// drives all its coroutines; so a call that waits inside a resumed coroutine suspends the whole chain.
/// </summary>
internal static class CoroutineModule
{
    // lua_status of a thread that has not run yet or has ended, and of one that yielded.
    private const int StatusOk = 0;
    private const int StatusYield = 1;

    public static LuaLibrary Library { get; } = new LuaLibrary("coroutine")
        .Checked("create(f: fun(...): any): thread", Create)
        .Operation("resume(co: thread, ...): boolean, any", Resume)
        .Operation("yield(...): any", Yield)
        .Checked("status(co: thread): string", Status)
        .Function("running(): thread, boolean", Running)
        .Checked("spawn(f: fun(...): any, ...)", Spawn)
        .Made("wrap(f: fun(...): any): fun(...): any", PushWrap);

    private static int Create(LuaBehavior behavior, LuaStack stack)
    {
        if (stack.TypeOf(1) != LuaType.Function) return LuaArguments.Fault(stack, LuaArguments.Bad(1, "create", "function", LuaArguments.TypeName(stack, 1)));
        stack.PushNil();
        var thread = stack.NewThread();
        stack.PushValue(1);
        stack.MoveTo(thread, 1);
        return 2;
    }

    private static int Spawn(LuaBehavior behavior, LuaStack stack)
    {
        if (stack.TypeOf(1) != LuaType.Function) return LuaArguments.Fault(stack, LuaArguments.Bad(1, "spawn", "function", LuaArguments.TypeName(stack, 1)));
        stack.PushNil();
        stack.PushValue(1);
        behavior.Coroutines.Spawn(stack);
        return 2;
    }

    private static void Resume(LuaBehavior behavior, LuaThread thread)
    {
        var stack = thread.Stack;
        if (stack.TypeOf(thread.Argument(1)) != LuaType.Thread)
        {
            thread.RaiseBadArgument(1, "coroutine");
            return;
        }
        var target = stack.ToThread(thread.Argument(1));
        var status = StatusOf(behavior, target);
        if (status != "suspended" || behavior.Coroutines.IsSpawned(target))
        {
            Refuse(thread, status switch
            {
                "dead" => "cannot resume dead coroutine",
                "suspended" => "cannot resume a spawned coroutine: the process runs it",
                _ => "cannot resume non-suspended coroutine",
            });
            return;
        }
        var arguments = thread.ArgumentCount - 1;
        if (!target.Reserve(arguments + 4) || !stack.Reserve(arguments))
        {
            Refuse(thread, "too many arguments to resume");
            return;
        }
        for (var i = 1; i <= arguments; i++) stack.PushValue(thread.Argument(1 + i));
        stack.MoveTo(target, arguments);
        behavior.Coroutines.SwitchTo(target, thread, arguments);
    }

    private static void Yield(LuaBehavior behavior, LuaThread thread)
    {
        // Without a resumer it is suspended on nothing: nobody will ever resume it.
        if (thread.Resumer is not null) behavior.Coroutines.SwitchBack(thread, thread.ArgumentCount);
    }

    // Ends a resume with false and the reason.
    private static void Refuse(LuaThread thread, string reason)
    {
        var first = thread.BeginReturn();
        thread.Stack.Push(false);
        thread.Stack.Push(reason);
        thread.EndReturn(first);
    }

    private static int Status(LuaBehavior behavior, LuaStack stack)
    {
        if (stack.TypeOf(1) != LuaType.Thread) return LuaArguments.Fault(stack, LuaArguments.Bad(1, "status", "coroutine", LuaArguments.TypeName(stack, 1)));
        stack.PushNil();
        stack.Push(StatusOf(behavior, stack.ToThread(1)));
        return 2;
    }

    // nil in the main coroutine (reference: channels §7).
    private static int Running(LuaBehavior behavior, LuaStack stack)
    {
        if (!stack.PushThread()) return 1;
        stack.PushNil();
        return 1;
    }

    private static string StatusOf(LuaBehavior behavior, LuaStack target)
    {
        if (behavior.Coroutines.IsRunning(target)) return "running";
        if (behavior.Coroutines.IsResumed(target)) return "normal";
        return target.Status switch
        {
            StatusYield => "suspended",
            StatusOk when target.Top > LuaMonitor.Bottom => "suspended",
            _ => "dead",
        };
    }

    private static void PushWrap(LuaStack stack)
    {
        LuaPrelude.CoroutineWrap.Push(stack);
        Library.TryPushMember(stack, "create"u8);
        Library.TryPushMember(stack, "resume"u8);
        LuaState.CallTrusted(stack, 2, 1);
    }
}
