using System.Security.Cryptography;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Channels;

/// <summary>
/// How a node introduces itself. In this order the fields of the frame are: protocol, version, node, zone, session,
/// incarnation, base hash, address, wants entries, resumes, nonce.
/// </summary>
/// <param name="Node">Its name.</param>
/// <param name="Zone">The zone it claims, and proves next.</param>
/// <param name="Session">Names what goes on over a cut: 32 hexadecimal digits. Chosen by the dialler, repeated by the listener.</param>
/// <param name="Incarnation">When the node started, in milliseconds since 1970: another number is another run.</param>
/// <param name="BaseHash">The app it runs (<see cref="Registry.Snapshot.BaseHash"/>); empty when it wants the entries.</param>
/// <param name="Address">Where other nodes reach it, <c>host:port</c>; empty when nobody dials it.</param>
/// <param name="WantsEntries">Whether it has no app: it is sent the entries, and the connection ends.</param>
/// <param name="Resumes">Whether the session has begun on an earlier connection.</param>
internal sealed record Hello(string Node, Zone Zone, string Session, long Incarnation, string BaseHash, string Address, bool WantsEntries, bool Resumes = false)
{
    /// <summary>First field of the first frame: tells a peer of another protocol from one of another version.</summary>
    public const string Protocol = "wippy";

    private const int NonceBytes = 32;

    /// <summary>Random bytes, never used twice, that make every proof worth something only once.</summary>
    public byte[] Nonce { get; init; } = RandomNumberGenerator.GetBytes(NonceBytes);

    /// <summary>A name for a session.</summary>
    public static string NewSession() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Writes the fields.</summary>
    public void Write(ref MessagePackWriter writer)
    {
        writer.Write(Protocol);
        writer.Write((long)Frame.ProtocolVersion);
        writer.Write(Node);
        writer.Write(Zone.ToText());
        writer.Write(Session);
        writer.Write(Incarnation);
        writer.Write(BaseHash);
        writer.Write(Address);
        writer.Write(WantsEntries);
        writer.Write(Resumes);
        writer.Write(Nonce);
    }

    /// <summary>Reads the fields.</summary>
    /// <exception cref="ChannelException">Another protocol or version, or fields out of their range.</exception>
    /// <exception cref="MessagePackException">Not a hello.</exception>
    public static Hello Read(ref MessagePackReader reader)
    {
        var protocol = reader.ReadString();
        if (protocol != Protocol) throw new ChannelException($"the other side speaks '{protocol}', not '{Protocol}'");
        var version = reader.ReadInt32();
        if (version != Frame.ProtocolVersion)
        {
            throw new ChannelException($"the other side speaks version {version} of the channel protocol, this node speaks {Frame.ProtocolVersion}: all services must come from one release");
        }
        var node = reader.ReadString();
        if (node.Length is 0 or > 200 || node.AsSpan().ContainsAny("{}|@")) throw new ChannelException($"'{node}' is not a node name");
        var zoneText = reader.ReadString();
        if (!Zones.TryParse(zoneText, out var zone)) throw new ChannelException($"'{zoneText}' is not a zone");
        var hello = new Hello(node, zone, reader.ReadString(), reader.ReadInt64(), reader.ReadString(), reader.ReadString(), reader.ReadBoolean(), reader.ReadBoolean())
        {
            Nonce = reader.ReadBytes().ToArray(),
        };
        return hello.Nonce.Length == NonceBytes ? hello : throw new ChannelException($"a nonce of {hello.Nonce.Length} bytes, expected {NonceBytes}");
    }
}
