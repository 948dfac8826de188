using System.Diagnostics;

namespace Wippy.Bench;

/// <summary>
/// From starting <c>wippy run</c> to the first line its program prints, of an app with nothing else. The variable <c>WIPPY</c> names the executable, for a
/// published one; without it, it is the one that was built with this.
/// </summary>
internal static class FirstBenchmark
{
    private const string Name = "first";

    public static Benchmark Create() => new(Name, "n times from the start of `wippy run` to the first line of its program", 1, 1, async (n, setting) =>
    {
        setting.RefuseOverrides(Name);
        var times = new List<double>();
        for (var i = 0; i < n; i++) times.Add(await OnceAsync());
        times.Sort();
        return new Measurement(Name, n, times.Sum(), n / times.Sum())
        {
            MeanUs = times.Average() * 1e6,
            P50Us = times[times.Count / 2] * 1e6,
            MaxUs = times[^1] * 1e6,
        };
    });

    private static async Task<double> OnceAsync()
    {
        var wippy = Environment.GetEnvironmentVariable("WIPPY") ?? Path.Combine(AppContext.BaseDirectory, "wippy");
        var start = new ProcessStartInfo(wippy, ["run", Path.Combine(AppContext.BaseDirectory, "hello"), "hello"]) { RedirectStandardOutput = true };
        var began = Stopwatch.GetTimestamp();
        using var program = Process.Start(start)!;
        var line = await program.StandardOutput.ReadLineAsync();
        var elapsed = Stopwatch.GetElapsedTime(began);
        await program.WaitForExitAsync();
        return line == "hello" ? elapsed.TotalSeconds : throw new InvalidOperationException($"'{wippy} run' printed '{line}', not 'hello', and ended with {program.ExitCode}");
    }
}
