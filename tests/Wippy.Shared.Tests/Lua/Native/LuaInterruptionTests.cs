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

    private static long RoundsUntilInterrupted(LuaState state)
    {
        Assert.Equal(LuaStatus.Yield, LuaCallbacks.Resume(state, state.Main, 0, out _));
        LuaCallbacks.RenewTimeSlice(state.Main, Instructions);
        var stack = state.Main;
        stack.PushAnchored(LuaAnchors.Globals);
        stack.RawGetField(-1, "rounds"u8);
        var rounds = stack.ToInteger(-1);
        stack.Pop(2);
        return rounds;
    }
}
