using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Wippy.Integration.Tests;

/// <summary>Each service is killed in turn while messages go between all of them, and started again by its command.</summary>
public sealed partial class KilledInTurnTests : IAsyncLifetime
{
    // More than a service takes, and less than what a backlog without bound would.
    private const long MaxResidentBytes = 700L << 20;

    private static readonly Dictionary<string, string> Names = new() { ["system"] = "keeper", ["user"] = "worker", ["terminal"] = "clerk" };

    private readonly RunningDeployment _deployment = new(["--App", RunningDeployment.KeptApp]);
    private readonly Dictionary<string, int> _pids = [];

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await _deployment.InitializeAsync();
        foreach (var service in RunningDeployment.Services) _pids[service] = await _deployment.WaitHealthyAsync(service);
    }

    /// <inheritdoc/>
    public Task DisposeAsync() => _deployment.DisposeAsync();

    [Fact]
    public async Task Services_KilledInTurnUnderLoad_TheOthersGoOnAndEverythingIsThereAgain()
    {
        var owners = new Dictionary<string, string>();
        // All watch all, before the first one is killed.
        foreach (var name in Names.Values)
        {
            foreach (var watcher in RunningDeployment.Services) owners[name] = await NextOwnerAsync(watcher, watcher, name, except: "");
        }
        Assert.Contains("worker has post", await _deployment.WaitForLogAsync("user", "worker has post"));

        await KillAndStartAsync("user", owners, watchers: ["system", "terminal"]);
        // A name that its owner lost is another's now, and the next owner knows.
        await _deployment.WaitForLogAsync("terminal", "terminal took over post");
        await _deployment.WaitForLogAsync("user", "worker does not get post");

        await KillAndStartAsync("terminal", owners, watchers: ["system", "user"]);

        await KillAndStartAsync("system", owners, watchers: ["user", "terminal"]);
        // The services of the other nodes have gone on with their processes, and the new supervisor has taken them over.
        var states = await _deployment.LookAsync("ps");
        foreach (var name in new[] { "worker", "clerk" })
        {
            await _deployment.WaitForLogAsync("system", $"goes on as {owners[name]}");
            Assert.Contains(owners[name], states.Output);
            // Their names were registered again with the new system node.
            await _deployment.WaitForLogAsync("system", $"system watches {name} {owners[name]}", line =>
                line.Contains($"system watches {name} {owners[name]} from {{{NodeOf(owners["keeper"])}@", StringComparison.Ordinal));
        }

        foreach (var (service, pid) in _pids) Assert.InRange(ResidentBytes(pid), 1, MaxResidentBytes);
    }

    private async Task KillAndStartAsync(string service, Dictionary<string, string> owners, string[] watchers)
    {
        var (name, owner) = (Names[service], owners[Names[service]]);

        var replica = await _deployment.KillAsync(service, _pids[service]);

        foreach (var watcher in watchers) Assert.Contains($"{watcher} lost {name} {owner}: node down: {NodeOf(owner)}", await _deployment.WaitForLogAsync(watcher, $"{watcher} lost {name} {owner}"));
        foreach (var other in watchers) Assert.Equal(_pids[other], await _deployment.WaitHealthyAsync(other));

        await _deployment.StartAsync(replica);

        _pids[service] = await _deployment.WaitHealthyAsync(service);
        foreach (var watcher in watchers) owners[name] = await NextOwnerAsync(watcher, watcher, name, except: owner);
        Assert.NotEqual(NodeOf(owner), NodeOf(owners[name]));
        // Its own watch is at work before the next one is killed.
        foreach (var watched in Names.Values)
        {
            await _deployment.WaitForLogAsync(service, $"{service} watches {watched}", line =>
                line.Contains($"{service} watches {watched} ", StringComparison.Ordinal) && line.Contains($" from {{{NodeOf(owners[name])}@", StringComparison.Ordinal));
        }
    }

    // "WATCHER watches NAME PID", with another PID than the one before.
    private async Task<string> NextOwnerAsync(string service, string watcher, string name, string except)
    {
        var text = $"{watcher} watches {name} ";
        var line = await _deployment.WaitForLogAsync(service, text, line => line.Contains(text, StringComparison.Ordinal) && PidIn(line) != except);
        return PidIn(line);
    }

    private static string PidIn(string line) => Pid().Match(line).Value;

    private static string NodeOf(string pid) => pid[1..pid.IndexOf('@', StringComparison.Ordinal)];

    private static long ResidentBytes(int pid)
    {
        using var process = Process.GetProcessById(pid);
        return process.WorkingSet64;
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Pid();
}
