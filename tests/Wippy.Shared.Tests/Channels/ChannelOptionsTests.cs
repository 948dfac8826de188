using System.Net;
using Microsoft.Extensions.Configuration;
using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

public class ChannelOptionsTests
{
    [Fact]
    public void Validate_Defaults_AreInRange() => new ChannelOptions { Zone = Zone.System }.Validate();

    [Theory]
    [InlineData(null)]
    [InlineData("localhost:5000")]
    [InlineData("http://localhost:5000")]
    public void Validate_UserNodeWithoutSystemEndpoint_SaysWhatIsNeeded(string? endpoint)
    {
        var error = Assert.Throws<ArgumentException>(new ChannelOptions { Zone = Zone.User, SystemEndpoint = endpoint }.Validate);
        Assert.Equal($"a node of zone user needs SystemEndpoint as tcp://host:port, it is '{endpoint}'", error.Message);
    }

    [Fact]
    public void Validate_OutOfRange_NamesOptionValueAndRange()
    {
        var system = new ChannelOptions { Zone = Zone.System };
        (ChannelOptions Options, string Problem)[] cases =
        [
            (system with { ListenAddress = IPAddress.Any }, "ListenAddress is 0.0.0.0, needed is the address of one interface: other nodes are told to dial it"),
            (system with { ListenPort = -1 }, "ListenPort is -1, allowed are 0 to 65535"),
            (system with { MaxFrameBytes = 1 }, "MaxFrameBytes is 1, allowed are 65536 to 1073741824"),
            (system with { MaxBacklogBytes = 1 }, "MaxBacklogBytes is 1, allowed are 65536 to 536870912"),
            (system with { MaxHandshakes = 0 }, "MaxHandshakes is 0, allowed are 1 to 10000"),
            (system with { HandshakeTimeout = TimeSpan.Zero }, "HandshakeTimeout is 00:00:00, allowed are 00:00:00.1000000 to 00:05:00"),
            (system with { SilenceLimit = TimeSpan.FromHours(1) }, "SilenceLimit is 01:00:00, allowed are 00:00:00.0100000 to 00:05:00"),
            (system with { HeartbeatInterval = TimeSpan.FromSeconds(6) }, "HeartbeatInterval is 00:00:06, allowed are 00:00:00.0100000 to 00:00:05"),
            (system with { RedialDelay = TimeSpan.Zero }, "RedialDelay is 00:00:00, allowed are 00:00:00.0100000 to 00:05:00"),
        ];
        Assert.All(cases, one => Assert.Equal(one.Problem, Assert.Throws<ArgumentException>(one.Options.Validate).Message));
    }

    [Fact]
    public void Keys_PairInEitherOrder_SameKey()
    {
        var keys = TestService.KeysOf(Zone.User);

        Assert.True(keys.TryGet(Zone.User, Zone.System, out var one, out _));
        Assert.True(keys.TryGet(Zone.System, Zone.User, out var other, out _));
        Assert.Same(one, other);
    }

    [Theory]
    [InlineData(Zone.System, Zone.Terminal, "the key Wippy:Keys:SystemTerminal is missing")]
    [InlineData(Zone.Terminal, Zone.Terminal, "there are no channels between zone terminal and zone terminal")]
    public void Keys_NotThere_SaysWhich(Zone one, Zone other, string expected)
    {
        Assert.False(TestService.KeysOf(Zone.User).TryGet(one, other, out _, out var problem));
        Assert.Equal(expected, problem);
    }

    [Theory]
    [InlineData("c2hvcnQ=")]
    [InlineData("not base64")]
    public void Keys_Malformed_NameTheSettingAndNotTheValue(string text)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Wippy:Keys:UserUser", text)]).Build();

        var error = Assert.Throws<FormatException>(() => ChannelKeys.Read(configuration));

        Assert.Equal("Wippy:Keys:UserUser is not the base64 text of 32 bytes", error.Message);
    }

    [Fact]
    public void Dials_EveryPair_ExactlyOneSide()
    {
        (string Name, Zone Zone)[] nodes = [("s", Zone.System), ("u1", Zone.User), ("u2", Zone.User), ("t", Zone.Terminal)];
        var pairs =
            from one in nodes
            from other in nodes
            where Member.Dials(one.Name, one.Zone, other.Name, other.Zone)
            select $"{one.Name}-{other.Name}";

        Assert.Equal(["u1-s", "u1-u2", "u2-s", "t-s", "t-u1", "t-u2"], pairs);
    }
}
