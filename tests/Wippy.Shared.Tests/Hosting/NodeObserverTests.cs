using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
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

    [Fact]
    public async Task Find_WithMessages_TellsThoseSinceTheFirstLookNewestFirst()
    {
        await using var deployment = await TestDeployment.StartAsync(
            TestNode.Lua("echo", """
                return { main = function()
                  local inbox = process.inbox()
                  while true do
                    local message = inbox:receive()
                    process.send(message:from(), "answer", message:payload():data(), ("x"):rep(2000 * message:payload():data().n))
                  end
                end }
                """),
            Asker(0),
            Asker(1));
        var echo = await deployment.User.SpawnAsync("echo", "user");
        deployment.User.Node.Processes.TryGet(echo, out var process);
        var observer = ObserverOf(deployment);
        Assert.Null((await observer.FindAsync(echo.ToString()))!.Messages);
        Assert.Null(process!.Messages);
        Assert.Empty((await observer.FindAsync(echo.ToString(), withMessages: true))!.Messages!);

        var address = ContextValues.Empty.With([new("echo", PidValue(echo))]);
        await deployment.Terminal.RunAsync("asker0", context: address);
        await deployment.Terminal.RunAsync("asker1", context: address);
        var messages = (await observer.FindAsync(echo.ToString(), withMessages: true))!.Messages!;

        Assert.Equal(["answer", "question", "answer", "question"], messages.Select(message => message.Topic));
        Assert.Equal([true, false, true, false], messages.Select(message => message.IsSent));
        Assert.Equal("""{"n":1}""", messages[1].Content);
        Assert.Equal("{\"n\":0}, \"\"", messages[2].Content);
        Assert.EndsWith(" bytes", messages[0].Content, StringComparison.Ordinal);   // too long to be kept
        Assert.All(messages, message => Assert.Contains("terminal-1@", message.Other));

        static Entry Asker(int n) => TestNode.Lua($"asker{n}", $$"""
            return { main = function()
              assert(process.send(assert(require("ctx").get("echo")), "question", { n = {{n}} }))
              process.inbox():receive()
            end }
            """);

        static byte[] PidValue(in Pid pid)
        {
            using var value = new ByteBuffer();
            var writer = new MessagePackWriter(value);
            writer.Write(pid.ToString());
            writer.Flush();
            return value.WrittenSpan.ToArray();
        }
    }

    [Fact]
    public void Messages_NobodyLooksAnyMore_AreForgottenAndAtMostSoManyAreKept()
    {
        using var node = TestNode.WithLua(("flood", """
            return { main = function()
              local inbox = process.inbox()
              while inbox:receive() do end
            end }
            """));
        var process = node.Spawn("flood").Process!;
        process.LookAtMessages();

        for (var i = 0; i < MessageLog.MaxMessages + 10; i++) node.Node.Router.Deliver(process.Pid, Message.Create(Pid.None, Topic.Of("t"), [0x90]));
        node.Scheduler.RunUntilIdle();
        Assert.Equal(MessageLog.MaxMessages, process.LookAtMessages().Count);

        node.Advance(TimeSpan.FromSeconds(31));
        node.Node.Router.Deliver(process.Pid, Message.Create(Pid.None, Topic.Of("t"), [0x90]));
        node.Scheduler.RunUntilIdle();
        Assert.Null(process.Messages);
    }

    [Fact]
    public async Task Entries_Search_TellsThoseThatMatchByIdKindOrComment()
    {
        await using var deployment = await TestDeployment.StartAsync(TestNode.Lua("waiter", Waiter));
        var observer = ObserverOf(deployment);

        Assert.Equal(["app:waiter"], observer.Entries("WAIT").Entries.Select(entry => entry.Id));
        Assert.Equal(["app:system", "app:terminal", "app:user"], observer.Entries("process.host").Entries.Select(entry => entry.Id));
        Assert.Equal((4, 0), (observer.Entries("nothing").Total, observer.Entries("nothing").Matching));
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
