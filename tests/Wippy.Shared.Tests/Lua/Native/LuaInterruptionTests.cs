using Wippy.Shared.Lua;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Tests.Lua.Native;

public class LuaInterruptionTests
{
    private const int Instructions = 1000;

    // Lua remembers that a hook has yielded, and forgets it at the next instruction that is counted down to; none may be lost for that.
    [Fact]
    public void Hook_ThatHasYielded_IsCalledAgainAfterAsManyInstructions()
    {
        using var state = LuaState.CreateTemplate();
        var thread = state.Main;
        LuaMonitor.PushBottom(thread.Handle);
        Assert.Equal(LuaStatus.Ok, state.LoadSource("rounds = 0 while true do rounds = rounds + 1 end"u8, "loop"));
        LuaCallbacks.SetTimeSlice(thread, Instructions);

        var rounds = Enumerable.Range(0, 5).Select(_ => RoundsUntilInterrupted(state)).ToList();

        Assert.All(rounds.Zip(rounds.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, rounds[0] - 1, rounds[0] + 1));
    }

    // As a coroutine does that was made where a hook stood: it has inherited that one, and what is left of its count.
    [Fact]
    public void Arm_ThreadInWhichAHookCountsAlready_InterruptsItAllTheSame()
    {
        using var state = LuaState.CreateTemplate();
        var thread = state.Main;
        LuaMonitor.PushBottom(thread.Handle);
        Assert.Equal(LuaStatus.Ok, state.LoadSource("rounds = 0 while true do rounds = rounds + 1 end"u8, "loop"));
        LuaCallbacks.SetTimeSlice(thread, int.MaxValue);
        var monitor = new LuaMonitor(TimeSpan.FromMilliseconds(1));
        try
        {
            var turn = monitor.Watch();
            var outer = turn.Begin(TimeSpan.FromMilliseconds(1));
            Assert.Equal(LuaStatus.Yield, turn.Resume(state, thread, isFree: true, 0, out _));
            turn.End(outer);
        }
        finally
        {
            monitor.Stop();
        }

        // Four instructions for each round.
        Assert.InRange(Rounds(state), 1, int.MaxValue / 8);
    }

    private static long RoundsUntilInterrupted(LuaState state)
    {
        Assert.Equal(LuaStatus.Yield, LuaCallbacks.Resume(state, state.Main, 0, out _));
        LuaCallbacks.RenewTimeSlice(state.Main, Instructions);
        return Rounds(state);
    }

    private static long Rounds(LuaState state)
    {
        var stack = state.Main;
        stack.PushAnchored(LuaAnchors.Globals);
        stack.RawGetField(-1, "rounds"u8);
        var rounds = stack.ToInteger(-1);
        stack.Pop(2);
        return rounds;
    }
}
