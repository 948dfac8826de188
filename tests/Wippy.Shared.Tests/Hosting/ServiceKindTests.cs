using System.Net;
using System.Net.Sockets;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Shared.Tests.Http;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Hosting;

/// <summary>Services that are no processes have the states, the order and the restarts of all others.</summary>
public class ServiceKindTests
{
    [Fact]
    public async Task HttpService_AddressIsTaken_IsTriedAgain()
    {
        var clock = new FakeTimeProvider();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = taken.LocalEndpoint.ToString()!;
        await using var app = await HttpApp.StartAsync(null, clock, Make("web", EntryKinds.HttpService, ("addr", address), Started(("restart", new Dictionary<string, object?> { ["initial_delay"] = "3s", ["jitter"] = 0L }))));

        var status = app.Runtime.Node.Services!.Find(new EntryId("app", "web"))!;
        Assert.Equal(("failed", "running", 1), (status.Status, status.Desired, status.RetryCount));
        Assert.Contains($"addr {address}: ", status.Details);

        taken.Stop();
        clock.Advance(TimeSpan.FromSeconds(3));
        await HttpServerTests.UntilAsync(() => StateOf(app, "web") == "running");
        Assert.Equal($"http://{address}", app.Runtime.Http!.UrlOf(new EntryId("app", "web")));
    }

    [Fact]
    public async Task HttpService_WhatItRequiresCannotStart_DoesNotListen()
    {
        await using var app = await HttpApp.StartAsync(
            null,
            null,
            Make("web", EntryKinds.HttpService, ("addr", "127.0.0.1:0"), Started(("requires", new List<object?> { "job" }))),
            TestNode.Lua("p", "error('never')"),
            Make("job", EntryKinds.ProcessService, ("process", "p"), ("host", "hosts"), Started()),
            Make("hosts", EntryKinds.ProcessHost));

        Assert.Equal("unknown", StateOf(app, "web"));
        Assert.Null(app.Runtime.Http!.UrlOf(new EntryId("app", "web")));
        Assert.Contains("app:web requires app:job", app.Runtime.Node.Services!.Find(new EntryId("app", "web"))!.Details);
    }

    [Fact]
    public async Task Consumer_StartsWithWhatItNeeds_AndStopsWhenItsCallsHaveEnded()
    {
        await using var app = await HttpApp.StartAsync(
            null,
            null,
            Make("hosts", EntryKinds.ProcessHost),
            Make("driver", EntryKinds.QueueDriver),
            Make("queue", EntryKinds.Queue, ("driver", "driver")),
            Make("work", EntryKinds.LuaFunction, ("source", "return function() process.registry.register('work') process.inbox():receive() end")),
            Make("consumer", EntryKinds.QueueConsumer, ("queue", "queue"), ("func", "work"), Started()));
        Assert.Equal(("running", "running", "running"), (StateOf(app, "consumer"), StateOf(app, "queue"), StateOf(app, "driver")));
        var registry = app.Runtime.Node.Registry;
        var node = app.Runtime.Node;
        Assert.Null(node.Queues!.Publish(new EntryId("app", "queue"), [0xc3], new Dictionary<string, object?>(), trace: null));
        await HttpServerTests.UntilAsync(() => node.Names.TryLookup("work", out _));
        node.Names.TryLookup("work", out var work);

        var deleting = registry.ApplyAsync([EntryChange.Delete(new EntryId("app", "consumer"))]);
        await HttpServerTests.UntilAsync(() => StateOf(app, "consumer") == "stopping");
        Assert.False(deleting.IsCompleted);
        Assert.True(node.Processes.TryGet(work, out var process));
        process.End(new Wippy.Shared.Errors.Error(Wippy.Shared.Errors.ErrorKind.Canceled, "enough"));

        Assert.Null((await deleting).Error);
        Assert.Null(node.Services!.Find(new EntryId("app", "consumer")));
        Assert.Equal(0L, node.Queues.Describe(new EntryId("app", "queue"))!["consumers"]);
    }

    [Fact]
    public async Task ProcessService_RequiresItsHostWithoutSayingSo()
    {
        await using var app = await HttpApp.StartAsync(
            null,
            null,
            Make("hosts", EntryKinds.ProcessHost),
            Make("store", EntryKinds.MemoryStore),
            TestNode.Lua("p", "return function() process.events():receive() end"),
            Make("job", EntryKinds.ProcessService, ("process", "p"), ("host", "hosts"), Started()));

        // A store that nobody starts and nobody needs is there, and is no running service.
        Assert.Equal(("running", "running", "unknown"), (StateOf(app, "job"), StateOf(app, "hosts"), StateOf(app, "store")));
    }

    private static string? StateOf(HttpApp app, string name) => app.Runtime.Node.Services!.Find(new EntryId("app", name))?.Status;

    private static (string, object?) Started(params (string Name, object? Value)[] lifecycle) =>
        ("lifecycle", new Dictionary<string, object?>(lifecycle.Select(field => KeyValuePair.Create(field.Name, field.Value))) { ["auto_start"] = true });

    private static Entry Make(string name, string kind, params (string Name, object? Value)[] fields) =>
        new(new EntryId("app", name), kind, data: fields.ToDictionary(field => field.Name, field => field.Value));
}
