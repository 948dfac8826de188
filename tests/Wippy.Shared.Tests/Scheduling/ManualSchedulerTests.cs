using Wippy.Shared.Scheduling;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Scheduling;

public sealed class ManualSchedulerTests
{
    [Fact]
    public void RunUntilIdle_NoSeed_FirstInFirstOut()
    {
        Assert.Equal(Enumerable.Range(0, 20), OrderOf(new ManualScheduler()));
    }

    [Fact]
    public void RunUntilIdle_SameSeed_SameOrder()
    {
        var order = OrderOf(new ManualScheduler(seed: 7));

        Assert.Equal(order, OrderOf(new ManualScheduler(seed: 7)));
        Assert.NotEqual(order, OrderOf(new ManualScheduler(seed: 8)));
        Assert.Equal(Enumerable.Range(0, 20), order.Order());
    }

    [Fact]
    public void RunUntilIdle_WorkMakesWork_RunsAllOfItAndCounts()
    {
        var scheduler = new ManualScheduler();
        var left = 10;
        scheduler.Schedule(new LambdaRunnable(() => --left > 0 ? StepResult.Continue : StepResult.Done));

        scheduler.RunUntilIdle();

        Assert.Equal(0, left);
        Assert.Equal(10, scheduler.Steps);
    }

    [Fact]
    public void RunUntilIdle_NeverIdle_ThrowsAfterMaxSteps()
    {
        var scheduler = new ManualScheduler();
        scheduler.Schedule(new LambdaRunnable(() => StepResult.Continue));

        Assert.Throws<InvalidOperationException>(() => scheduler.RunUntilIdle(maxSteps: 50));
        Assert.Equal(50, scheduler.Steps);
    }

    [Fact]
    public void RunUntilIdle_IdleExactlyAtMaxSteps_Returns()
    {
        var scheduler = new ManualScheduler();
        scheduler.Schedule(LambdaRunnable.Once(() => { }));

        scheduler.RunUntilIdle(maxSteps: 1);

        Assert.Equal(1, scheduler.Steps);
    }

    private static List<int> OrderOf(ManualScheduler scheduler)
    {
        var order = new List<int>();
        for (var i = 0; i < 20; i++)
        {
            var number = i;
            scheduler.Schedule(LambdaRunnable.Once(() => order.Add(number)));
        }
        scheduler.RunUntilIdle();
        return order;
    }
}
