using System.Globalization;
using Wippy.Shared.Identity;

namespace Wippy.Bench;

/// <summary>
/// What telemetry costs those who are not looked at. The same operating-system processes do the same work again and again, in turns: nobody
/// listens, then somebody does and samples nothing (<see cref="BenchTelemetry"/>), the other way round in the next pair of turns. The ratio is that
/// of the processor time of a pair, its median over all pairs: what else the machine does lengthens the clock, but hardly
/// that, and turns that follow each other find the same memory, caches and compiled code. On one processor the scatter is smallest,
/// because how often threads wake each other is then not a matter of chance.
/// </summary>
internal static class OverheadBenchmark
{
    private const string PingPong = "pingpong";
    private const string Net = "net";
    private const int WarmUpPairs = 3;
    private const int Pairs = 200;

    /// <summary>The benchmark between two operating-system processes; see <see cref="NetBenchmark"/>.</summary>
    public const string OverNet = "overhead-net";

    public static Benchmark Create() => new("overhead-pingpong", "processor time of pingpong, n round trips a turn, with a listener who samples nothing to that without", 10_000, 100, async (n, setting) =>
    {
        await using var app = BenchApp.Start(setting);
        return (await MeasureAsync("overhead-pingpong", n, isHeard => TurnAsync(app, PingPong, n, isHeard))) with { Zone = setting.Zone.ToText(), Threads = app.Workers };
    });

    /// <summary>The turns of the system node, which has the user node take each of them at the same time.</summary>
    /// <param name="n">Messages of a turn.</param>
    /// <param name="toUserNode">Takes <c>True</c> or <c>False</c>: whether somebody listens.</param>
    /// <param name="fromUserNode">Says when the turn is over: how many ticks of processor time it took there.</param>
    public static Task<Measurement> RunSystemNodeAsync(long n, TextWriter toUserNode, TextReader fromUserNode) => MeasureAsync(OverNet, n, isHeard => TimedAsync(isHeard, async () =>
    {
        await toUserNode.WriteLineAsync(isHeard.ToString());
        await toUserNode.FlushAsync();
        var ticks = await fromUserNode.ReadLineAsync() ?? throw new InvalidOperationException("the user node has ended");
        return TimeSpan.FromTicks(long.Parse(ticks, CultureInfo.InvariantCulture));
    }));

    /// <summary>The turns of the user node, until nobody asks for another one.</summary>
    public static async Task RunUserNodeAsync(BenchApp user, long n)
    {
        while (await Console.In.ReadLineAsync() is { } isHeard) Console.WriteLine((await TurnAsync(user, Net, n, bool.Parse(isHeard))).Ticks);
    }

    private static Task<TimeSpan> TurnAsync(BenchApp app, string name, long n, bool isHeard) => TimedAsync(isHeard, async () =>
    {
        await app.RunAsync(name, n);
        return TimeSpan.Zero;
    });

    // The processor time of this operating-system process, and what the work itself says that it took elsewhere.
    private static async Task<TimeSpan> TimedAsync(bool isHeard, Func<Task<TimeSpan>> work)
    {
        using var telemetry = isHeard ? new BenchTelemetry() : null;
        var before = Environment.CpuUsage.TotalTime;
        var elsewhere = await work();
        return Environment.CpuUsage.TotalTime - before + elsewhere;
    }

    private static async Task<Measurement> MeasureAsync(string name, long n, Func<bool, Task<TimeSpan>> turn)
    {
        var (heard, unheard) = (TimeSpan.Zero, TimeSpan.Zero);
        var ratios = new List<double>();
        for (var pair = -WarmUpPairs; pair < Pairs; pair++)
        {
            var isFirstHeard = pair % 2 == 0;
            var (first, second) = (await turn(isFirstHeard), await turn(!isFirstHeard));
            if (pair < 0) continue;
            var (with, without) = isFirstHeard ? (first, second) : (second, first);
            (heard, unheard) = (heard + with, unheard + without);
            ratios.Add(with / without);
        }
        ratios.Sort();
        // The median of all pairs there could be lies between these two with a probability of 95 %, whatever their distribution.
        var low = (int)((Pairs - 1.96 * Math.Sqrt(Pairs)) / 2);
        return new Measurement(name, n, unheard.TotalSeconds, n * Pairs / unheard.TotalSeconds)
        {
            MeanUs = unheard.TotalMicroseconds / Pairs / n,
            Ratio = (ratios[(Pairs - 1) / 2] + ratios[Pairs / 2]) / 2,
            RatioLow = ratios[low],
            RatioHigh = ratios[Pairs - 1 - low],
            RatioOfSums = heard / unheard,
        };
    }
}
