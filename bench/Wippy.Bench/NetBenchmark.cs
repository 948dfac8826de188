using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Wippy.Shared.Channels;
using Wippy.Shared.Identity;

namespace Wippy.Bench;

/// <summary>
/// A benchmark between two operating-system processes with a channel: this one becomes the system node and starts the
/// other as the user node, which runs and times the Lua process of the benchmark's name.
/// </summary>
internal static class NetBenchmark
{
    /// <summary>The command by which the other operating-system process is started: BENCH N ENDPOINT follow.</summary>
    public const string UserNodeCommand = "user-node";

    private const string KeySetting = "Wippy__Keys__SystemUser";

    /// <param name="name">Also of the entry in <c>bench</c>.</param>
    /// <param name="work">See <see cref="Benchmark"/>, as for the rest.</param>
    /// <param name="defaultN">Units.</param>
    /// <param name="smokeN">Units.</param>
    public static Benchmark Create(string name, string work, long defaultN, long smokeN) => new(name, work, defaultN, smokeN, async (n, _) =>
    {
        Environment.SetEnvironmentVariable(KeySetting, Convert.ToBase64String(RandomNumberGenerator.GetBytes(ChannelKeys.KeyBytes)));
        await using var system = await BenchApp.JoinAsync(new ChannelOptions { Zone = Zone.System }, Keys());
        await system.SpawnAsync("counter");

        var start = new ProcessStartInfo(Environment.ProcessPath!, [UserNodeCommand, name, $"{n}", ChannelOptions.EndpointScheme + system.Deployment.Address]) { RedirectStandardOutput = true };
        using var user = Process.Start(start)!;
        var line = await user.StandardOutput.ReadLineAsync();
        await user.WaitForExitAsync();
        if (line is null) throw new InvalidOperationException($"the user node measured nothing and ended with {user.ExitCode}");
        return JsonSerializer.Deserialize<Measurement>(line, Measurement.Format)!;
    });

    /// <summary>The other operating-system process.</summary>
    public static async Task RunUserNodeAsync(string name, long n, string endpoint)
    {
        await using var user = await BenchApp.JoinAsync(new ChannelOptions { Zone = Zone.User, SystemEndpoint = endpoint }, Keys());
        // Without the system node nobody waits for the result any more.
        user.Deployment.Changed += (_, change) =>
        {
            if (change == NodeChange.Down) Environment.Exit(BenchCommand.Failure);
        };
        var result = await user.RunAsync(name, n);
        Console.WriteLine(user.Measured(name, n, result.Seconds, n / result.Seconds) with
        {
            MeanUs = result.Seconds / n * 1e6,
            P50Us = result.Figure("p50_us"),
            P99Us = result.Figure("p99_us"),
            MaxUs = result.Figure("max_us"),
        });
    }

    private static ChannelKeys Keys() => ChannelKeys.Read(new ConfigurationBuilder().AddEnvironmentVariables().Build());
}
