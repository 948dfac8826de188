using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Processes;

/// <summary>What the bus passes on, and to whom.</summary>
public class EventBusTests
{
    /// <summary>Returns the path of the first event it hears in a millisecond, or nothing.</summary>
    private const string Listener = """
        return { main = function()
          local channel_, timeout = events.subscribe("*"):channel(), time.after("1ms")
          local r = channel.select({ channel_:case_receive(), timeout:case_receive() })
          return r.channel == channel_ and r.value.system .. r.value.path or "nothing"
        end }
        """;

    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(1);

    [Theory]
    [InlineData("system", "system", true)]
    [InlineData("system", "user", true)]
    [InlineData("system", "terminal", true)]
    [InlineData("user", "system", false)]
    [InlineData("user", "user", true)]
    [InlineData("user", "terminal", true)]
    [InlineData("terminal", "system", true)]
    [InlineData("terminal", "user", true)]
    public void Send_BetweenZones_FollowsTheDefaults(string from, string to, bool arrives)
    {
        using var node = TestNode.WithLua(("listener", Listener), ("sender", Sender("app")));
        var listener = node.Spawn("listener", to);

        Assert.Equal("sent", node.Run("sender", from));

        node.Advance(Timeout);
        Assert.Equal(arrives ? "app/path" : "nothing", listener.Value());
        Assert.Equal(arrives ? 0 : 1, node.Node.Denials.Count);
    }

    [Fact]
    public void Send_PolicyBetweenZonesAllows_Arrives()
    {
        var policy = new Entry(
            new EntryId("app", "news"),
            EntryKinds.SecurityPolicy,
            data: new Dictionary<string, object?>
            {
                ["policy"] = new Dictionary<string, object?> { ["actions"] = "events.send", ["resources"] = "app", ["effect"] = "allow" },
                ["groups"] = new List<object?> { "channel:user-system" },
            });
        using var node = new TestNode([TestNode.Lua("listener", Listener), TestNode.Lua("sender", Sender("app")), policy]);
        var listener = node.Spawn("listener", "system");

        node.Run("sender", "user");

        Assert.Equal("app/path", listener.Value());
    }

    [Theory]
    [InlineData("supervisor")]
    [InlineData("registry")]
    [InlineData("process")]
    [InlineData("logs")]
    public void Send_AsTheRuntime_OnlyFromTrustedZones(string system)
    {
        using var node = TestNode.WithLua(("sender", Sender(system)));

        Assert.Equal($"Invalid: not allowed to send events: {system}", node.Run("sender", "user"));
        Assert.Equal("sent", node.Run("sender", "system"));
    }

    [Theory]
    [InlineData("system")]
    [InlineData("user")]
    [InlineData("terminal")]
    public void Publish_ByTheRuntime_ReachesEveryZone(string zone)
    {
        using var node = TestNode.WithLua(("listener", Listener));
        var listener = node.Spawn("listener", zone);

        node.Node.Events.Publish("registry", "entry.update", "/app:x", () => new Dictionary<string, object?> { ["n"] = 1L });
        node.Scheduler.RunUntilIdle();

        Assert.Equal("registry/app:x", listener.Value());
    }

    [Fact]
    public void Publish_WhileNobodyHears_DoesNotAskForTheData()
    {
        using var node = TestNode.WithLua(("listener", Listener));
        var asked = 0;
        object Data() => ++asked;
        node.Node.Events.Publish("registry", "entry.update", "/app:x", Data);
        Assert.Equal(0, asked);

        node.Spawn("listener");
        node.Node.Events.Publish("registry", "entry.update", "/app:x", Data);
        Assert.Equal(1, asked);
    }

    [Fact]
    public void Publish_AfterTheSubscriberEnded_IsNoDeadLetter()
    {
        using var node = TestNode.WithLua(("listener", Listener));
        var listener = node.Spawn("listener");
        node.Advance(Timeout);
        Assert.Equal("nothing", listener.Value());

        node.Node.Events.Publish("app", "made", "/x");

        Assert.Equal(0, node.Node.DeadLetters.Count);
    }

    private static string Sender(string system) => $$"""
        return { main = function()
          local ok, err = events.send("{{system}}", "kind", "/path")
          return ok and "sent" or err:kind() .. ": " .. err:message()
        end }
        """;
}
