using System.Diagnostics;
using Wippy.Shared.Processes;

namespace Wippy.Bench;

/// <summary>
/// What the programs of tests/hostile do to their neighbours, and how long it takes to be rid of them. Each runs on a runtime of its own, in
/// the user zone, beside a pair that plays ping-pong and somebody who reads what he gets.
/// </summary>
internal static class SuiteBenchmark
{
    // For so many ms the pair plays beside each program, before that is ended.
    private const long Beside = 300;

    public static IReadOnlyList<Benchmark> All { get; } =
    [
        Create("beside", "round trips of a pair beside each of n programs of tests/hostile", (_, trips) => Task.FromResult(trips)),
        Create("kill", "n programs of tests/hostile, each from the order to terminate it until it is gone", (app, _) => TimedAsync(() => TerminateAsync(app))),
        Create("shutdown", "n programs of tests/hostile, each from the order to stop the runtime until it has stopped", (app, _) => TimedAsync(async () =>
        {
            await app.StopAsync();
            return true;
        })),
    ];

    // What is measured of one program, in µs.
    private delegate Task<IEnumerable<double>> Measure(BenchApp app, IEnumerable<double> trips);

    private static Benchmark Create(string name, string work, Measure measure) => new(name, work, HostileProgram.All.Count, 3, async (n, setting) =>
    {
        var times = new List<(double Us, string Program)>();
        var workers = 0;
        for (var i = -Math.Max(n / 10, 1); i < n; i++)
        {
            var program = HostileProgram.All[(int)(Math.Abs(i) % HostileProgram.All.Count)];
            await using var app = BenchApp.StartBeside(program, setting);
            workers = app.Workers;
            // The neighbours come first: some programs leave no room for others.
            var neighbour = await app.SpawnAsync("neighbour");
            var ponger = await app.SpawnAsync("ponger");
            var pinger = await app.SpawnAsync("pinger", Beside, HostileProgram.Host.ToString(), ponger.Pid.ToString());
            // Some never come to an end of their start, and some are refused.
            _ = app.SpawnAsync(HostileProgram.Id.Name, neighbour.Pid.ToString());
            var trips = (await BenchApp.ResultAsync(pinger, Beside)).Figures("trips");
            var measured = (await measure(app, trips)).Order().ToList();
            if (i < 0 || measured is []) continue;
            await Console.Error.WriteLineAsync($"{name} {program.Name}: p50 {Percentile(measured, 50):N0} µs, p99 {Percentile(measured, 99):N0} µs, max {measured[^1]:N0} µs of {measured.Count:N0}");
            times.AddRange(measured.Select(us => (us, program.Name)));
        }
        if (times is []) throw new InvalidOperationException($"all of {n} programs have ended by themselves");
        times.Sort();
        var all = times.ConvertAll(time => time.Us);
        return new Measurement(name, n, all.Sum() / 1e6, all.Count / all.Sum() * 1e6)
        {
            Threads = workers,
            MeanUs = all.Average(),
            P50Us = Percentile(all, 50),
            P99Us = Percentile(all, 99),
            MaxUs = all[^1],
            MaxIn = times[^1].Program,
        };
    });

    // Until there is none, those that they start meanwhile included; false if there was none.
    private static async Task<bool> TerminateAsync(BenchApp app)
    {
        var ended = false;
        while (true)
        {
            var hostile = app.Node.Processes.All.Where(process => process.Entry == HostileProgram.Id).ToList();
            if (hostile is []) return ended;
            ended = true;
            var ends = hostile.ConvertAll(process => process.WhenEnded());
            foreach (var process in hostile) process.End(ProcessErrors.Terminated);
            await Task.WhenAll(ends);
        }
    }

    // Nothing if there was nothing to do.
    private static async Task<IEnumerable<double>> TimedAsync(Func<Task<bool>> work)
    {
        var began = Stopwatch.GetTimestamp();
        return await work() ? [Stopwatch.GetElapsedTime(began).TotalMicroseconds] : [];
    }

    private static double Percentile(List<double> ordered, int percent) => ordered[(int)Math.Ceiling(ordered.Count * percent / 100.0) - 1];
}
