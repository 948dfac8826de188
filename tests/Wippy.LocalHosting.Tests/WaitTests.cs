using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Wippy.LocalHosting.Tests.TestApplication;

namespace Wippy.LocalHosting.Tests;

public sealed class WaitTests
{
    [Fact]
    public async Task WaitFor_UnhealthyDependency_StartsWhenItIsHealthy()
    {
        await using var app = await StartAsync(builder =>
        {
            var service = builder.AddService("service").WithArgs("unhealthy");
            builder.AddScript("early", "exec sleep 1000").WaitForStart(service);
            builder.AddScript("late", "exec sleep 1000").WaitFor(service);
        });

        await app.WaitAsync("service", snapshot => snapshot.HealthReports.Single().Description?.Contains("503") == true);
        await app.WaitAsync("early", KnownResourceStates.Running);
        Assert.Equal(KnownResourceStates.Waiting, app.Replicas("late").Single().Snapshot.State?.Text);

        using var client = app.CreateHttpClient("service");
        await client.PostAsync($"/health/{HealthStatus.Healthy}", content: null);
        await app.WaitAsync("late", KnownResourceStates.Running);

        Assert.Equal(HealthStatus.Healthy, app.Replicas("service").Single().Snapshot.HealthStatus);
    }

    [Fact]
    public async Task WaitFor_DependencyWithReplicas_WaitsForEveryOne()
    {
        await using var app = await StartAsync(builder =>
        {
            var service = builder.AddService("service").WithReplicas(2).WithExplicitStart();
            builder.AddScript("late", "exec sleep 1000").WaitFor(service);
        });
        var replicas = app.Replicas("service");

        await app.ResourceCommands.ExecuteCommandAsync(replicas[0].ResourceId, KnownResourceCommands.StartCommand);
        await app.WaitAsync(replicas[0].ResourceId, snapshot => snapshot.HealthStatus == HealthStatus.Healthy);
        Assert.Equal(KnownResourceStates.Waiting, app.Replicas("late").Single().Snapshot.State?.Text);

        await app.ResourceCommands.ExecuteCommandAsync(replicas[1].ResourceId, KnownResourceCommands.StartCommand);
        await app.WaitAsync("late", KnownResourceStates.Running);
    }

    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 3", 3)]
    public async Task WaitForCompletion_ExpectedExitCode_Starts(string script, int expected)
    {
        await using var app = await StartAsync(builder =>
            builder.AddScript("after", "exec sleep 1000").WaitForCompletion(builder.AddScript("before", script), expected));

        await app.WaitAsync("after", KnownResourceStates.Running);

        Assert.Equal(expected, app.Replicas("before").Single().Snapshot.ExitCode);
    }

    [Fact]
    public async Task WaitForCompletion_OtherExitCode_FailsAndSaysWhy()
    {
        await using var app = await StartAsync(builder =>
            builder.AddScript("after", "exec sleep 1000").WaitForCompletion(builder.AddScript("before", "exit 4")));

        await app.WaitAsync("after", KnownResourceStates.FailedToStart);

        var line = (await app.LinesUntilAsync("after", "Failed to start"))[^1];
        Assert.Contains("'before' did not end with exit code 0", line);
        Assert.Contains("exit code 4", line);
    }

    [Fact]
    public async Task WaitFor_DependencyThatCannotStart_FailsAllThatWaitForIt()
    {
        await using var app = await StartAsync(builder =>
        {
            var absent = builder.AddExecutable("absent", "no-such-program", AppContext.BaseDirectory);
            var first = builder.AddScript("first", "exec sleep 1000").WaitFor(absent);
            builder.AddScript("second", "exec sleep 1000").WaitForStart(first);
        });

        await app.WaitAsync("second", KnownResourceStates.FailedToStart);

        Assert.Contains("'no-such-program' was not found", (await app.LinesUntilAsync("absent", "Failed to start"))[^1]);
        Assert.Contains("absent-", (await app.LinesUntilAsync("first", "Failed to start"))[^1]);
    }

    [Fact]
    public async Task WaitForResourceHealthyAsync_ResourceEnds_Throws()
    {
        await using var app = await StartAsync(builder => builder.AddScript("short", "exit 5"));

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(async () =>
        {
            await app.WaitAsync("short", KnownResourceStates.Exited);
            await app.WaitHealthyAsync("short");
        });

        Assert.Contains("exit code 5", error.Message);
    }

    [Fact]
    public void WaitFor_Itself_Throws()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var script = builder.AddScript("script", "true");

        Assert.Contains("'script'", Assert.Throws<DistributedApplicationException>(() => script.WaitFor(script)).Message);
    }

    [Fact]
    public async Task WithHttpHealthCheck_OneOfTwoFails_IsUnhealthyAndSaysWhy()
    {
        await using var app = await StartAsync(builder => builder.AddService("service").WithHttpHealthCheck("/pid", statusCode: 404));

        await app.WaitAsync("service", snapshot => snapshot.HealthReports.Any(report => report.Status == HealthStatus.Healthy)
            && snapshot.HealthReports.Any(report => report.Description?.Contains("answered 200, expected 404") == true));

        Assert.Equal(HealthStatus.Unhealthy, app.Replicas("service").Single().Snapshot.HealthStatus);
    }
}
