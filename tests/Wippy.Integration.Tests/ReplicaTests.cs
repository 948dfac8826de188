using System.Diagnostics;
using System.Globalization;

namespace Wippy.Integration.Tests;

/// <summary>Three user services behind one name.</summary>
public sealed class ReplicaTests : IAsyncLifetime
{
    private const int Replicas = 3;

    private readonly RunningDeployment _deployment = new(["--App", RunningDeployment.KeptApp, "--Users", $"{Replicas}"]);

    /// <inheritdoc/>
    public Task InitializeAsync() => _deployment.InitializeAsync();

    /// <inheritdoc/>
    public Task DisposeAsync() => _deployment.DisposeAsync();

    [Fact]
    public async Task Users_ThreeReplicas_AreNodesOfTheirOwnAndShareTheWorkAlsoAfterOneWasLostAndCameBack()
    {
        await NodesAsync(Replicas);
        var all = await SpreadAsync(60);
        Assert.Equal(Replicas, all.Count);
        // Placed where the fewest are: each gets about a third, whatever else runs there.
        Assert.All(all.Values, count => Assert.InRange(count, 10, 30));
        // A service runs once, whichever of the three it is on.
        Assert.Single((await PsAsync()).Split('\n'), line => line.Contains(" kept:server ", StringComparison.Ordinal) && line.Contains("kept:user", StringComparison.Ordinal));

        var lost = await _deployment.WaitAsync("user", change => RunningDeployment.PidOf(change) is not null);
        using (var process = Process.GetProcessById(RunningDeployment.PidOf(lost)!.Value)) process.Kill();
        await _deployment.WaitAsync(lost.ResourceId, change => change.Snapshot.State?.Text == KnownResourceStates.Exited);
        await NodesAsync(Replicas - 1);
        var remaining = await SpreadAsync(30);
        Assert.Equal(Replicas - 1, remaining.Count);
        Assert.Empty(remaining.Keys.Except(all.Keys));

        await _deployment.StartAsync(lost.ResourceId);
        await NodesAsync(Replicas);
        var again = await SpreadAsync(60);
        Assert.Equal(Replicas, again.Count);
        Assert.Single(again.Keys.Except(all.Keys));   // under a fresh name
        await OneOfEachServiceAsync();
    }

    // The observer tells all changes, so that many user nodes are seen when they are there.
    private async Task NodesAsync(int count)
    {
        using var client = _deployment.App.CreateHttpClient("system", "http");
        using var stream = new StreamReader(await client.GetStreamAsync("/observer/changes"));
        var nodes = "";
        while (nodes.Split("\"node\":\"user.").Length != count + 1)
        {
            nodes = await stream.ReadLineAsync() ?? throw new InvalidOperationException($"no {count} user nodes, last: {nodes}");
        }
    }

    // Until then its service may be waiting for its next start.
    private async Task OneOfEachServiceAsync()
    {
        while (true)
        {
            var servers = (await PsAsync()).Split('\n').Count(line => line.Contains(" kept:server ", StringComparison.Ordinal));
            Assert.InRange(servers, 2, 3);
            if (servers == 3) return;
        }
    }

    private async Task<Dictionary<string, int>> SpreadAsync(int count)
    {
        var result = await _deployment.ConnectAsync("spread", "--", count.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(("", 0), (result.Errors, result.ExitCode));
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private async Task<string> PsAsync() => (await _deployment.LookAsync("ps", "--limit", "1000")).Output;
}
