using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// Every entry from Lua into C#. A callback never raises a Lua error and never yields, because both are longjmp over
/// managed frames; it returns values, and the prelude raises or yields in Lua. No exception leaves a callback: the
/// one catch here fails the process.
/// </summary>
internal static unsafe class LuaCallbacks
{
    // Of what TryPushReceive makes: which upvalue is the function.
    private const int PollUpvalue = 2;

    // Functions are registered while module tables are built, once per operating-system process; Lua closures hold their numbers.
    private static readonly Lock RegistryLock = new();
    private static (LuaFunction Function, LuaReturns Results)[] s_functions = new (LuaFunction, LuaReturns)[64];
    private static int s_count;
    private static Accessor[] s_accessors = [];

    private static readonly nint Dispatcher = (nint)(delegate* unmanaged[Cdecl]<nint, int>)&Dispatch;
    private static readonly nint AccessorDispatcher = LuaAccessorCode.Before((nint)(delegate* unmanaged[Cdecl]<nint, int>)&Access);
    private static readonly nint ReceiveDispatcher = LuaReceiveCode.Before((nint)(delegate* unmanaged[Cdecl]<nint, int>)&Receive);
    private static readonly nint Preemption = (nint)(delegate* unmanaged[Cdecl]<nint, nint, void>)&Preempt;

    private static readonly nint Raiser = LuaApi.Export("lua_error");

    /// <summary>Gives a function its number, for good.</summary>
    /// <param name="function">The function.</param>
    /// <param name="results">What its caller sees of its results.</param>
    public static int Register(LuaFunction function, LuaReturns results = LuaReturns.All)
    {
        lock (RegistryLock)
        {
            var functions = s_functions;
            if (s_count == functions.Length) Array.Resize(ref functions, s_count * 2);
            functions[s_count] = (function, results);
            Volatile.Write(ref s_functions, functions);
            return s_count++;
        }
    }

    /// <summary>Gives a number, for good, to a function that returns a Lua value of its argument, which must be a userdata of a kind.</summary>
    /// <param name="name">Its name, for the complaint about another argument.</param>
    /// <param name="kind">Of the userdata.</param>
    /// <param name="value">Which of its values, from 1.</param>
    public static int RegisterAccessor(string name, LuaUserdataKind kind, int value)
    {
        lock (RegistryLock)
        {
            Volatile.Write(ref s_accessors, [.. s_accessors, new Accessor(name, kind, value)]);
            return s_accessors.Length - 1;
        }
    }

    /// <summary>Pushes a closure that calls a registered function.</summary>
    public static void Push(LuaStack stack, int function)
    {
        stack.Push((long)function);
        LuaApi.lua_pushcclosure(stack.Handle, Dispatcher, 1);
    }

    /// <summary>As <see cref="Push(LuaStack, int)"/>, with a second upvalue, which the function reads with <see cref="Upvalue"/>.</summary>
    public static void Push(LuaStack stack, int function, long upvalue)
    {
        stack.Push((long)function);
        stack.Push(upvalue);
        LuaApi.lua_pushcclosure(stack.Handle, Dispatcher, 2);
    }

    /// <summary>As <see cref="Push(LuaStack, int)"/>, for what <see cref="RegisterAccessor"/> gave.</summary>
    public static void PushAccessor(LuaStack stack, int accessor)
    {
        stack.Push((long)s_accessors[accessor].Kind);
        stack.Push((long)LuaValue.OffsetOfUserValue(s_accessors[accessor].Value));
        stack.Push((long)accessor);
        LuaApi.lua_pushcclosure(stack.Handle, AccessorDispatcher, 3);
    }

    /// <summary>Pushes a closure that receives: a registered function looks whether something is there, and the closure yields its arguments if not.</summary>
    /// <param name="stack">Where to.</param>
    /// <param name="operation">Number of the operation that waits, for <see cref="LuaOperations"/>.</param>
    /// <param name="poll">The function; it leaves two values, of which the second is nil if nothing is there. Not called while nothing may be there.</param>
    /// <returns>False, with nothing pushed, where there is no such closure.</returns>
    public static bool TryPushReceive(LuaStack stack, int operation, int poll)
    {
        if (ReceiveDispatcher == 0) return false;
        stack.Push((long)operation);
        stack.Push((long)poll);
        LuaApi.lua_pushcclosure(stack.Handle, ReceiveDispatcher, PollUpvalue);
        return true;
    }

    /// <summary>The second upvalue of the running closure.</summary>
    public static long Upvalue(LuaStack stack) => stack.Running.Upvalue(2).Integer;

    /// <summary>
    /// Says whose Lua code runs on this thread, before any does, until the scope is disposed; then it is whose it was before. Collections may call back at any time.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Scope Enter(LuaBehavior behavior) => new(ref Current.Behavior, behavior);

    /// <summary>Resumes a Lua thread.</summary>
    /// <param name="state">Its state, whose memory limit holds meanwhile.</param>
    /// <param name="thread">The thread; its arguments are on its stack.</param>
    /// <param name="arguments">How many.</param>
    /// <param name="results">How many values it left at the top of its stack.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LuaStatus Resume(LuaState state, LuaStack thread, int arguments, out int results)
    {
        int count;
        state.EnforceLimit(true);
        var status = (LuaStatus)LuaApi.lua_resume(thread.Handle, 0, arguments, &count);
        state.EnforceLimit(false);
        results = count;
        return status;
    }

    /// <summary>Makes a thread yield without values after so many instructions, again and again; threads it creates inherit this.</summary>
    public static void SetTimeSlice(LuaStack thread, int instructions) =>
        LuaApi.lua_sethook(thread.Handle, Preemption, LuaApi.MaskCount, instructions);

    /// <summary>
    /// The same for a thread that has just yielded so. Lua has marked the call that it is in and set what is left of the count to 1: the next instruction takes the mark away, without calling the
    /// hook, and counts anew. Setting the hook before that would set what is left of the count, too, and the mark would swallow the first call of the hook, all those instructions
    /// later. So it is set only if a callback has changed it meanwhile. (<c>luaG_traceexec</c> and <c>lua_sethook</c> in Lua's ldebug.c.)
    /// </summary>
    public static void RenewTimeSlice(LuaStack thread, int instructions)
    {
        if (LuaApi.lua_gethookcount(thread.Handle) != instructions) SetTimeSlice(thread, instructions);
    }

    /// <summary>
    /// Makes every further instruction of a thread raise an error, so that code which cannot yield (a comparator of sort, a
    /// __close handler) ends as well. Lua itself is the hook: it may raise, we may not.
    /// </summary>
    public static void StopByForce(nint thread) => LuaApi.lua_sethook(thread, Raiser, LuaApi.MaskCount, 1);

    /// <summary>
    /// Ends a thread that waits: it is dead afterwards, and empty. What it left to be closed is not run, only begun, because
    /// nothing could stop it in there.
    /// </summary>
    public static void End(LuaStack thread)
    {
        StopByForce(thread.Handle);
        LuaApi.lua_closethread(thread.Handle, 0);
        LuaApi.lua_settop(thread.Handle, 0);
    }

    /// <summary>For code that cannot be suspended where it is: whether to stop it there.</summary>
    public static bool MustStopWhereItIs() => Current.Behavior is { } behavior && behavior.MustStopWhereItIs();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Dispatch(nint state) => Call(state, 1);

    // LuaReceiveCode yields when nothing is there.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Receive(nint state)
    {
        var results = Call(state, PollUpvalue);
        var stack = new LuaStack(state);
        if (results != 2 || stack.TypeOf(-1) != LuaType.Nil) return results;
        stack.Pop(2);
        return LuaReceiveCode.Nothing;
    }

    // Calls the function whose number is in an upvalue. Inlined, because each of the two above is a whole way into managed code.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Call(nint state, int upvalue)
    {
        var behavior = Current.Behavior!;
        var enforced = behavior.State.EnforceLimit(false);
        var stack = new LuaStack(state);
        var (function, shape) = s_functions[(int)stack.Running.Upvalue(upvalue).Integer];
        try
        {
            if (shape == LuaReturns.One) stack.SetTop(2);
            var results = function(behavior, stack);
            if (shape != LuaReturns.All) results = Shape(stack, results, shape);
            // A callback may have lasted long, or have sent where too much waits already.
            if (behavior.MustStop || (enforced && behavior.State.IsOverLimit) || (behavior.Process.GivesWay && stack.IsYieldable)) YieldSoon(state);
            return results;
        }
        catch (Exception exception)
        {
            behavior.Fault(exception);
            YieldSoon(state);
            return 0;
        }
        finally
        {
            behavior.State.EnforceLimit(enforced);
        }
    }

    // The first of the results is a fault, or nil.
    private static int Shape(LuaStack stack, int results, LuaReturns shape)
    {
        if (results > 0)
        {
            if (stack.TypeOf(-results) != LuaType.Nil)
            {
                stack.Pop(results - 1);
                return LuaRaise.WhenItReturns(stack);
            }
            results--;
        }
        if (shape == LuaReturns.Rest) return results;
        var wanted = shape == LuaReturns.One ? 1 : 2;
        if (results > wanted) stack.Pop(results - wanted);
        for (; results < wanted; results++) stack.PushNil();
        return wanted;
    }

    // Most calls allocate nothing and cannot fail, so they need none of what Dispatch does; messages are full of them.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Access(nint state)
    {
        var stack = new LuaStack(state);
        ref readonly var accessor = ref s_accessors[(int)stack.Running.Upvalue(3).Integer];
        var userdata = stack.ValueAt(1);
        if (userdata.Type != LuaType.Userdata || userdata.Kind != accessor.Kind) return Explain(stack, accessor);
        stack.Push(userdata.UserValue(accessor.Value));
        return 1;
    }

    private static int Explain(LuaStack stack, in Accessor accessor)
    {
        var state = Current.Behavior!.State;
        var enforced = state.EnforceLimit(false);
        stack.Push(LuaArguments.Bad(1, accessor.Name, accessor.Kind.ToString().ToLowerInvariant(), LuaArguments.TypeName(stack, 1)));
        LuaRaise.WhenItReturns(stack);
        state.EnforceLimit(enforced);
        return 0;
    }

    // The program must not go on as it is: its next instruction yields to the behaviour, which decides.
    private static void YieldSoon(nint state) => LuaApi.lua_sethook(state, Preemption, LuaApi.MaskCount, 1);

    // A hook of a Lua function may yield: lua_yieldk then only marks the thread and returns (manual §4.7).
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Preempt(nint state, nint activation)
    {
        if (LuaApi.lua_isyieldable(state) != 0) LuaApi.lua_yieldk(state, 0, 0, 0);
        else if (MustStopWhereItIs()) StopByForce(state);
    }

    /// <summary>See <see cref="Enter"/>.</summary>
    public readonly ref struct Scope
    {
        private readonly ref LuaBehavior? _running;
        private readonly LuaBehavior? _previous;

        internal Scope(ref LuaBehavior? running, LuaBehavior behavior)
        {
            _running = ref running;
            _previous = running;
            running = behavior;
        }

        public void Dispose() => _running = _previous;
    }

    private readonly record struct Accessor(string Name, LuaUserdataKind Kind, int Value);

    // In a class without other statics, which has nothing to initialise: so the way to it is short.
    private static class Current
    {
        [ThreadStatic]
        public static LuaBehavior? Behavior;
    }
}
