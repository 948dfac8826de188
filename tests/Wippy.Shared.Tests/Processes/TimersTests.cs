using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Tests.Processes;

public sealed class TimersTests : IDisposable
{
    private readonly ScriptedNode _node = new();
    private readonly ScriptedBehavior _owner;

    public TimersTests() => _owner = _node.Spawn();

    private IEnumerable<long> Fired => _owner.Received.OfType<Completion>().Select(c => c.Operation);

    [Fact]
    public void Start_SeveralDelays_FireInOrderOfDueTime()
    {
        Start(30, 1);
        Start(10, 2);
        Start(20, 3);
        Start(10, 4);
        Advance(9);
        Assert.Empty(Fired);
        Advance(1);
        Assert.Equal([2, 4], Fired);
        Advance(100);
        Assert.Equal([2, 4, 3, 1], Fired);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Start_NoDelay_IsDueAtOnce(int milliseconds)
    {
        Start(milliseconds, 1);
        Advance(0);
        Assert.Equal([1], Fired);
    }

    [Fact]
    public void Start_LongestDelays_NeverFireEarly()
    {
        _node.Node.Timers.Start(TimeSpan.MaxValue, _owner.Process, 1);
        _node.Node.Timers.Start(TimeSpan.FromDays(36_500), _owner.Process, 2);
        _node.Test.Clock.Advance(TimeSpan.FromDays(30));
        _node.Test.Scheduler.RunUntilIdle();
        Assert.Empty(Fired);
    }

    [Fact]
    public void Cancel_BeforeItIsDue_NeverFires()
    {
        var ticket = Start(10, 1);
        Start(10, 2);
        Assert.True(_node.Node.Timers.Cancel(ticket));
        Assert.False(_node.Node.Timers.Cancel(ticket));
        Advance(20);
        Assert.Equal([2], Fired);
    }

    [Fact]
    public void Cancel_AfterItFired_False()
    {
        var ticket = Start(10, 1);
        Advance(10);
        Assert.False(_node.Node.Timers.Cancel(ticket));
    }

    [Fact]
    public void Cancel_Thousands_TheOthersStillFireInOrder()
    {
        var cancelled = new List<Timers.Ticket>();
        for (var i = 0; i < 5000; i++)
        {
            var ticket = Start(1 + (i % 100), i);
            if (i % 10 != 0) cancelled.Add(ticket);
        }
        Assert.All(cancelled, ticket => Assert.True(_node.Node.Timers.Cancel(ticket)));
        Advance(200);
        Assert.Equal(Enumerable.Range(0, 5000).Where(i => i % 10 == 0).Select(i => (long)i).OrderBy(i => i % 100).ThenBy(i => i), Fired);
    }

    [Fact]
    public void Fire_OwnerHasEnded_NothingHappens()
    {
        Start(10, 1);
        _owner.Process.End(ProcessErrors.Terminated);
        Advance(20);
        Assert.Empty(Fired);
    }

    public void Dispose() => _node.Dispose();

    private Timers.Ticket Start(int milliseconds, long operation) =>
        _node.Node.Timers.Start(TimeSpan.FromMilliseconds(milliseconds), _owner.Process, operation);

    private void Advance(int milliseconds)
    {
        _node.Test.Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        _node.Test.Scheduler.RunUntilIdle();
    }
}
