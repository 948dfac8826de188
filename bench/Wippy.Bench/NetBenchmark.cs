using Wippy.Shared.Identity;

namespace Wippy.Bench;

/// <summary>
/// Benchmarks between a process on a user node and one on a system node, which are two operating-system processes with a
/// real channel and a declared policy between them.
/// </summary>
internal static class NetBenchmark
{
    /// <param name="name">Also of the entry in <c>bench</c>.</param>
    /// <param name="work">See <see cref="Benchmark"/>, as for the rest.</param>
    /// <param name="defaultN">Units.</param>
    /// <param name="smokeN">Units.</param>
    /// <param name="messagesPerUnit">Messages that make one unit.</param>
    public static Benchmark Create(string name, string work, long defaultN, long smokeN, int messagesPerUnit) =>
        new(name, work, defaultN, smokeN, async (n, _) =>
        {
            await using var app = await BenchApp.StartDeploymentAsync();
            var result = await app.RunAsync(name, n);
            return app.Measured(name, n, result.Seconds, n * messagesPerUnit / result.Seconds) with
            {
                Zone = null,
                MeanUs = result.Seconds / n * 1e6,
                P50Us = result.Microseconds("p50"),
                P99Us = result.Microseconds("p99"),
                MaxUs = result.Microseconds("max"),
            };
        });
}
