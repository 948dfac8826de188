using Wippy.Shared.Scheduling;

namespace Wippy.Shared.Tests.Scheduling;

public sealed class IdleWorkersTests
{
    private readonly IdleWorkers _idle = new(3);

    [Fact]
    public void TryWake_NobodySleeps_SaysNo() => Assert.False(_idle.TryWake(out _));

    [Fact]
    public void TryWake_TwoSleep_TakesTheNewestAndOnlyOne()
    {
        _idle.BeginSleep(0, searched: false);
        _idle.BeginSleep(1, searched: false);

        Assert.True(_idle.TryWake(out var worker));
        Assert.Equal(1, worker);
        Assert.False(_idle.TryWake(out _)); // the woken one searches now
    }

    [Fact]
    public void TryWake_AfterTheWokenOneFoundWork_TakesTheNext()
    {
        _idle.BeginSleep(0, searched: false);
        _idle.BeginSleep(1, searched: false);
        _idle.TryWake(out _);

        Assert.True(_idle.EndSearch());
        Assert.True(_idle.TryWake(out var worker));
        Assert.Equal(0, worker);
    }

    [Fact]
    public void TryBeginSearch_AnotherSearches_SaysNoUntilItEnds()
    {
        Assert.True(_idle.TryBeginSearch());
        Assert.False(_idle.TryBeginSearch());
        Assert.False(_idle.EndSearch()); // nobody sleeps, so nobody is to be woken
        Assert.True(_idle.TryBeginSearch());
    }

    [Fact]
    public void BeginSleep_AnotherSearches_NeedNotLookAgain()
    {
        _idle.TryBeginSearch();

        Assert.False(_idle.BeginSleep(1, searched: false));
        Assert.True(_idle.EndSearch()); // but then the searcher has to
    }

    [Fact]
    public void BeginSleep_OfTheSearcher_HasToLookAgain()
    {
        _idle.TryBeginSearch();

        Assert.True(_idle.BeginSleep(0, searched: true));
        Assert.True(_idle.TryBeginSearch()); // the role is free
    }

    [Fact]
    public void TryWithdraw_StillOnTheList_BecomesTheSearcher()
    {
        _idle.BeginSleep(0, searched: false);

        Assert.True(_idle.TryWithdraw(0));
        Assert.False(_idle.TryBeginSearch());
        Assert.True(_idle.BeginSleep(0, searched: true)); // it is off the list and can go on it again
    }

    [Fact]
    public void TryWithdraw_WokenMeanwhile_SaysNo()
    {
        _idle.BeginSleep(0, searched: false);
        _idle.TryWake(out _);

        Assert.False(_idle.TryWithdraw(0));
    }

    [Fact]
    public void TryWithdraw_AnotherSearches_SaysNoAndStaysWakeable()
    {
        _idle.BeginSleep(0, searched: false);
        _idle.TryBeginSearch();

        Assert.False(_idle.TryWithdraw(0));
        _idle.EndSearch();
        Assert.True(_idle.TryWake(out var worker));
        Assert.Equal(0, worker);
    }
}
