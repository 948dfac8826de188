using Wippy.Shared.Errors;

namespace Wippy.Hostile.Tests;

/// <summary>
/// Runs every program of tests/hostile in the user zone, beside neighbours that must keep making progress. Whatever it
/// does, the service lives, its neighbours go on, and it ends when it is told to.
/// </summary>
public sealed class HostileSuiteTests
{
    private const int Trips = 20_000;

    public static TheoryData<string, string> Programs()
    {
        var programs = new TheoryData<string, string>();
        foreach (var name in HostileProgram.Names())
        {
            programs.Add(name, "hook");
            programs.Add(name, "monitor");
        }
        return programs;
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task HostileProgram_BesideNeighbours_HarmsNobody(string name, string preemption)
    {
        var program = HostileProgram.Read(name);
        await using var node = new HostileNode(program.Source, preemption);

        var neighbours = node.PingPongAsync(Trips);
        var started = node.StartHostile();
        await neighbours;
        await AssertEndsAsync(node, started, program.Ends);

        node.AssertNeighbourLives();
        await node.PingPongAsync(Trips);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task HostileProgram_WhoseHostStops_Ends(string name, string preemption)
    {
        await using var node = new HostileNode(HostileProgram.Read(name).Source, preemption);

        var neighbours = node.PingPongAsync(Trips / 10);
        _ = node.StartHostile();
        await neighbours;
        await HostileNode.WithinPatience(node.StopAsync(), "the end of the host");
    }

    private static async Task AssertEndsAsync(HostileNode node, Task<HostileNode.Started> starting, string ends)
    {
        if (ends is "terminated" or "any")
        {
            var ended = await node.TerminateHostileAsync();
            Assert.True(ended > 0 || ends == "any", $"it has ended by itself: {await Story(starting)}");
            return;
        }
        var started = await HostileNode.WithinPatience(starting, "its start");
        if (ends.StartsWith("spawn ", StringComparison.Ordinal))
        {
            Assert.Contains(ends["spawn ".Length..], started.Refusal?.Message);
            return;
        }
        Assert.True(started.Refusal is null, $"it was not started: {started.Refusal?.Message}");
        var result = await HostileNode.WithinPatience(started.End!, "its end");
        if (ends == "ok") Assert.True(result.Error is null, $"it failed: {result.Error?.Message}\n{result.Error?.Stack}");
        else if (ends == "limit") Assert.True(IsLimit(result.Error), $"it ended with {result.Error?.Kind}: {result.Error?.Message}");
        else Assert.Contains(ends["error".Length..].Trim(), result.Error?.Message);
    }

    private static bool IsLimit(Error? error) => error is { Kind: ErrorKind.LimitExceeded } || error?.Message.Contains("not enough memory", StringComparison.Ordinal) == true;

    private static async Task<string> Story(Task<HostileNode.Started> starting)
    {
        var started = await HostileNode.WithinPatience(starting, "its start");
        if (started.Refusal is { } refusal) return $"not started: {refusal.Message}";
        var result = await HostileNode.WithinPatience(started.End!, "its end");
        return result.Error is { } error ? $"{error.Kind}: {error.Message}" : "well";
    }
}
