using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Wippy.LocalHosting.Tests;

public sealed class HealthProbeTests
{
    private static readonly HttpHealthCheckAnnotation Check = new("check", "http", "/health", 200, "http");

    [Fact]
    public async Task RunAsync_ProcessThatDoesNotAnswerYet_IsWorthALineOnlyAfterTheThirdFailure()
    {
        using var probe = new HealthProbe(new NoWaits());
        using var enough = new CancellationTokenSource(TestApplication.Safety);
        var quiet = new List<bool>();

        await probe.RunAsync(Check, FreePort.Next(), (report, isQuiet) =>
        {
            Assert.Equal(HealthStatus.Unhealthy, report.Status);
            quiet.Add(isQuiet);
            if (!isQuiet)
                enough.Cancel();
        }, enough.Token);

        Assert.Equal([true, false], quiet);
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    [InlineData(9, 5)]
    public void Interval_AfterFailures_GrowsToFiveSeconds(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), HealthProbe.Interval(failures));

    /// <summary>Every wait is over at once.</summary>
    private sealed class NoWaits : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
