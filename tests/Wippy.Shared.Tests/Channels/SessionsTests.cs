using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

public class SessionsTests
{
    // It has a connection, but does not run on it yet: that is a matter of threads, not of the other side.
    [Fact]
    public async Task PartFromEarlier_SessionThatHasJustBegun_Stays()
    {
        using var node = TestNode.WithLua();
        var options = new ChannelOptions { Zone = Zone.System };
        var sessions = new Sessions(node.Node.Name, "hash", options);
        var hello = new Hello("user-x", Zone.User, Hello.NewSession(), 1, "hash", "", WantsEntries: false);
        Assert.Null(sessions.Reserve(hello));
        var first = new Channel(node.Node, hello, options, static (Channel _, FrameType _, ref Wippy.Shared.MessagePack.MessagePackReader _) => { }, static (_, _) => Task.FromResult<Connection?>(null));
        sessions.Begin(first);

        var again = hello with { Session = Hello.NewSession() };
        await sessions.PartFromEarlierAsync(again);

        Assert.False(first.IsEnding);
        Assert.Equal("a node named user-x is connected already", sessions.Reserve(again));
    }
}
