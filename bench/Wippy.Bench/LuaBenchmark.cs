namespace Wippy.Bench;

/// <summary>A benchmark which its Lua process of the same name runs and times.</summary>
internal static class LuaBenchmark
{
    /// <param name="name">Also of the entry in <c>bench</c>.</param>
    /// <param name="work">See <see cref="Benchmark"/>, as for the rest.</param>
    /// <param name="defaultN">Units.</param>
    /// <param name="smokeN">Units.</param>
    /// <param name="messagesPerUnit">How many of what the rate counts make one unit.</param>
    public static Benchmark Create(string name, string work, long defaultN, long smokeN, int messagesPerUnit = 1) =>
        new(name, work, defaultN, smokeN, async (n, zone) =>
        {
            await using var app = BenchApp.Start(zone);
            var seconds = (await app.RunAsync(name, n)).Seconds;
            return app.Measured(name, n, seconds, n * messagesPerUnit / seconds) with { MeanUs = seconds / n * 1e6 };
        });
}
