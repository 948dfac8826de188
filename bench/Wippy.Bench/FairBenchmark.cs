namespace Wippy.Bench;

/// <summary>How long a pair of processes waits for its turns while twice as many others as there are workers never wait.</summary>
internal static class FairBenchmark
{
    private const string Name = "fair";
    private const int LoopsPerWorker = 2;

    public static Benchmark Create() => new(Name, "n seconds of round trips beside endless loops, two for each worker", 5, 1, async (n, setting) =>
    {
        await using var app = BenchApp.Start(setting);
        var result = await app.RunAsync(Name, n, (long)LoopsPerWorker * app.Workers);
        return app.Measured(Name, n, result.Seconds, result.Figure("trips")!.Value / result.Seconds) with
        {
            P50Us = result.Figure("p50_us"),
            P99Us = result.Figure("p99_us"),
            MaxUs = result.Figure("max_us"),
        };
    });
}
