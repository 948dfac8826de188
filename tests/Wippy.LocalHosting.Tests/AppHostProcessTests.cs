using System.Diagnostics;

namespace Wippy.LocalHosting.Tests;

public sealed class AppHostProcessTests
{
    [Fact]
    public async Task Kill9_RunningAppHost_LeavesNoProcess()
    {
        await using var appHost = AppHostProcess.Start("--Stubborn", "true");
        var children = await appHost.ChildrenAsync(3);

        await appHost.SignalAsync("KILL");

        await ExitAsync(children);
        Assert.All(children, child => Assert.True(child.HasExited));
    }

    [Fact]
    public async Task Signal_RunningAppHost_StopsEverythingInOrder()
    {
        await using var appHost = AppHostProcess.Start();
        await appHost.LineAsync("Ctrl+C stops everything");

        await appHost.SignalAsync("TERM");

        Assert.Equal(0, await appHost.ExitAsync());
        var stop = appHost.Output.Where(line => line.Contains("Asked to end") || line.Contains("Ended with")).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(["script * Asked to end.", "script * Ended with exit code 143.", "web * Asked to end.", "web * Ended with exit code 0."], stop);
    }

    [Fact]
    public async Task SecondSignal_StubbornProcess_IsEndedAtOnce()
    {
        await using var appHost = AppHostProcess.Start("--Stubborn", "true", "--LocalHosting:StopGrace", "01:00:00");
        await appHost.LineAsync("Ctrl+C stops everything");

        await appHost.SignalAsync("INT");
        await appHost.LineAsync("Stopping");
        await appHost.SignalAsync("INT");

        Assert.Equal(0, await appHost.ExitAsync());
        Assert.Contains(appHost.Output, line => line.StartsWith("stubborn * Ended with exit code 137"));
    }

    [Fact]
    public async Task Console_Output_IsPrefixedAndEndsInATableWithTheLogFolder()
    {
        await using var appHost = AppHostProcess.Start();
        await appHost.LineAsync("Ctrl+C stops everything");
        // A resource counts as running from its start; what it prints may come after the table.
        foreach (var start in (string[])["web    | pid ", "script | pid "])
        {
            if (!appHost.Output.Any(line => line.StartsWith(start))) await appHost.LineAsync(start);
        }

        Assert.Contains(appHost.Output, line => line.StartsWith("script * Waiting for web to become healthy."));
        Assert.DoesNotContain(appHost.Output, line => line.Contains('\e'));
        Assert.Contains(appHost.Output, line => line.StartsWith("  web-") && line.Contains("Healthy") && line.Contains("http://localhost:"));

        var folder = appHost.Output.Single(line => line.Contains("Logs: ")).Split("Logs: ")[1];
        var log = await File.ReadAllTextAsync(Directory.GetFiles(folder, "web-*.log").Single());
        Assert.Contains("* Environment: OTEL_SERVICE_NAME=web", log);
        Assert.Contains("| pid ", log);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Start_VariablesAboutTheAppHostItself_AreNotInherited()
    {
        await using var appHost = AppHostProcess.Start();

        Assert.EndsWith("| urls <>", await appHost.LineAsync("| urls"));
    }

    private static async Task ExitAsync(IEnumerable<Process> processes)
    {
        using var safety = new CancellationTokenSource(TestApplication.Safety);
        foreach (var process in processes)
            await process.WaitForExitAsync(safety.Token);
    }
}
