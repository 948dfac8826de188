namespace Wippy.Bench;

/// <summary>A benchmark which its Lua process of the same name runs and times.</summary>
internal static class LuaBenchmark
{
    /// <param name="name">Also of the entry in <c>bench</c>.</param>
    /// <param name="work">See <see cref="Benchmark"/>, as for the rest.</param>
    /// <param name="defaultN">Units.</param>
    /// <param name="smokeN">Units.</param>
    /// <param name="messagesPerUnit">How many of what the rate counts make one unit.</param>
    /// <param name="withServices">Whether the services of the app run as well.</param>
    public static Benchmark Create(string name, string work, long defaultN, long smokeN, int messagesPerUnit = 1, bool withServices = false) =>
        new(name, work, defaultN, smokeN, async (n, setting) =>
        {
            await using var app = BenchApp.Start(setting);
            if (withServices) await app.StartServicesAsync();
            var result = await app.RunAsync(name, n);
            return app.Measured(name, n, result.Seconds, n * messagesPerUnit / result.Seconds) with
            {
                MeanUs = result.Seconds / n * 1e6,
                P50Us = result.Figure("p50_us"),
                P99Us = result.Figure("p99_us"),
                MaxUs = result.Figure("max_us"),
            };
        });
}
