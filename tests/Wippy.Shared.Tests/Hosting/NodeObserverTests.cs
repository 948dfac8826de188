using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Hosting;

/// <summary>What the system node sees of a deployment, and can end in it.</summary>
public sealed class NodeObserverTests
{
    private const string Waiter = "return { main = function() process.inbox():receive() end }";
    private const string CancelledEnds = "return { main = function() process.events():receive() end }";

    [Fact]
    public async Task Observe_ThreeNodes_TellsTheHostsChannelsAndProcessesOfEach()
    {
        await using var deployment = await TestDeployment.StartAsync(TestNode.Lua("waiter", Waiter));
        var pid = await deployment.User.SpawnAsync("waiter", "user");

        var nodes = await ObserverOf(deployment).ObserveAsync();

        Assert.Equal(["system-1", "terminal-1", "user-1"], nodes.Select(node => node.Node));
        var user = nodes[2];
        Assert.Equal(("app:user", "user", 1), (user.Hosts.Single().Id, user.Hosts.Single().Zone, user.Hosts.Single().Processes));
        Assert.Equal(["system-1", "terminal-1"], user.Channels.Select(channel => channel.Peer));
        Assert.True(user.Channels[0].FramesIn > 0);
        var process = Assert.Single(user.Processes);
        Assert.Equal((pid.ToString(), "app:waiter", "app:user"), (process.Pid, process.Entry, process.Host));
        Assert.Null(process.Relations);
    }

    [Fact]
    public async Task Find_ProcessOfAnotherNode_TellsItsRelations()
    {
        await using var deployment = await TestDeployment.StartAsync(
            TestNode.Lua("waiter", Waiter),
            TestNode.Lua("parent", """
                return { main = function()
                  process.spawn_linked_monitored("app:waiter", "app:user")
                  require("logger"):info("related")
                  process.inbox():receive()
                end }
                """));
        var parent = await deployment.Terminal.SpawnAsync("parent", "terminal");
        await deployment.Terminal.HasLoggedAsync("related");   // the child is seen before that
        var observer = ObserverOf(deployment);
        var child = await FirstAsync(observer, process => process is { Entry: "app:waiter", State: "Idle" });   // relations come once it has started

        var found = await observer.FindAsync(child.Pid);

        Assert.Equal([parent.ToString()], found!.Relations!.Watchers);
        Assert.Equal([parent.ToString()], found.Relations.Links);
        Assert.Equal(parent.ToString(), found.Parent);
    }

    [Theory]
    [InlineData("not a pid")]
    [InlineData("{user-1@app:user|0x00fff}")]
    [InlineData("{nowhere@app:user|0x00001}")]
    public async Task Find_NoSuchProcess_IsNull(string pid)
    {
        await using var deployment = await TestDeployment.StartAsync(TestNode.Lua("waiter", Waiter));

        Assert.Null(await ObserverOf(deployment).FindAsync(pid));
    }

    [Theory]
    [InlineData("user-1", "user")]
    [InlineData("system-1", "system")]
    public async Task Terminate_Process_EndsIt(string node, string host)
    {
        await using var deployment = await TestDeployment.StartAsync(TestNode.Lua("waiter", Waiter));
        var pid = await deployment[node].SpawnAsync("waiter", host);
        var end = deployment[node].EndOf(pid);

        Assert.True(ObserverOf(deployment).Terminate(pid.ToString()));

        Assert.Equal("process terminated", (await deployment[node].WithinPatienceAsync(end)).Error!.Message);
    }

    [Fact]
    public async Task Cancel_Process_AsksItToEnd()
    {
        await using var deployment = await TestDeployment.StartAsync(TestNode.Lua("polite", CancelledEnds));
        var pid = await deployment.User.SpawnAsync("polite", "user");
        var end = deployment.User.EndOf(pid);

        Assert.True(ObserverOf(deployment).Cancel(pid.ToString()));

        Assert.Null((await deployment.User.WithinPatienceAsync(end)).Error);
    }

    private static NodeObserver ObserverOf(TestDeployment deployment)
    {
        foreach (var (service, zone) in new[] { (deployment.User, "user"), (deployment.Terminal, "terminal") })
            NodeObserver.Answer(service.Deployment, new NodeReporter(service.Node, zone));
        var system = deployment.System;
        return new NodeObserver(system.Node, new NodeReporter(system.Node, "system"), system.Deployment);
    }

    private static async Task<ProcessReport> FirstAsync(NodeObserver observer, Func<ProcessReport, bool> wanted)
    {
        while (true)
        {
            if ((await observer.ObserveAsync().WaitAsync(TestService.Patience)).SelectMany(node => node.Processes).FirstOrDefault(wanted) is { } found) return found;
        }
    }
}
