using System.Runtime.CompilerServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// What one worker thread lets Lua do: turns, in each of which a process runs Lua code again and again until its step is over. A child that it starts meanwhile may
/// make its first step inside, in the same turn. The worker's own object; <see cref="LuaMonitor"/> looks at it from another thread, and may write into the Lua thread that runs.
/// </summary>
/// <remarks>
/// That thread must not go away meanwhile. The monitor says that it is going to write, lets a barrier pass on all threads of the operating-system process, and only then
/// looks at what runs; the worker says first that nothing runs any more, and waits then while somebody writes. So the worker needs no barrier of its own. (Dekker's
/// algorithm with an asymmetric barrier, as in membarrier(2).)
/// </remarks>
internal sealed unsafe class LuaTurn(LuaMonitor owner)
{
    // Written by the worker, read by the monitor.
    private long _turns;
    private long _current;   // 0 between turns
    private long _runs;
    private nint _lua;       // the thread that is resumed; 0 when none is
    private LuaArena* _arena;
    private TimeSpan _slice;
    private bool _isFree;    // what is resumed
    private bool _hasFired;
    private volatile bool _isUnwatched = true;

    // Written by the monitor, read by the worker.
    private int _isWriting;
    private long _over;

    /// <summary>The worker.</summary>
    public Thread Worker { get; } = Thread.CurrentThread;

    /// <summary>Number of the turn that it is in; 0 between turns. Any thread.</summary>
    public long Current => Volatile.Read(ref _current);

    /// <summary>How long it may last, about; the monitor's looks are added.</summary>
    public TimeSpan Slice => _slice;

    /// <summary>Number of the last run, which is one <c>lua_resume</c>. Any thread.</summary>
    public long Run => Volatile.Read(ref _runs);

    /// <summary>Whether what runs is free: no hook stands in it, so that the monitor has to arm one.</summary>
    public bool IsFree => _isFree;

    /// <summary>Whether the hook has been called in this run, which was free: if it has found code that it cannot suspend, it stands until it can.</summary>
    public bool HasFired => Volatile.Read(ref _hasFired);

    /// <summary>Where the Lua thread that runs has its memory.</summary>
    public LuaArena* Arena => _arena;

    /// <summary>Whether it has lasted for its slice. The worker only.</summary>
    public bool IsOver => Volatile.Read(ref _over) == _current;

    /// <summary>Which run has had its trap set last. Written by the monitor.</summary>
    public long TrappedRun { get; set; }

    /// <summary>Begins one, unless one goes on. The worker only, as for all that follows.</summary>
    /// <param name="slice">How long it may last.</param>
    /// <returns>For <see cref="End"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Begin(TimeSpan slice)
    {
        var outer = _current;
        if (outer != 0) return outer;
        _slice = slice;
        Volatile.Write(ref _current, ++_turns);
        if (_isUnwatched) owner.Wake();
        return 0;
    }

    /// <summary>Ends it, or goes on with the one that went on when it should have begun.</summary>
    /// <param name="outer">What <see cref="Begin"/> has returned.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void End(long outer) => Volatile.Write(ref _current, outer);

    /// <summary>As <see cref="LuaCallbacks.Resume"/>: a yield without values means that it was interrupted.</summary>
    /// <param name="state">Its state.</param>
    /// <param name="thread">A Lua thread that is prepared for being interrupted.</param>
    /// <param name="isFree">Whether by the monitor: no hook stands in it.</param>
    /// <param name="arguments">How many.</param>
    /// <param name="results">How many values it left at the top of its stack.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LuaStatus Resume(LuaState state, LuaStack thread, bool isFree, int arguments, out int results)
    {
        _arena = state.Arena;
        _isFree = isFree;
        _hasFired = false;
        _runs++;
        Volatile.Write(ref _lua, thread.Handle);
        var status = LuaCallbacks.Resume(state, thread, arguments, out results);
        Volatile.Write(ref _lua, 0);
        if (Volatile.Read(ref _isWriting) != 0) WhileWriting();
        if (isFree) LuaMonitor.Disarm(thread.Handle, wasTrapped: TrappedRun == _runs);
        return status;
    }

    /// <summary>The hook was called in a free run.</summary>
    public void Fired() => Volatile.Write(ref _hasFired, true);

    /// <summary>By the monitor: whether it sleeps, so that the next turn has to wake it.</summary>
    public void SetUnwatched(bool isUnwatched)
    {
        if (_isUnwatched != isUnwatched) _isUnwatched = isUnwatched;   // the line belongs to the worker
    }

    /// <summary>By the monitor: lets a turn be over.</summary>
    public void Stop(long turn) => Volatile.Write(ref _over, turn);

    /// <summary>By the monitor: from now on until <see cref="EndWriting"/>, what runs goes on running, or waits at its end.</summary>
    /// <returns>The Lua thread that runs; 0 when none does.</returns>
    public nint BeginWriting()
    {
        Volatile.Write(ref _isWriting, 1);
        Interlocked.MemoryBarrierProcessWide();
        return Volatile.Read(ref _lua);
    }

    /// <summary>By the monitor: ends that.</summary>
    public void EndWriting() => Volatile.Write(ref _isWriting, 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WhileWriting()
    {
        // The monitor may have lost its processor in between, but never sleeps there.
        var spin = new SpinWait();
        while (Volatile.Read(ref _isWriting) != 0) spin.SpinOnce(sleep1Threshold: -1);
    }
}
