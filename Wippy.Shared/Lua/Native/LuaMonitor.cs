using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// Says when a turn has lasted for its slice of time, and interrupts Lua code that runs too long from a thread of its own (DESIGN §5, rule 7).
/// </summary>
/// <remarks>
/// The monitor looks at the <see cref="LuaTurn"/> of each worker a few times per slice. When it has seen the same turn for longer than its slice, the turn
/// is over: whoever runs it sees so between two runs, and a run is interrupted. Where a hook stands in the Lua thread, it counts instructions, each of
/// which may take long, as a comparison of strings of many megabytes does. So its count, which lies in the lua_State, is set to the last one. A store that meets Lua's own is
/// lost, or calls the hook once more; both are harmless, and the next one comes a slice later. Where no hook stands, which costs nothing while nobody is interrupted, the thread is
/// <em>free</em>, and a hook is armed:
/// <list type="number">
/// <item>The monitor stores the mask. The hook, whose other fields have stood there since the thread was made, is seen by the next call,
/// return or error.</item>
/// <item>A slice later, for a loop without any of these, it also sets the trap of the innermost Lua function, which its next
/// instruction sees.</item>
/// </list>
/// That function may have returned between the look at it and the store. Its CallInfo may then serve a C function, where
/// the store falls into the place of the message handler that is to be restored. So the trap is the
/// number <see cref="BottomOffset"/> instead of 1, and is an offset in the stack then, at which every Lua thread of a process has a handler
/// that changes nothing (<see cref="PushBottom"/>). And the CallInfo could be given back and serve something else altogether; so its
/// size class gives out nothing while the monitor is in there (<see cref="LuaArena.BeginArming"/>).
/// Field places: <see cref="LuaLayout"/>. Stress: tests/Wippy.Stress.Tests/PreemptionStressTests.cs.
/// </remarks>
internal sealed unsafe class LuaMonitor
{
    /// <summary>Values at the bottom of the stack of every Lua thread of a process, below what it runs.</summary>
    public const int Bottom = 1;

    // Bytes of a stack slot: the first lies behind the one that every stack begins with.
    private const int BottomOffset = 16;

    // Looks at idle threads before the monitor sleeps until one runs again.
    private const int IdleLooks = 20;

    // Calls deeper than this below C functions are left to the next store of the mask.
    private const int MaxDepth = 400;

    // Instructions between two attempts where the code cannot be suspended.
    private const int InstructionsPerAttempt = 10_000;

    private static readonly nint Interrupter = (nint)(delegate* unmanaged[Cdecl]<nint, nint, void>)&Interrupt;
    private static readonly nint BottomHandler = (nint)(delegate* unmanaged[Cdecl]<nint, int>)&Same;

    private readonly TimeSpan _look;
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _wake = new(false);
    private Watched[] _watched = [];
    private volatile bool _stops;
    private Thread? _thread;

    /// <param name="look">Between two looks; zero looks all the time.</param>
    public LuaMonitor(TimeSpan look) => _look = look;

    /// <summary>The one of this operating-system process.</summary>
    public static LuaMonitor Shared { get; } = new(TimeSpan.FromMilliseconds(5));

    /// <summary>Why it cannot interrupt what runs here; null when it can.</summary>
    public static string? Problem => LuaLayout.Problem;

    /// <summary>Stores of the mask so far.</summary>
    public long Arms { get; private set; }

    /// <summary>Stores of a trap so far.</summary>
    public long Traps { get; private set; }

    /// <summary>Stores of a count so far.</summary>
    public long Counts { get; private set; }

    /// <summary>Puts the handler to the bottom of the stack of a new Lua thread.</summary>
    public static void PushBottom(nint thread) => LuaApi.lua_pushcclosure(thread, BottomHandler, 0);

    /// <summary>Makes a Lua thread free and ready to be armed; threads it creates inherit this.</summary>
    public static void Prepare(LuaStack thread) => Disarm(thread.Handle);

    /// <summary>After a free run: no hook stands any more.</summary>
    /// <param name="thread">What ran.</param>
    /// <param name="wasTrapped">Whether a trap was set.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Disarm(nint thread, bool wasTrapped)
    {
        if (*(int*)(thread + LuaLayout.Mask) != 0) Disarm(thread);
        if (wasTrapped) *(long*)(thread + LuaLayout.Handler) = 0;   // no handler of our own stands between runs
    }

    /// <summary>The turns of the calling thread, which the shared monitor watches.</summary>
    public static LuaTurn Turn
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Current.Turn ?? WatchThis();
    }

    /// <summary>Watches the calling thread from now on: its turns.</summary>
    public LuaTurn Watch()
    {
        var turn = new LuaTurn(this);
        lock (_lock)
        {
            Volatile.Write(ref _watched, [.. _watched.Where(known => known.Turn.Worker.IsAlive), new Watched(turn)]);
            if (_thread is null)
            {
                var thread = new Thread(Run) { IsBackground = true, Name = "wippy-monitor" };
                thread.Start();
                _thread = thread;
            }
        }
        return Current.Turn = turn;
    }

    /// <summary>Ends its sleep, because a turn has begun.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Ends the monitor's thread. Those whom it has watched go on without, but the calling thread comes to the shared one.</summary>
    public void Stop()
    {
        Current.Turn = null;
        _stops = true;
        _wake.Set();
        _thread?.Join();
    }

    private static void Disarm(nint thread)
    {
        *(nint*)(thread + LuaLayout.Hook) = Interrupter;
        *(int*)(thread + LuaLayout.BaseCount) = 1;
        *(int*)(thread + LuaLayout.Count) = 1;
        Volatile.Write(ref *(int*)(thread + LuaLayout.Mask), 0);
    }

    private static LuaTurn WatchThis() => Shared.Watch();

    private void Run()
    {
        for (var idle = 0; !_stops;)
        {
            SetUnwatched(false);
            idle = LookAtAll() ? 0 : idle + 1;
            if (idle < IdleLooks)
            {
                if (_look > TimeSpan.Zero) _wake.WaitOne(_look);
                continue;
            }
            SetUnwatched(true);
            // Whoever has not seen this yet has begun his turn before the barrier.
            Interlocked.MemoryBarrierProcessWide();
            if (!LookAtAll()) _wake.WaitOne();
            idle = 0;
        }
    }

    // New ones are unwatched.
    private void SetUnwatched(bool areUnwatched)
    {
        foreach (var watched in Volatile.Read(ref _watched)) watched.Turn.SetUnwatched(areUnwatched);
    }

    // True: a turn goes on.
    private bool LookAtAll()
    {
        var goesOn = false;
        foreach (var watched in Volatile.Read(ref _watched))
        {
            var turn = watched.Turn.Current;
            if (turn == 0) continue;
            goesOn = true;
            Look(watched, turn);
        }
        return goesOn;
    }

    private void Look(Watched watched, long turn)
    {
        var now = Stopwatch.GetTimestamp();
        if (turn != watched.Seen)
        {
            watched.Seen = turn;
            watched.Since = now;
            return;
        }
        if (Stopwatch.GetElapsedTime(watched.Since, now) < watched.Turn.Slice) return;
        watched.Turn.Stop(turn);
        if (Problem is null) Interrupt(watched, turn);
        watched.Since = Stopwatch.GetTimestamp();
    }

    private void Interrupt(Watched watched, long number)
    {
        var turn = watched.Turn;
        var thread = turn.BeginWriting();
        if (thread != 0 && turn.Current == number)
        {
            if (turn.IsFree && !turn.HasFired) Arm(watched, thread);
            else CallStandingHook(thread);
        }
        turn.EndWriting();
    }

    private void CallStandingHook(nint thread)
    {
        Volatile.Write(ref *(int*)(thread + LuaLayout.Count), 1);
        Counts++;
    }

    private void Arm(Watched watched, nint thread)
    {
        // A coroutine that was made where the hook could not suspend its maker has inherited what counts there.
        Volatile.Write(ref *(int*)(thread + LuaLayout.Count), 1);
        Volatile.Write(ref *(int*)(thread + LuaLayout.Mask), LuaApi.MaskCount);
        var turn = watched.Turn;
        if (watched.ArmedRun != turn.Run)
        {
            watched.ArmedRun = turn.Run;
            Arms++;
            return;
        }
        turn.TrappedRun = turn.Run;
        Traps++;
        turn.Arena->BeginArming();
        Interlocked.MemoryBarrierProcessWide();   // from here on the allocator sees it
        SetTrap(thread);
        turn.Arena->EndArming();
    }

    private static void SetTrap(nint thread)
    {
        var call = Volatile.Read(ref *(nint*)(thread + LuaLayout.Call));
        for (var depth = 0; depth < MaxDepth && call != 0; depth++)
        {
            if (!LuaLayout.IsOfC(call))
            {
                Volatile.Write(ref *(int*)(call + LuaLayout.Trap), BottomOffset);
                return;
            }
            call = Volatile.Read(ref *(nint*)(call + LuaLayout.Previous));
        }
    }

    // The hook, on the thread of the run.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Interrupt(nint thread, nint activation)
    {
        Current.Turn!.Fired();
        if (LuaApi.lua_isyieldable(thread) != 0)
        {
            Disarm(thread);
            LuaApi.lua_yieldk(thread, 0, 0, 0);
        }
        else if (LuaCallbacks.MustStopWhereItIs())
        {
            LuaCallbacks.StopByForce(thread);
        }
        else
        {
            // Stands until it can be suspended. On this thread Lua's own function is the right one.
            LuaApi.lua_sethook(thread, Interrupter, LuaApi.MaskCount, InstructionsPerAttempt);
        }
    }

    // A message handler that gives the message back.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Same(nint thread) => 1;

    // A worker's turns, and what the last look has seen of them.
    private sealed class Watched(LuaTurn turn)
    {
        public readonly LuaTurn Turn = turn;
        public long Seen;
        public long Since;
        public long ArmedRun;
    }

    // In a class without other statics, which has nothing to initialise: so the way to it is short.
    private static class Current
    {
        [ThreadStatic]
        public static LuaTurn? Turn;
    }
}
