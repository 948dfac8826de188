using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

/// <summary>The event bus between nodes.</summary>
public class EventsAcrossNodesTests
{
    // Logs once it has subscribed; returns the paths of everything up to the event "/last".
    private const string Listener = """
        return { main = function()
          local heard = events.subscribe("*"):channel()
          logger:info("listening")
          local paths = {}
          repeat
            local item = heard:receive()
            paths[#paths + 1] = item.system .. item.path .. (item.data and "=" .. item.data or "")
          until item.path == "/last"
          return table.concat(paths, " ")
        end }
        """;

    private const string Sender = """
        return { main = function()
          for n = 1, 5 do assert(events.send("app", "tick", "/" .. n, n)) end
          assert(events.send("app", "tick", "/last"))
        end }
        """;

    private const string All = "app/1=1 app/2=2 app/3=3 app/4=4 app/5=5 app/last";

    private static readonly Pid Somebody = new("user-x", "app:user", 1);

    [Theory]
    [InlineData("system-1", "user-1")]
    [InlineData("system-1", "terminal-1")]
    [InlineData("terminal-1", "system-1")]
    [InlineData("terminal-1", "user-1")]
    public async Task Send_ToSubscribersOnAnotherNode_ArrivesInOrder(string from, string to)
    {
        await using var net = await TestDeployment.StartAsync(TestNode.Lua("listener", Listener), TestNode.Lua("sender", Sender));
        var listening = net[to].RunAsync("listener");
        await net[to].HasLoggedAsync("listening");

        await net[from].RunAsync("sender");

        Assert.Equal(All, await net[to].WithinPatienceAsync(listening));
    }

    [Fact]
    public async Task Send_FromUserToSystem_IsNotPassedOn()
    {
        await using var net = await TestDeployment.StartAsync(TestNode.Lua("listener", Listener), TestNode.Lua("sender", Sender));
        var onSystem = net.System.RunAsync("listener");
        await net.System.HasLoggedAsync("listening");
        var onUser = net.User.RunAsync("listener");
        await net.User.HasLoggedAsync("listening");

        await net.User.RunAsync("sender");
        Assert.Equal(All, await net.User.WithinPatienceAsync(onUser));
        net.System.Node.Events.Publish("app", "tick", "/last");

        Assert.Equal("app/last", await net.System.WithinPatienceAsync(onSystem));
    }

    [Fact]
    public async Task Publish_OnTheSystemNode_ReachesTheOthers()
    {
        await using var net = await TestDeployment.StartAsync(TestNode.Lua("listener", Listener));
        var listening = net.User.RunAsync("listener");
        await net.User.HasLoggedAsync("listening");

        net.System.Node.Events.Publish("supervisor", "service.update", "/last", () => "running");

        Assert.Equal("supervisor/last=running", await net.User.WithinPatienceAsync(listening));
    }

    [Fact]
    public async Task Receive_InNobodysNameFromTheUserZone_IsRefused()
    {
        await using var net = await TestDeployment.StartSystemAsync(TestService.App(TestNode.Lua("listener", Listener)));
        var listening = net.System.RunAsync("listener");
        await net.System.HasLoggedAsync("listening");
        using var peer = await RawPeer.JoinAsync(net.System, "user-x", Zone.User);

        await SendAsync(peer, Pid.None, "registry");
        await net.System.HasLoggedAsync("Event frame from node user-x refused: only the runtime of the system node");
        await SendAsync(peer, Somebody, "registry");
        await net.System.HasLoggedAsync("Event frame from node user-x refused: the user zone does not speak as 'registry'");
        await SendAsync(peer, new Pid("system-1", "app:system", 1), "app");
        await net.System.HasLoggedAsync("is no process of it");
        await SendAsync(peer, Somebody, "app");
        await net.System.HasLoggedAsync("denied: app:claimed on node 'user-x', zone user: events.send on app");
        net.System.Node.Events.Publish("app", "tick", "/last");

        Assert.Equal("app/last", await net.System.WithinPatienceAsync(listening));
    }

    private static Task SendAsync(RawPeer peer, Pid from, string system) => peer.SendAsync(FrameType.Event, (ref MessagePackWriter writer) =>
    {
        FrameFields.Write(ref writer, from);
        writer.Write("app:claimed");
        FrameFields.Write(ref writer, new Wippy.Shared.Security.Actor("claimed"));
        writer.Write(system);
        writer.Write("kind");
        writer.Write("/forged");
        writer.WriteArrayHeader(0);
    });
}
