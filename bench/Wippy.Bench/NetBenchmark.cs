using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Wippy.Shared.Channels;
using Wippy.Shared.Identity;

namespace Wippy.Bench;

/// <summary>
/// A benchmark between two operating-system processes with a channel: the system node, and the user node that it starts,
/// which runs and times the Lua process of the benchmark's name.
/// </summary>
internal static class NetBenchmark
{
    /// <summary>The command by which the first operating-system process is started: BENCH N follow.</summary>
    public const string SystemNodeCommand = "system-node";

    /// <summary>The command by which that starts the other one: BENCH N ENDPOINT follow.</summary>
    public const string UserNodeCommand = "user-node";

    /// <summary>Round trips while a <see cref="HostilePeer"/> does what he can, compared with those without him.</summary>
    public const string Hostile = "hostile";

    /// <summary>The command by which he is started: ENDPOINT follows.</summary>
    public const string HostilePeerCommand = "hostile-peer";

    private const string KeySetting = "Wippy__Keys__SystemUser";

    /// <param name="name">Also of the entry in <c>bench</c>.</param>
    /// <param name="work">See <see cref="Benchmark"/>, as for the rest.</param>
    /// <param name="defaultN">Units.</param>
    /// <param name="smokeN">Units.</param>
    public static Benchmark Create(string name, string work, long defaultN, long smokeN) => new(name, work, defaultN, smokeN, async (n, setting) =>
    {
        setting.RefuseOverrides(name);
        var line = await StartAsync(SystemNodeCommand, name, $"{n}");
        return Parse(line);
    });

    /// <summary>The first operating-system process.</summary>
    public static async Task RunSystemNodeAsync(string name, long n)
    {
        Environment.SetEnvironmentVariable(KeySetting, Convert.ToBase64String(RandomNumberGenerator.GetBytes(ChannelKeys.KeyBytes)));
        await using var system = await BenchApp.JoinAsync(new ChannelOptions { Zone = Zone.System }, Keys());
        await system.SpawnAsync("counter");
        var endpoint = ChannelOptions.EndpointScheme + system.Deployment.Address;
        if (name == OverheadBenchmark.OverNet)
        {
            using var user = Start(UserNodeCommand, name, $"{n}", endpoint);
            Console.WriteLine(await OverheadBenchmark.RunSystemNodeAsync(n, user.StandardInput, user.StandardOutput));
            user.StandardInput.Close();
            await user.WaitForExitAsync();
            return;
        }
        if (name != Hostile)
        {
            Console.WriteLine(await StartAsync(UserNodeCommand, name, $"{n}", endpoint));
            return;
        }
        var alone = Parse(await StartAsync(UserNodeCommand, "netlat", $"{n}", endpoint));
        using var hostile = Start(HostilePeerCommand, endpoint);
        try
        {
            await hostile.StandardOutput.ReadLineAsync();
            var beside = Parse(await StartAsync(UserNodeCommand, "netlat", $"{n}", endpoint));
            if (hostile.HasExited) throw new InvalidOperationException($"the hostile peer gave up: {await hostile.StandardOutput.ReadToEndAsync()}");
            Console.WriteLine(beside with { Bench = Hostile, Ratio = beside.P99Us / alone.P99Us });
        }
        finally
        {
            hostile.Kill();
        }
    }

    /// <summary>The operating-system process that means no good.</summary>
    public static Task RunHostilePeerAsync(string endpoint)
    {
        var hasBegun = false;
        return new HostilePeer(endpoint, Keys(), BenchApp.Load(BenchApp.Folder, []).BaseHash).RunAsync(() =>
        {
            if (!hasBegun) Console.WriteLine("begun");
            hasBegun = true;
        });
    }

    /// <summary>The other operating-system process.</summary>
    public static async Task RunUserNodeAsync(string name, long n, string endpoint)
    {
        await using var user = await BenchApp.JoinAsync(new ChannelOptions { Zone = Zone.User, SystemEndpoint = endpoint }, Keys());
        // Without the system node nobody waits for the result any more.
        user.Deployment.Changed += (_, change) =>
        {
            if (change == NodeChange.Down) Environment.Exit(BenchCommand.Failure);
        };
        if (name == OverheadBenchmark.OverNet)
        {
            await OverheadBenchmark.RunUserNodeAsync(user, n);
            return;
        }
        var result = await user.RunAsync(name, n);
        Console.WriteLine(user.Measured(name, n, result.Seconds, n / result.Seconds) with
        {
            MeanUs = result.Seconds / n * 1e6,
            P50Us = result.Figure("p50_us"),
            P99Us = result.Figure("p99_us"),
            MaxUs = result.Figure("max_us"),
        });
    }

    private static async Task<string> StartAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var line = await process.StandardOutput.ReadLineAsync();
        await process.WaitForExitAsync();
        return line ?? throw new InvalidOperationException($"the {arguments[0]} measured nothing and ended with {process.ExitCode}");
    }

    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

    private static Measurement Parse(string line) => JsonSerializer.Deserialize<Measurement>(line, Measurement.Format)!;

    private static ChannelKeys Keys() => ChannelKeys.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
}
