namespace Wippy.Shared.Channels;

/// <summary>
/// The wire layout; docs/wire-format.md is the specification.
/// <code>
/// offset  bytes  what
/// 0       4      length of the rest, big-endian, unsigned
/// 4       1      0x9N: MessagePack array of N elements (0xdc nn nn above 15)
/// 5       1      type: <see cref="FrameType"/>
/// 6       1..9   seq: 1 for the first frame of a session, then one more each; 0 in the handshake and for heartbeats
///         ...    the fields of the type
/// </code>
/// </summary>
internal static class Frame
{
    /// <summary>Version of the whole protocol. Both sides must speak the same.</summary>
    public const int ProtocolVersion = 3;

    /// <summary>Bytes of the length in front.</summary>
    public const int LengthBytes = 4;

    /// <summary>Largest frame of a peer that has not proved anything yet.</summary>
    public const int MaxHandshakeBytes = 4096;

    /// <summary>Fields of a type, after type and seq.</summary>
    public static int FieldsOf(FrameType type) => type switch
    {
        FrameType.Send => 7,
        FrameType.Signal => 6,
        FrameType.Ask => 7,
        FrameType.Spawn => 17,
        FrameType.Reply => 3,
        FrameType.Register => 4,
        FrameType.Unregister => 3,
        FrameType.Release => 1,
        FrameType.Names => 2,
        FrameType.NameChanged => 2,
        FrameType.Members => 1,
        FrameType.Heartbeat => 2,
        FrameType.Goodbye => 1,
        FrameType.Event => 7,
        FrameType.Result => 3,
        FrameType.Services => 2,
        FrameType.RegistryChange => 5,
        FrameType.RegistryApply => 7,
        FrameType.Observe => 2,
        FrameType.Report => 2,
        FrameType.Hello => 11,
        FrameType.Proof => 1,
        FrameType.Refused => 1,
        FrameType.Entries => 2,
        _ => throw new ChannelException($"frame of unknown type {(byte)type}"),
    };
}

/// <summary>What a frame is.</summary>
internal enum FrameType : byte
{
    /// <summary>A message to a process: from, entry, actor, to, topic, payload, trace.</summary>
    Send = 1,

    /// <summary>EXIT or LINK_DOWN: kind, from, to, at, result, error.</summary>
    Signal = 2,

    /// <summary>A request about a process: request, kind, from, entry, actor, to, reason.</summary>
    Ask = 3,

    /// <summary>A request to start a process: request, parent, parent's entry, actor, scope, context, entry, host, monitor, link, exec, name, messages, arguments, trace, service.</summary>
    Spawn = 4,

    /// <summary>The answer to a request: request, error, value.</summary>
    Reply = 5,

    /// <summary>To the system node: request, name, pid, caller.</summary>
    Register = 6,

    /// <summary>To the system node: request, name, caller.</summary>
    Unregister = 7,

    /// <summary>To the system node, all names of a process are free: pid.</summary>
    Release = 8,

    /// <summary>From the system node, all names, perhaps in several frames: names, whether this is the last.</summary>
    Names = 9,

    /// <summary>From the system node: name, pid or nil.</summary>
    NameChanged = 10,

    /// <summary>From the system node, all nodes: members.</summary>
    Members = 11,

    /// <summary>I am here; the first frame of every connection after the handshake: number of processes, last frame received.</summary>
    Heartbeat = 12,

    /// <summary>The last frame of a node that leaves in order: reason.</summary>
    Goodbye = 13,

    /// <summary>An event for all who have subscribed: pid of the sender, entry, actor, system, kind, path, data.</summary>
    Event = 14,

    /// <summary>From the system node: request, whether it is the first, from version, to version, changes.</summary>
    RegistryChange = 20,

    /// <summary>To the system node: request, action, from, entry, actor, version, changes.</summary>
    RegistryApply = 21,

    /// <summary>How the process ended whose result a spawn asked for: request, result, error.</summary>
    Result = 15,

    /// <summary>To the system node, first of all: whether this node has been in the deployment before, the services that run on it.</summary>
    Services = 16,

    /// <summary>From the system node, what do you look like: request, pid or "". From a terminal node, what do all look like: request, query.</summary>
    Observe = 28,

    /// <summary>The answer: request, JSON.</summary>
    Report = 29,

    /// <summary>Handshake, first from each side: see <see cref="Hello"/>.</summary>
    Hello = 32,

    /// <summary>Handshake: HMAC over both hellos.</summary>
    Proof = 33,

    /// <summary>Handshake, instead of what was expected: why not.</summary>
    Refused = 34,

    /// <summary>After the handshake of a node without an app: base hash, entries. The connection then ends.</summary>
    Entries = 35,
}
