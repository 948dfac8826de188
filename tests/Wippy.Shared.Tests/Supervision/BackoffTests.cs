using Wippy.Shared.Registry;
using Wippy.Shared.Supervision;

namespace Wippy.Shared.Tests.Supervision;

public sealed class BackoffTests
{
    private static readonly RestartSpec Restart = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(90), BackoffFactor: 2, Jitter: 0.1, MaxAttempts: 0);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(7, 64)]
    [InlineData(8, 90)]
    [InlineData(100_000, 90)]
    public void Delay_GrowsUpToTheLimit(int retry, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.Delay(Restart, retry, 0.5));

    [Theory]
    [InlineData(0, 0.9)]
    [InlineData(0.5, 1)]
    [InlineData(1, 1.1)]
    public void Delay_Jitter_IsAShareAroundIt(double random, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.Delay(Restart, 1, random));

    [Fact]
    public void Delay_JitterAfterTheLimit_MayExceedIt() => Assert.Equal(TimeSpan.FromSeconds(99), Backoff.Delay(Restart, 20, 1));

    [Theory]
    [InlineData(1)]
    [InlineData(1025)]   // two to the power of 1024 is infinite
    public void Delay_OfNothing_StaysNothing(int retry) => Assert.Equal(TimeSpan.Zero, Backoff.Delay(Restart with { InitialDelay = TimeSpan.Zero }, retry, 0.5));

    [Fact]
    public void Delay_FactorOne_StaysTheSame() => Assert.Equal(TimeSpan.FromSeconds(1), Backoff.Delay(Restart with { BackoffFactor = 1 }, 50, 0.5));
}
