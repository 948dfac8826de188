using Wippy.Shared.Channels;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

public class RefusalBrakeTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly RefusalBrake _brake;

    public RefusalBrakeTests()
    {
        _brake = new RefusalBrake(3, TimeSpan.FromSeconds(1), _clock);
    }

    [Fact]
    public void Pause_FewerThanTheLimit_NeverComes()
    {
        for (var i = 0; i < 10; i++)
        {
            Refuse(2);
            Assert.Equal(TimeSpan.Zero, _brake.Pause());
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(TimeSpan.Zero, _brake.Pause());
        }
    }

    [Fact]
    public void Pause_LimitReached_LastsUntilTheWindowIsOver()
    {
        _clock.Advance(TimeSpan.FromMilliseconds(400));
        Refuse(3);

        Assert.Equal(TimeSpan.FromMilliseconds(600), _brake.Pause());
        Assert.Equal(TimeSpan.Zero, _brake.Pause());
    }

    [Fact]
    public void Pause_AfterOne_TheNextWindowHasRoomAgain()
    {
        Refuse(3);
        _clock.Advance(_brake.Pause());

        Refuse(2);
        Assert.Equal(TimeSpan.Zero, _brake.Pause());
        Refuse(1);
        Assert.Equal(TimeSpan.FromSeconds(1), _brake.Pause());
    }

    private void Refuse(int count)
    {
        for (var i = 0; i < count; i++) _brake.Refused();
    }
}
