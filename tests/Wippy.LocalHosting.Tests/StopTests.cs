using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using static Wippy.LocalHosting.Tests.TestApplication;

namespace Wippy.LocalHosting.Tests;

public sealed class StopTests
{
    [Fact]
    public async Task StopAsync_Dependents_EndBeforeWhatTheyUse()
    {
        await using var app = await StartAsync(builder =>
        {
            var bottom = builder.AddScript("bottom", "exec sleep 1000");
            var middle = builder.AddScript("middle", "exec sleep 1000").WaitForStart(bottom);
            builder.AddScript("top", "exec sleep 1000").WithParentRelationship(middle);
        });
        await app.WaitAsync("middle", KnownResourceStates.Running);
        await app.WaitAsync("top", KnownResourceStates.Running);
        var states = WatchStatesAsync(app, "bottom", KnownResourceStates.Exited);

        await app.StopAsync();

        Assert.Equal(
            [("top", "Stopping"), ("top", "Exited"), ("middle", "Stopping"), ("middle", "Exited"), ("bottom", "Stopping"), ("bottom", "Exited")],
            (await states).SkipWhile(state => state.State != "Stopping"));
    }

    [Fact]
    public async Task StopAsync_ProcessThatIgnoresTheRequest_IsKilledAfterTheGrace()
    {
        await using var app = await StartAsync(
            builder => builder.AddScript("stubborn", "trap '' TERM; echo ready; exec sleep 1000"), "--LocalHosting:StopGrace", "00:00:00.2");
        await app.LinesUntilAsync("stubborn", "ready");

        await app.StopAsync();

        Assert.Equal(137, app.Replicas("stubborn").Single().Snapshot.ExitCode);
        Assert.Contains(await app.LinesUntilAsync("stubborn", "exit code 137"), line => line.Contains("Did not end within 0.2 s"));
    }

    [Fact]
    public async Task StartAsync_NoStopGrace_NamesTheOption()
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => StartAsync(builder => builder.AddScript("script", "true"), "--LocalHosting:StopGrace", "00:00:00"));

        Assert.Contains("LocalHosting:StopGrace", error.Message);
    }

    [Fact]
    public async Task StopAsync_ProcessWithTimeToCleanUp_EndsInItsOwnWay()
    {
        await using var app = await StartAsync(builder => builder.AddScript("tidy", "trap 'echo cleaned up; exit 9' TERM; sleep 1000 & echo ready; wait"));
        await app.LinesUntilAsync("tidy", "ready");

        await app.StopAsync();

        await app.LinesUntilAsync("tidy", "cleaned up");
        Assert.Equal(9, app.Replicas("tidy").Single().Snapshot.ExitCode);
    }

    [Fact]
    public async Task StopAsync_ProgramWithAProcessOfItsOwn_LeavesNeither()
    {
        await using var app = await StartAsync(builder => builder.AddScript("parent", "sleep 1000 & echo left $!; wait"));
        using var left = Process.GetProcessById(int.Parse((await app.LinesUntilAsync("parent", "left "))[^1].Split(' ')[^1]));

        await app.StopAsync();

        await left.WaitForExitAsync().WaitAsync(Safety);
        Assert.True(left.HasExited);
    }

    [Fact]
    public async Task Kill_RunningApplication_EndsEveryProcessUnasked()
    {
        await using var app = await StartAsync(builder => builder.AddScript("script", "trap 'exit 9' TERM; echo ready; exec sleep 1000"));
        await app.LinesUntilAsync("script", "ready");

        app.Services.GetRequiredService<ApplicationRunner>().Kill();

        Assert.Equal(137, (await app.WaitAsync("script", KnownResourceStates.Exited)).Snapshot.ExitCode);
    }

    [Fact]
    public async Task DisposeAsync_RunningApplication_StopsIt()
    {
        ResourceNotificationService notifications;
        await using (var app = await StartAsync(builder => builder.AddScript("script", "exec sleep 1000")))
        {
            await app.WaitAsync("script", KnownResourceStates.Running);
            notifications = app.ResourceNotifications;
        }

        Assert.Equal(KnownResourceStates.Exited, notifications.Replicas("script").Single().Snapshot.State?.Text);
    }

    [Fact]
    public void Levels_CircleOfReferences_OrdersWhatIsOutsideOfIt()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var first = builder.AddService("first");
        var second = builder.AddService("second").WithReference(first);
        first.WithReference(second);
        builder.AddService("outside").WithReference(second);

        var levels = StopOrder.Levels(builder.Resources).Select(level => level.Select(resource => resource.Name).ToHashSet()).ToList();

        Assert.Equal(3, levels.Sum(level => level.Count));
        Assert.True(levels.FindIndex(level => level.Contains("outside")) < levels.FindIndex(level => level.Contains("second")));
    }

    private static async Task<List<(string Name, string? State)>> WatchStatesAsync(DistributedApplication app, string last, string lastState)
    {
        using var safety = new CancellationTokenSource(Safety);
        var states = new List<(string, string?)>();
        await foreach (var change in app.ResourceNotifications.WatchAsync(safety.Token))
        {
            states.Add((change.Resource.Name, change.Snapshot.State?.Text));
            if (change.Resource.Name == last && change.Snapshot.State?.Text == lastState)
                break;
        }
        return states;
    }
}
