using Wippy.Shared.Lua;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Tests.Lua;

/// <summary>The wrapper that serves for a receive where there is no machine code for it: the same order of polling and waiting.</summary>
public sealed class ReceiveWrapperTests
{
    [Theory]
    [InlineData("ready", "polled", true)]
    [InlineData("empty", "waited for empty", true)]
    [InlineData("closed", "waited for closed", false)]
    public void Receive_PollsFirstAndWaitsIfNothingIsThere(string channel, string value, bool ok)
    {
        using var state = LuaState.CreateTemplate();
        var stack = state.Main;
        Assert.Equal(LuaStatus.Ok, state.LoadSource("""
            local function wait(channel) return "waited for " .. channel, channel ~= "closed" end
            local function poll(channel) if channel == "ready" then return "polled", true end end
            return wait, poll
            """u8, "channels"));
        LuaState.CallTrusted(stack, 0, 2);
        LuaPrelude.Receive.Wrap(stack, 2);
        stack.Push(channel);
        LuaState.CallTrusted(stack, 1, 2);
        Assert.Equal((value, ok), (stack.ToText(-2), stack.ToBoolean(-1)));
    }
}
