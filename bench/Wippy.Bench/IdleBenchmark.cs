using Wippy.Shared.Processes;

namespace Wippy.Bench;

/// <summary>What a process costs that waits for a message: resident memory with n of them less without, by n.</summary>
internal static class IdleBenchmark
{
    private const string Name = "idle";

    public static Benchmark Create() => new(Name, "resident bytes of each of n processes that wait for a message; --hibernate: for long", 10_000, 1_000, (n, setting) => RunAsync(n, setting, hibernate: false));

    /// <summary>The same with processes that have waited until they hibernate.</summary>
    public static Benchmark Hibernated { get; } = Create() with { RunAsync = (n, setting) => RunAsync(n, setting, hibernate: true) };

    private static async Task<Measurement> RunAsync(long n, Setting setting, bool hibernate)
    {
        await using var app = BenchApp.Start(setting);
        await app.RunAsync(Name, Math.Max(n / 10, 1));   // these stay: code compiled and pools filled are not part of a process
        await QuietAsync(app, hibernate);
        var before = ResidentBytes();
        var processesBefore = app.Node.Processes.Count;

        var seconds = (await app.RunAsync(Name, n)).Seconds;
        await QuietAsync(app, hibernate);
        return app.Measured(hibernate ? "idle --hibernate" : Name, n, seconds, n / seconds) with { Bytes = (ResidentBytes() - before) / (app.Node.Processes.Count - processesBefore) };
    }

    // Nobody tells when all of them wait or hibernate; looking now and then is outside of what is measured.
    private static async Task QuietAsync(BenchApp app, bool hibernate)
    {
        while (app.Node.Processes.All.Any(process => process.State != ProcessState.Idle || (hibernate && !process.IsHibernating))) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
    }

    private static long ResidentBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }
}
