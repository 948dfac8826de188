using System.Text;
using Wippy.Shared.Lua.Native;

namespace Wippy.Stress.Tests;

/// <summary>
/// Programs whose every round computes the same, interrupted as often as a monitor can: not one round may come out different. Its looks
/// follow each other without a pause and slices are so short that nearly every run is interrupted, at any place.
/// </summary>
public sealed class PreemptionStressTests
{
    // Of the standing hook: so many that it is called for them in none of these programs.
    private const int InstructionsPerLook = 1 << 30;

    // Each calls check(value) once a round.
    private static readonly Dictionary<string, string> Programs = new()
    {
        ["arithmetic"] = """
            local sum, x, k = 0, 0.5, 0
            for i = 1, 3000 do sum = (sum * 31 + i) & 0xffffffff end
            for j = 1.0, 300 do x = x + j end
            while k < 500 do k = k + 1 sum = sum ~ k end
            repeat k = k - 1 until k == 0
            check(sum + x // 1 | 0)
            """,
        ["natives"] = """
            local sum = 0
            for i = 1, 300 do
              sum = sum + #string.sub("abcdefgh", i % 8 + 1) + select("#", 1, 2, i)
              if not pcall(error) then sum = sum + 1 end
              local _, length = pcall(rawlen, "abc")
              local outer, inner = pcall(pcall, error)
              sum = sum + length + (inner == false and 7 or 0)
            end
            check(sum)
            """,
        // A Lua frame leaves without a look at the mask, and pcall takes its CallInfo at once.
        ["returns"] = """
            local function several(n, ...) local sum = 0 for i = 1, n do sum = sum + i end return sum, ... end
            local function fails(n) for _ = 1, n do end error("x", 0) end
            local sum = 0
            for k = 1, 60 do
              local a, b = several(20 + (k * 37) % 400, 2)
              sum = sum + a + b
              pcall(error) pcall(error) pcall(pcall, error) pcall(fails, k * 5) pcall(error)
            end
            check(sum)
            """,
        ["depth"] = """
            local function down(n) if n == 0 then return 0, 1 end local a, b = down(n - 1) return a + b, 1 end
            local function fails(n) if n == 0 then error("z", 0) end return 1 + fails(n - 1) end
            local sum = 0
            for _ = 1, 10 do sum = sum + down(150) pcall(fails, 50) pcall(error) sum = sum + select("#", pcall(error)) end
            check(sum + (down(9000)))
            """,
        ["errors"] = """
            local function fails() error({ 1 }) end
            local sum = 0
            for _ = 1, 60 do
              local _, object = pcall(fails)
              local _, text = pcall(function() pcall(fails) pcall(error) error("q", 0) end)
              local _, message = pcall(string.rep)
              pcall(nil) pcall(error, nil)
              sum = sum + object[1] + #text + #message
            end
            check(sum)
            """,
        ["callbacks"] = """
            local values, sum, parts = {}, 0, {}
            for i = 1, 60 do values[i] = (i * 7919) % 61 end
            table.sort(values, function(a, b) return a < b end)
            for i = 1, 60 do sum = sum + values[i] * i end
            local replaced = ("hello world"):gsub("%w+", function(word) return word .. #word end)
            for word in ("a b c d"):gmatch("%a") do sum = sum + #word end
            pcall(table.sort, { 3, 2, 1 }, function() error("x") end)
            for i = 1, 40 do parts[i] = i .. "" end
            check(sum + #replaced + #table.concat(parts))
            """,
        ["metamethods"] = """
            local sum = 0
            local meta = {
              __index = function(_, key) return #key, 2 end, __add = function() return 7, 1 end, __lt = function() return true end,
              __concat = function() return "zz" end, __call = function(_, a, ...) return a, ... end, __len = function() return 9 end,
            }
            for _ = 1, 30 do
              local object = setmetatable({}, meta)
              do
                local closed <close> = setmetatable({}, { __close = function() sum = sum + 1 pcall(error) end })
                sum = sum + object.abc + (object + object) + #(object .. object) + #object + object(3, 4)
                if object < object then sum = sum + 1 end
              end
              pcall(function() local closed <close> = setmetatable({}, { __close = function() sum = sum + 1 error("c", 0) end }) return 1, 2 end)
            end
            check(sum)
            """,
        ["garbage"] = """
            local sum = 0
            for k = 1, 40 do
              local values = {}
              for i = 1, 50 do values[i] = { i, tostring(i), function() return i, k end } end
              for i = 1, 50 do local a, b = values[i][3]() sum = sum + a + b + #values[i][2] end
            end
            collectgarbage("step", 50)
            check(sum)
            """,
        ["recursion"] = """
            local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
            check(fib(16))
            """,
    };

    /// <summary>Every program, once where the monitor arms a hook and once where it has a standing one called at once.</summary>
    public static TheoryData<string, bool> Cases()
    {
        var cases = new TheoryData<string, bool>();
        foreach (var name in Programs.Keys)
        {
            cases.Add(name, true);
            cases.Add(name, false);
        }
        return cases;
    }

    [Fact]
    public void Layout_OfThisLibrary_IsKnown() => Assert.True(!OperatingSystem.IsLinux() || LuaMonitor.Problem is null, LuaMonitor.Problem);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Program_InterruptedAllTheTime_ComputesTheSameInEachRound(string name, bool isFree)
    {
        if (LuaMonitor.Problem is not null) return;
        var stores = StressLevel.Count(20_000, isFree ? 1_200_000 : 300_000);
        var monitor = new LuaMonitor(TimeSpan.Zero);
        try
        {
            var turn = monitor.Watch();
            var random = new Random(name.Length);
            var interrupted = 0L;
            while ((isFree ? monitor.Arms + monitor.Traps : monitor.Counts) < stores) interrupted += Run(name, turn, isFree, random);
            Assert.InRange(interrupted, 1, long.MaxValue);
        }
        finally
        {
            monitor.Stop();
        }
    }

    // One program from begin to end; returns how often it was interrupted.
    private static long Run(string name, LuaTurn turn, bool isFree, Random random)
    {
        // A new state each time: layouts of memory differ.
        using var state = LuaState.CreateTemplate();
        var thread = state.Main;
        LuaMonitor.PushBottom(thread.Handle);
        Assert.Equal(LuaStatus.Ok, state.LoadSource(Encoding.UTF8.GetBytes(Rounds(Programs[name])), name));
        if (isFree) LuaMonitor.Prepare(thread);
        else LuaCallbacks.SetTimeSlice(thread, InstructionsPerLook);
        for (var interrupted = 0L; ; interrupted++)
        {
            var outer = turn.Begin(TimeSpan.FromMicroseconds(random.Next(60)));
            var status = turn.Resume(state, thread, isFree, 0, out var results);
            turn.End(outer);
            if (status == LuaStatus.Yield)
            {
                Assert.Equal(0, results);
                if (!isFree) LuaCallbacks.RenewTimeSlice(thread, InstructionsPerLook);
                continue;
            }
            Assert.True(status == LuaStatus.Ok, status == LuaStatus.Ok ? "" : thread.ToText(-1));
            Assert.Equal(LuaMonitor.Bottom, results);
            return interrupted;
        }
    }

    private static string Rounds(string program) => $$"""
        local expected
        local function check(value)
          if expected == nil then expected = value end
          if value ~= expected then error("a round gave " .. tostring(value) .. " instead of " .. tostring(expected), 0) end
        end
        for _ = 1, 300 do
        {{program}}
        end
        """;
}
