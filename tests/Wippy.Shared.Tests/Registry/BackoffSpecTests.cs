using Wippy.Shared.Registry;

namespace Wippy.Shared.Tests.Registry;

public sealed class BackoffSpecTests
{
    private static readonly BackoffSpec Backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(90), Factor: 2, Jitter: 0.1);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(7, 64)]
    [InlineData(8, 90)]
    [InlineData(100_000, 90)]
    public void Delay_GrowsUpToTheLimit(int retry, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.Delay(retry, 0.5));

    [Theory]
    [InlineData(0, 0.9)]
    [InlineData(0.5, 1)]
    [InlineData(1, 1.1)]
    public void Delay_Jitter_IsAShareAroundIt(double random, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.Delay(1, random));

    [Fact]
    public void Delay_JitterAfterTheLimit_MayExceedIt() => Assert.Equal(TimeSpan.FromSeconds(99), Backoff.Delay(20, 1));

    [Theory]
    [InlineData(1)]
    [InlineData(1025)]   // two to the power of 1024 is infinite
    public void Delay_OfNothing_StaysNothing(int retry) => Assert.Equal(TimeSpan.Zero, (Backoff with { InitialDelay = TimeSpan.Zero }).Delay(retry, 0.5));

    [Fact]
    public void Delay_FactorOne_StaysTheSame() => Assert.Equal(TimeSpan.FromSeconds(1), (Backoff with { Factor = 1 }).Delay(50, 0.5));

    [Fact]
    public void Delay_BeyondWhatTimersTake_IsCut() =>
        Assert.Equal(TimeSpan.FromDays(49), new BackoffSpec(TimeSpan.FromDays(1), TimeSpan.FromDays(1000), Factor: 10, Jitter: 1).Delay(9, 1));
}
