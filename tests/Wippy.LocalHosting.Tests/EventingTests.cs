using Aspire.Hosting.Eventing;
using static Wippy.LocalHosting.Tests.TestApplication;

namespace Wippy.LocalHosting.Tests;

public sealed class EventingTests
{
    [Fact]
    public async Task Subscribe_EventsOfARun_ComeInOrder()
    {
        var seen = new List<string>();
        await using var app = await StartAsync(builder =>
        {
            var script = builder.AddScript("script", "exec sleep 1000");
            builder.Eventing.Subscribe<BeforeStartEvent>((@event, _) => SeeAsync($"before start: {@event.Model.Resources.Single().Name}"));
            builder.Eventing.Subscribe<ResourceEndpointsAllocatedEvent>((@event, _) => SeeAsync($"{@event.Resource.Name} has its endpoints"));
            builder.Eventing.Subscribe<BeforeResourceStartedEvent>(script.Resource, (@event, _) => SeeAsync($"{@event.Resource.Name} starts"));
            script.OnResourceReady((resource, _, _) => SeeAsync($"{resource.Name} is ready"));
            script.OnResourceStopped((resource, @event, _) => SeeAsync($"{resource.Name} is {@event.ResourceEvent.Snapshot.State?.Text}"));
        });
        await app.WaitHealthyAsync("script");

        await app.StopAsync();

        Assert.Equal(["before start: script", "script has its endpoints", "script starts", "script is ready", "script is Exited"], seen);

        Task SeeAsync(string what)
        {
            lock (seen)
                seen.Add(what);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task BeforeStart_AddsAnAnnotation_CountsForTheRun()
    {
        await using var app = await StartAsync(builder =>
        {
            var printer = builder.AddPrinter();
            builder.Eventing.Subscribe<BeforeStartEvent>((_, _) =>
            {
                printer.WithEnvironment("LATE", "but counted");
                return Task.CompletedTask;
            });
        });

        Assert.Equal("but counted", (await app.EnvironmentAsync())["LATE"]);
    }

    [Fact]
    public async Task ResourceReady_SubscriberNotDone_HoldsUpThoseWhoWait()
    {
        var seeded = new TaskCompletionSource();
        await using var app = await StartAsync(builder =>
            builder.AddScript("script", "exec sleep 1000").WaitFor(builder.AddScript("store", "exec sleep 1000").OnResourceReady((_, _, _) => seeded.Task)));
        await app.WaitAsync("store", KnownResourceStates.Running);
        Assert.Equal(KnownResourceStates.Waiting, app.Replicas("script").Single().Snapshot.State?.Text);

        seeded.SetResult();

        await app.WaitAsync("script", KnownResourceStates.Running);
    }

    [Fact]
    public async Task BeforeResourceStarted_SubscriberFails_FailsTheStartAndSaysWhy()
    {
        await using var app = await StartAsync(builder =>
            builder.AddScript("script", "true").OnBeforeResourceStarted((_, _, _) => throw new InvalidOperationException("no coffee")));

        Assert.Contains("no coffee", (await app.LinesUntilAsync("script", "Failed to start"))[^1]);
        await app.WaitAsync("script", KnownResourceStates.FailedToStart);
    }

    [Fact]
    public async Task ResourceReady_SubscriberFails_IsSaidInTheLog()
    {
        await using var app = await StartAsync(builder =>
            builder.AddScript("script", "exec sleep 1000").OnResourceReady((_, _, _) => throw new InvalidOperationException("no coffee")));

        Assert.Contains("ResourceReadyEvent", (await app.LinesUntilAsync("script", "no coffee"))[^1]);
    }

    [Fact]
    public async Task PublishAsync_OwnEvent_ReachesSubscribersUntilTheyUnsubscribe()
    {
        var eventing = new DistributedApplicationEventing();
        var count = 0;
        var subscription = eventing.Subscribe<Tick>((tick, _) => Task.FromResult(count += tick.By));

        await eventing.PublishAsync(new Tick(3));
        eventing.Unsubscribe(subscription);
        await eventing.PublishAsync(new Tick(3));

        Assert.Equal(3, count);
    }

    private sealed record Tick(int By) : IDistributedApplicationEvent;
}
