using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// Interrupts Lua code that runs too long from a thread of its own, so that code which does not costs nothing for it: the
/// alternative to a standing hook, which looks at every instruction (DESIGN §5, rule 7).
/// </summary>
/// <remarks>
/// A run is one <c>lua_resume</c>. Whoever runs it says so in a slot of his thread; the monitor looks at the slots a few times per slice of
/// time, and arms a run that it sees for longer than its slice:
/// <list type="number">
/// <item>It stores the mask. The hook, whose other fields have stood there since the thread was made, is seen by the next call,
/// return or error.</item>
/// <item>A slice later, for a loop without any of these, it also sets the trap of the innermost Lua function, which its next
/// instruction sees.</item>
/// </list>
/// That function may have returned between the look at it and the store. Its CallInfo may then serve a C function, where
/// the store falls into the place of the message handler that is to be restored. So the trap is the
/// number <see cref="BottomOffset"/> instead of 1, and is an offset in the stack then, at which every Lua thread of a process has a handler
/// that changes nothing (<see cref="PushBottom"/>). And the CallInfo could be given back and serve something else altogether; so its
/// size class gives out nothing while the monitor is in there (<see cref="LuaArena.BeginArming"/>). A run does not end meanwhile
/// either: both sides move the state of the slot by compare-and-set.
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

    private const int Idle = 0;
    private const int Running = 1;
    private const int Arming = 2;

    private static readonly nint Interrupter = (nint)(delegate* unmanaged[Cdecl]<nint, nint, void>)&Interrupt;
    private static readonly nint BottomHandler = (nint)(delegate* unmanaged[Cdecl]<nint, int>)&Same;

    private readonly TimeSpan _look;
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _wake = new(false);
    private Slot[] _slots = [];
    private volatile bool _sleeps;
    private volatile bool _stops;
    private Thread? _thread;

    /// <param name="look">Between two looks; zero looks all the time.</param>
    public LuaMonitor(TimeSpan look) => _look = look;

    /// <summary>The one of this operating-system process.</summary>
    public static LuaMonitor Shared { get; } = new(TimeSpan.FromMilliseconds(5));

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? Problem => LuaLayout.Problem;

    /// <summary>Stores of the mask so far.</summary>
    public long Arms { get; private set; }

    /// <summary>Stores of a trap so far.</summary>
    public long Traps { get; private set; }

    /// <summary>Puts the handler to the bottom of the stack of a new Lua thread.</summary>
    public static void PushBottom(nint thread) => LuaApi.lua_pushcclosure(thread, BottomHandler, 0);

    /// <summary>Makes a Lua thread ready to be armed; threads it creates inherit this.</summary>
    public static void Prepare(LuaStack thread) => Disarm(thread.Handle);

    /// <summary>As <see cref="LuaCallbacks.Resume"/>: a yield without values means that the slice is over.</summary>
    /// <param name="state">Its state.</param>
    /// <param name="thread">A prepared Lua thread.</param>
    /// <param name="arguments">How many.</param>
    /// <param name="slice">How long it may run, about; the monitor's looks are added.</param>
    /// <param name="results">How many values it left at the top of its stack.</param>
    public LuaStatus Resume(LuaState state, LuaStack thread, int arguments, TimeSpan slice, out int results)
    {
        var slot = Current.Slot;
        if (slot is null || slot.Owner != this) slot = Join();
        slot.Lua = thread.Handle;
        slot.Arena = state.Arena;
        slot.Slice = slice;
        slot.HasFired = false;
        slot.Run++;
        Volatile.Write(ref slot.State, Running);
        if (_sleeps) _wake.Set();
        var status = LuaCallbacks.Resume(state, thread, arguments, out results);
        while (Interlocked.CompareExchange(ref slot.State, Idle, Running) != Running) Thread.SpinWait(1);
        if (*(int*)(thread.Handle + LuaLayout.Mask) != 0) Disarm(thread.Handle);
        if (slot.TrappedRun == slot.Run) *(long*)(thread.Handle + LuaLayout.Handler) = 0;   // no handler of our own stands between runs
        return status;
    }

    /// <summary>Ends the monitor's thread. Runs go on without one.</summary>
    public void Stop()
    {
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

    private Slot Join()
    {
        var slot = new Slot(this);
        lock (_lock)
        {
            Volatile.Write(ref _slots, [.. _slots.Where(known => known.Worker.IsAlive), slot]);
            if (_thread is null)
            {
                _thread = new Thread(Watch) { IsBackground = true, Name = "wippy-monitor" };
                _thread.Start();
            }
        }
        return Current.Slot = slot;
    }

    private void Watch()
    {
        for (var idle = 0; !_stops;)
        {
            idle = LookAtAll() ? 0 : idle + 1;
            if (idle < IdleLooks)
            {
                if (_look > TimeSpan.Zero) _wake.WaitOne(_look);
                continue;
            }
            _sleeps = true;
            // Whoever has not seen this yet has written his slot before the barrier.
            Interlocked.MemoryBarrierProcessWide();
            if (!LookAtAll()) _wake.WaitOne();
            _sleeps = false;
            idle = 0;
        }
    }

    // True: something runs.
    private bool LookAtAll()
    {
        var runs = false;
        foreach (var slot in Volatile.Read(ref _slots))
        {
            if (Volatile.Read(ref slot.State) != Running) continue;
            runs = true;
            Look(slot);
        }
        return runs;
    }

    private void Look(Slot slot)
    {
        var run = Volatile.Read(ref slot.Run);
        var now = Stopwatch.GetTimestamp();
        if (run != slot.SeenRun)
        {
            slot.SeenRun = run;
            slot.Since = now;
            return;
        }
        if (Stopwatch.GetElapsedTime(slot.Since, now) < slot.Slice || slot.HasFired) return;
        if (Interlocked.CompareExchange(ref slot.State, Arming, Running) != Running) return;
        if (slot.Run == run && !slot.HasFired) Arm(slot);
        slot.Since = Stopwatch.GetTimestamp();
        Volatile.Write(ref slot.State, Running);
    }

    private void Arm(Slot slot)
    {
        Volatile.Write(ref *(int*)(slot.Lua + LuaLayout.Mask), LuaApi.MaskCount);
        if (slot.ArmedRun != slot.Run)
        {
            slot.ArmedRun = slot.Run;
            Arms++;
            return;
        }
        slot.TrappedRun = slot.Run;
        Traps++;
        slot.Arena->BeginArming();
        Interlocked.MemoryBarrierProcessWide();   // from here on the allocator sees it
        SetTrap(slot.Lua);
        slot.Arena->EndArming();
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
        Current.Slot!.HasFired = true;
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

    // What a thread runs. Written by it, but for the state while it is Arming, and the last fields, which are the monitor's.
    private sealed class Slot(LuaMonitor owner)
    {
        public readonly LuaMonitor Owner = owner;
        public readonly Thread Worker = Thread.CurrentThread;
        public int State;
        public long Run;
        public nint Lua;   // the thread it resumed
        public LuaArena* Arena;
        public TimeSpan Slice;
        public bool HasFired;

        public long SeenRun;
        public long Since;
        public long ArmedRun;
        public long TrappedRun;
    }

    // In a class without other statics, which has nothing to initialise: so the way to it is short.
    private static class Current
    {
        [ThreadStatic]
        public static Slot? Slot;
    }
}
