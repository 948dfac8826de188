using System.Diagnostics;
using System.Globalization;
using BenchmarkDotNet.Running;
using Wippy.Shared.Identity;

namespace Wippy.Bench;

/// <summary>The command line.</summary>
internal static class BenchCommand
{
    public const int Failure = 1;
    private const int Usage = 2;

    /// <summary>Runs what is asked for.</summary>
    /// <returns>The exit code: 0, 1 when a benchmark failed, 2 for a wrong command line.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            using var telemetry = BenchTelemetry.FromEnvironment();
            return await RunCommandAsync(args);
        }
        catch (InvalidOperationException failed)
        {
            await Console.Error.WriteLineAsync(failed.Message);
            return Failure;
        }
    }

    private static async Task<int> RunCommandAsync(string[] args)
    {
        switch (args)
        {
            case []:
                PrintList();
                return 0;
            case ["all"]:
                return await RunAllAsync();
            case ["smoke"]:
                foreach (var smoke in Benchmark.All) Console.WriteLine(await smoke.RunAsync(smoke.SmokeN, Setting.Default));
                return 0;
            case [NetBenchmark.SystemNodeCommand, var name, var count]:
                await NetBenchmark.RunSystemNodeAsync(name, long.Parse(count, CultureInfo.InvariantCulture));
                return 0;
            case [NetBenchmark.HostilePeerCommand, var victim]:
                await NetBenchmark.RunHostilePeerAsync(victim);
                return 0;
            case [NetBenchmark.UserNodeCommand, var name, var count, var endpoint]:
                await NetBenchmark.RunUserNodeAsync(name, long.Parse(count, CultureInfo.InvariantCulture), endpoint);
                return 0;
            case ["micro", .. var options]:
                BenchmarkSwitcher.FromAssembly(typeof(BenchCommand).Assembly).Run(options is [] ? ["--filter", "*"] : options, new Micro.MicroConfig());
                return 0;
        }
        if (!TryParse(args, out var benchmark, out var n, out var setting))
        {
            await Console.Error.WriteLineAsync($"cannot understand '{string.Join(' ', args)}'; without arguments this prints what there is");
            return Usage;
        }
        Console.WriteLine(await benchmark!.RunAsync(n, setting));
        return 0;
    }

    // BENCH [N] [--hibernate] [--zone user|system] [-o OVERRIDE]...
    private static bool TryParse(ReadOnlySpan<string> args, out Benchmark? benchmark, out long n, out Setting setting)
    {
        setting = Setting.Default;
        n = 0;
        var name = args[0];
        benchmark = Benchmark.All.SingleOrDefault(known => known.Name == name);
        if (benchmark is null) return false;
        while (args is [.., "-o", var value])
        {
            setting = setting with { Overrides = [value, .. setting.Overrides] };
            args = args[..^2];
        }
        if (args is [.., "--zone", var text])
        {
            if (!Zones.TryParse(text, out var zone) || zone == Zone.Terminal) return false;
            setting = setting with { Zone = zone };
            args = args[..^2];
        }
        if (args is ["idle", .., "--hibernate"])
        {
            benchmark = IdleBenchmark.Hibernated;
            args = args[..^1];
        }
        n = benchmark.DefaultN;
        return args.Length == 1
            || (args.Length == 2 && long.TryParse(args[1], NumberStyles.None, CultureInfo.InvariantCulture, out n) && n > 0);
    }

    // Each in an operating-system process of its own: what one leaves in heaps and caches would favour the next.
    private static async Task<int> RunAllAsync()
    {
        var failed = 0;
        foreach (var benchmark in Benchmark.All)
        {
            using var run = Process.Start(Environment.ProcessPath!, [benchmark.Name]);
            await run.WaitForExitAsync();
            if (run.ExitCode != 0) failed = Failure;
        }
        return failed;
    }

    private static void PrintList()
    {
        Console.WriteLine("BENCH [N] [--zone user|system] [-o NAMESPACE:ENTRY:FIELD=VALUE]...");
        Console.WriteLine("                  one benchmark, one line of JSON; -o replaces values of its app");
        Console.WriteLine("all               all of them with their default N");
        Console.WriteLine("smoke             all of them with a small N, to see that they work");
        Console.WriteLine("micro [OPTIONS]   the parts, with BenchmarkDotNet");
        Console.WriteLine();
        foreach (var benchmark in Benchmark.All) Console.WriteLine($"{benchmark.Name,-10} {benchmark.DefaultN,10:N0}   {benchmark.Work}");
    }
}
