using System.Diagnostics;
using Wippy.Shared.Lua.Native;

namespace Wippy.Bench;

/// <summary>
/// Work that starts in one place and is spread by stealing: n children that compute fib(20). The ratio compares with
/// states of their own that do nothing but compute, without hooks and limits, one on each of as many threads at the same time. These run before and
/// after, because the speed of a machine that others use changes meanwhile.
/// </summary>
internal static class SkewBenchmark
{
    private const string Name = "skew";
    private const int PlainRuns = 1_000;

    private static ReadOnlySpan<byte> Fib => """
        local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
        for _ = 1, 1000 do fib(20) end
        """u8;

    public static Benchmark Create() => new(Name, "one parent, n children that compute fib(20)", 10_000, 200, async (n, setting) =>
    {
        await using var app = BenchApp.Start(setting);
        var before = PlainSeconds(app.Workers);
        var seconds = (await app.RunAsync(Name, n)).Seconds;
        var plain = (before + PlainSeconds(app.Workers)) / 2;
        return app.Measured(Name, n, seconds, n / seconds) with
        {
            MeanUs = seconds / n * 1e6,
            Ratio = seconds / (n * plain / app.Workers),
        };
    });

    // Of one computation on one of so many threads.
    private static double PlainSeconds(int threads)
    {
        var began = Stopwatch.GetTimestamp();
        Task.WaitAll(Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(Compute, TaskCreationOptions.LongRunning)).ToArray());
        return Stopwatch.GetElapsedTime(began).TotalSeconds / PlainRuns;
    }

    private static void Compute()
    {
        using var state = LuaState.CreateTemplate();
        if (state.LoadSource(Fib, "fib") != LuaStatus.Ok) throw new InvalidOperationException(state.Main.ToText(-1));
        LuaState.CallTrusted(state.Main, 0, 0);
    }
}
