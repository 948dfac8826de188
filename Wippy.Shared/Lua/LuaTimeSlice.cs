using System.Diagnostics;
using System.Runtime.CompilerServices;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Processes;
using Wippy.Shared.Scheduling;

namespace Wippy.Shared.Lua;

/// <summary>
/// How long a program may hold its worker: until it is interrupted where it can yield, and until it is stopped where it cannot. Either a hook
/// stands in its Lua threads and looks at the clock, now and then and when the shared monitor has it called, or the monitor arms one when the slice is over. Worker of the process only.
/// </summary>
/// <param name="usesMonitor">Whether its host asks for the monitor.</param>
internal struct LuaTimeSlice(bool usesMonitor)
{
    // Between two looks at the clock a program runs so many instructions; a slice of time is made of several such pieces.
    private const int InstructionsPerLook = 10_000;

    private long _firstLook;   // timestamp; 0 until the hook fires in this step, which most steps never see
    private long _stalledSince;   // timestamp of the first look that could not suspend it; 0 after a yield
    private readonly bool _usesMonitor = usesMonitor && LuaMonitor.Problem is null;   // else: a standing hook

    /// <summary>Whether it has held its worker for longer than its host allows where it cannot be suspended.</summary>
    public bool HasStalled { get; private set; }

    /// <summary>Prepares a Lua thread that was not resumed yet.</summary>
    public readonly void Prepare(LuaStack thread)
    {
        if (!_usesMonitor) LuaCallbacks.SetTimeSlice(thread, InstructionsPerLook);
        else LuaMonitor.Prepare(thread);
    }

    /// <summary>Prepares a Lua thread that was interrupted.</summary>
    public readonly void PrepareAgain(LuaStack thread)
    {
        if (!_usesMonitor) LuaCallbacks.RenewTimeSlice(thread, InstructionsPerLook);
        else LuaMonitor.Prepare(thread);
    }

    /// <summary>A step begins.</summary>
    public void Begin() => _firstLook = 0;

    /// <summary>Resumes a coroutine until it yields, ends, or is interrupted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly LuaStatus Resume(LuaTurn turn, LuaState state, LuaThread thread, out int values) =>
        turn.Resume(state, thread.Stack, _usesMonitor, thread.Results, out values);

    /// <summary>The program has yielded, so it does not stall.</summary>
    public void Yielded() => _stalledSince = 0;

    /// <summary>Whether a program that was interrupted has to let others run. Asked at each look of the standing hook.</summary>
    public bool IsOver(LuaTurn turn, Processes.Process process)
    {
        if (_usesMonitor || turn.IsOver || process.GivesWay) return true;
        if (_firstLook == 0) _firstLook = Stopwatch.GetTimestamp();
        return process.IsEnding || Stopwatch.GetElapsedTime(_firstLook) >= process.Host.TimeSlice;
    }

    /// <summary>Whether it has to be stopped where it is. Asked at each look that cannot suspend it.</summary>
    public bool LookWhereItCannotYield(TimeSpan limit)
    {
        Worker.Current?.OfferSlot();
        var now = Stopwatch.GetTimestamp();
        if (_stalledSince == 0) _stalledSince = now;
        HasStalled = limit > TimeSpan.Zero && Stopwatch.GetElapsedTime(_stalledSince, now) > limit;
        return HasStalled;
    }
}
