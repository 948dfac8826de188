using System.Diagnostics;
using Wippy.Shared.Lua.Native;

namespace Wippy.Bench;

/// <summary>
/// Work that starts in one place and is spread by stealing: n children that compute fib(20). The ratio compares with a
/// state of its own that does nothing but compute, without hooks and limits.
/// </summary>
internal static class SkewBenchmark
{
    private const string Name = "skew";
    private const int PlainRuns = 500;

    private static ReadOnlySpan<byte> Fib => """
        local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
        for _ = 1, 500 do fib(20) end
        """u8;

    public static Benchmark Create() => new(Name, "one parent, n children that compute fib(20)", 10_000, 200, async (n, zone) =>
    {
        await using var app = BenchApp.Start(zone);
        var seconds = (await app.RunAsync(Name, n)).Seconds;
        return app.Measured(Name, n, seconds, n / seconds) with
        {
            MeanUs = seconds / n * 1e6,
            Ratio = seconds / (n * PlainSeconds() / app.Workers),
        };
    });

    private static double PlainSeconds()
    {
        using var state = LuaState.CreateTemplate();
        if (state.LoadSource(Fib, "fib") != LuaStatus.Ok) throw new InvalidOperationException(state.Main.ToText(-1));
        var began = Stopwatch.GetTimestamp();
        LuaState.CallTrusted(state.Main, 0, 0);
        return Stopwatch.GetElapsedTime(began).TotalSeconds / PlainRuns;
    }
}
