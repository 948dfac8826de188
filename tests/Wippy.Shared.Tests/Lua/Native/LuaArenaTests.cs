using System.Text;
using Wippy.Shared.Lua;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Tests.Lua.Native;

/// <summary>The allocator in machine code does what the managed one does: the same program takes the same memory, byte by byte, and fails at the same place.</summary>
public sealed class LuaArenaTests
{
    // Makes and drops values of all sizes; what lives, and what a limit refuses, depends on the seed alone.
    private const string Program = """
        local seed, pcall, rep, concat, next = ...
        local function random(n)
          seed = (seed * 1103515245 + 12345) % 2147483648
          return seed // 65536 % n + 1
        end
        local make = {
          function(n) local t = {} for i = 1, n do t[i] = i end return t end,
          function(n) local t = {} for i = 1, n do t["k" .. i] = i end return t end,
          function(n) return rep("x", n) end,
          function(n) return rep("long ", n) end,
          function(n) return function() return n, seed end end,
          function(n) local t for _ = 1, n do t = { t } end return t end,
          function(n) local t = {} for i = 1, n do t[i] = rep("y", i) end return concat(t) end,
        }
        local kept, refused = { true }, 0
        local function step() kept[random(100)] = make[random(#make)](random(60)) end
        for i = 1, 3000 do
          if not pcall(step) then
            for k in next, kept do kept[k] = nil end
            refused = refused + 1
          end
        end
        return refused
        """;

    [Theory]
    [InlineData(long.MaxValue, false)]
    [InlineData(60_000, true)]
    [InlineData(100_000, true)]
    public void Allocator_InMachineCode_TakesAndRefusesAsTheManagedOne(long limit, bool refuses)
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var (fast, fastBytes) = Run(seed, limit, LuaArena.Allocator);
            var (managed, managedBytes) = Run(seed, limit, LuaArena.ManagedAllocator);
            Assert.Equal((managed, managedBytes), (fast, fastBytes));
            Assert.Equal(refuses, fast > 0);
        }
    }

    private static (long Refused, long Bytes) Run(int seed, long limit, nint allocator)
    {
        using var state = LuaState.Create(limit, allocator);
        Assert.Equal(LuaStatus.Ok, state.LoadSource(Encoding.UTF8.GetBytes(Program), "program"));
        state.Main.Push((long)seed);
        state.Main.PushNative(LuaNatives.Of("_G", "pcall"));
        state.Main.PushNative(LuaNatives.Of("string", "rep"));
        state.Main.PushNative(LuaNatives.Of("table", "concat"));
        state.Main.PushNative(LuaNatives.Of("_G", "next"));
        Assert.Equal(LuaStatus.Ok, LuaCallbacks.Resume(state, state.Main, 5, out _));
        return (state.Main.ToInteger(-1), state.MemoryBytes);
    }
}
