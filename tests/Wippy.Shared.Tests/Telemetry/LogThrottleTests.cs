using Wippy.Shared.Telemetry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Telemetry;

public class LogThrottleTests
{
    [Fact]
    public void Allows_SameThing_OncePerSecond()
    {
        var clock = new FakeTimeProvider();
        var throttle = new LogThrottle(clock);

        Assert.True(throttle.Allows("a", "b", "c"));
        Assert.False(throttle.Allows("a", "b", "c"));
        Assert.True(throttle.Allows("a", "b", "d"));
        clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(throttle.Allows("a", "b", "c"));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(throttle.Allows("a", "b", "c"));
    }

    [Fact]
    public void Allows_EndlesslyManyThings_StopsAtTheLimit()
    {
        var throttle = new LogThrottle(new FakeTimeProvider());

        Assert.Equal(LogThrottle.MaxPerSecond, Enumerable.Range(0, 1000).Count(n => throttle.Allows($"{n}", "", "")));
    }
}
