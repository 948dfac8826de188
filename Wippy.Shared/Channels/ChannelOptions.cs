using System.Net;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Channels;

/// <summary>How a node takes part in a deployment. Checked when a <see cref="Deployment"/> is made.</summary>
internal sealed record ChannelOptions
{
    /// <summary>What endpoints begin with.</summary>
    public const string EndpointScheme = "tcp://";

    /// <summary>The zone of this node, which it can prove. The system node listens; the others dial it.</summary>
    public required Zone Zone { get; init; }

    /// <summary>Where the system node listens: <c>tcp://host:port</c>. Required but for the system node.</summary>
    public string? SystemEndpoint { get; init; }

    /// <summary>Address of one interface to listen on, which is also told to other nodes. Default: loopback.</summary>
    public IPAddress ListenAddress { get; init; } = IPAddress.Loopback;

    /// <summary>Port to listen on, 0 to 65535. Default 0: any free one.</summary>
    public int ListenPort { get; init; }

    /// <summary>Encrypts all channels of this node, so those of its peers have to be. Default: they are not encrypted.</summary>
    public ChannelTls? Tls { get; init; }

    /// <summary>Longest frame, both ways: 64 KiB to 1 GiB. Default 16 MiB.</summary>
    public int MaxFrameBytes { get; init; } = 16 << 20;

    /// <summary>Bytes that one peer has not acknowledged, kept for the case of a cut, before sends to it are refused: 64 KiB to 512 MiB. Default 64 MiB.</summary>
    public int MaxBacklogBytes { get; init; } = 64 << 20;

    /// <summary>Time for connecting and proving: 100 ms to 5 min. Default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Connections that may be proving at a time, and those of one zone that may be joining: 1 to 10,000. Default 64.</summary>
    public int MaxHandshakes { get; init; } = 64;

    /// <summary>Time between heartbeats, shorter than <see cref="SilenceLimit"/>: from 10 ms. Default 1 s.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A connection on which nothing is heard for so long is cut: up to 5 min. Default 5 s.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A peer whose connection was cut has so long to come back, and nothing is lost: 0 to 5 min. Default 10 s.</summary>
    public TimeSpan ReconnectGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Nodes of one zone that may be connected to this one: 1 to 10,000. Default 256.</summary>
    public int MaxNodesPerZone { get; init; } = 256;

    /// <summary>Time before a lost or absent node is dialled again: 10 ms to 5 min. Default 1 s.</summary>
    public TimeSpan RedialDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Checks all of the above.</summary>
    /// <exception cref="ArgumentException">Names the option, its value and its range.</exception>
    public void Validate()
    {
        if (Zone != Zone.System && SystemEndpoint?.StartsWith(EndpointScheme, StringComparison.Ordinal) != true)
        {
            throw new ArgumentException($"a node of zone {Zone.ToText()} needs {nameof(SystemEndpoint)} as {EndpointScheme}host:port, it is '{SystemEndpoint}'");
        }
        if (ListenAddress.Equals(IPAddress.Any) || ListenAddress.Equals(IPAddress.IPv6Any))
        {
            throw new ArgumentException($"{nameof(ListenAddress)} is {ListenAddress}, needed is the address of one interface: other nodes are told to dial it");
        }
        if (Tls is { TrustPem: null } && Zone != Zone.System) throw new ArgumentException($"{ChannelTls.TrustSetting} is not set: channels are encrypted, and a node of zone {Zone.ToText()} dials others");
        if (Tls is { HasCertificate: false } && Zone != Zone.Terminal) throw new ArgumentException($"{ChannelTls.CertificateSetting} is not set: channels are encrypted, and a node of zone {Zone.ToText()} listens");
        CheckRange(nameof(ListenPort), ListenPort, 0, 65_535);
        CheckRange(nameof(MaxFrameBytes), MaxFrameBytes, 64 << 10, 1 << 30);
        CheckRange(nameof(MaxBacklogBytes), MaxBacklogBytes, 64 << 10, 512 << 20);
        CheckRange(nameof(MaxHandshakes), MaxHandshakes, 1, 10_000);
        CheckRange(nameof(MaxNodesPerZone), MaxNodesPerZone, 1, 10_000);
        var tenMilliseconds = TimeSpan.FromMilliseconds(10);
        var fiveMinutes = TimeSpan.FromMinutes(5);
        CheckRange(nameof(HandshakeTimeout), HandshakeTimeout, TimeSpan.FromMilliseconds(100), fiveMinutes);
        CheckRange(nameof(SilenceLimit), SilenceLimit, tenMilliseconds, fiveMinutes);
        CheckRange(nameof(HeartbeatInterval), HeartbeatInterval, tenMilliseconds, SilenceLimit);
        CheckRange(nameof(ReconnectGrace), ReconnectGrace, TimeSpan.Zero, fiveMinutes);
        CheckRange(nameof(RedialDelay), RedialDelay, tenMilliseconds, fiveMinutes);
    }

    private static void CheckRange<T>(string name, T value, T from, T to)
        where T : IComparable<T>
    {
        if (value.CompareTo(from) < 0 || value.CompareTo(to) > 0) throw new ArgumentException($"{name} is {value}, allowed are {from} to {to}");
    }
}
