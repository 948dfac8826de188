using System.Net.Sockets;
using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Channels;

/// <summary>
/// A peer under the control of a test: a real handshake, then any frame, true or false. It reads only when told to.
/// </summary>
internal sealed class RawPeer : IDisposable
{
    private readonly Connection _connection;
    private ulong _lastSequence;

    private RawPeer(Connection connection, Hello hello)
    {
        _connection = connection;
        Hello = hello;
    }

    /// <summary>Writes the fields of a frame.</summary>
    public delegate void Fields(ref MessagePackWriter writer);

    /// <summary>What the other side said of itself.</summary>
    public Hello Hello { get; }

    /// <summary>A hello for the app that a service runs.</summary>
    public static Hello HelloFor(TestService service, string name, Zone zone) =>
        new(name, zone, Hello.NewSession(), 1, service.Node.Registry.Current.BaseHash, "", WantsEntries: false);

    /// <summary>Connects to a service as a node of a zone, with that zone's keys unless others are given.</summary>
    /// <param name="service">Where to.</param>
    /// <param name="hello">What it says of itself.</param>
    /// <param name="keys">What it proves with.</param>
    /// <param name="expected">The zone of the service.</param>
    /// <param name="received">The last frame it claims to have, in its first heartbeat.</param>
    public static async Task<RawPeer> JoinAsync(TestService service, Hello hello, ChannelKeys? keys = null, ulong received = 0, Zone expected = Zone.System)
    {
        var connection = await Connection.DialAsync(service.Endpoint, service.Options.Tls, default);
        try
        {
            var theirs = await new Handshake(connection, keys ?? TestService.KeysOf(hello.Zone)).OpenAsync(hello, expected, default);
            var peer = new RawPeer(connection, theirs);
            if (!hello.WantsEntries) await peer.SendHeartbeatAsync(received);
            return peer;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>As above, with everything as it should be.</summary>
    public static Task<RawPeer> JoinAsync(TestService service, string name, Zone zone) => JoinAsync(service, HelloFor(service, name, zone));

    /// <summary>Says that it is there, and what it has received.</summary>
    public Task SendHeartbeatAsync(ulong received) => SendAsync(FrameType.Heartbeat, 0, (ref MessagePackWriter writer) =>
    {
        writer.Write(0L);
        writer.Write(received);
    });

    /// <summary>Sends a frame with the next number.</summary>
    public Task SendAsync(FrameType type, Fields fields) => SendAsync(type, ++_lastSequence, fields);

    /// <summary>Sends a frame with any number.</summary>
    public async Task SendAsync(FrameType type, ulong sequence, Fields fields)
    {
        using var body = new ByteBuffer();
        var writer = new MessagePackWriter(body);
        fields(ref writer);
        writer.Flush();
        using var frame = new ByteBuffer();
        FrameWriter.Append(frame, type, sequence, body.WrittenSpan);
        await _connection.Output.WriteAsync(frame.WrittenMemory);
    }

    /// <summary>Sends anything.</summary>
    public Task SendBytesAsync(byte[] bytes) => _connection.Output.WriteAsync(bytes).AsTask();

    /// <summary>Sends a message.</summary>
    public Task SendMessageAsync(Pid from, Pid to, string topic, params object?[] values) => SendAsync(FrameType.Send, (ref MessagePackWriter writer) =>
    {
        FrameFields.Write(ref writer, from);
        writer.Write("app:claimed");
        FrameFields.Write(ref writer, new Wippy.Shared.Security.Actor("claimed"));
        FrameFields.Write(ref writer, to);
        writer.Write(topic);
        PayloadValues.Write(ref writer, values);
        writer.WriteNil();
    });

    /// <summary>Tells which services run on it.</summary>
    public Task SendServicesAsync(params RunningService[] running) => SendAsync(FrameType.Services, (ref MessagePackWriter writer) =>
    {
        writer.Write(true);
        writer.WriteArrayHeader(running.Length);
        foreach (var service in running)
        {
            writer.WriteArrayHeader(3);
            FrameFields.Write(ref writer, service.Mark);
            FrameFields.Write(ref writer, service.Pid);
            writer.Write(service.StartedAt);
        }
    });

    /// <summary>Reads frames up to the first of a type and gives its fields as values.</summary>
    public async Task<List<object?>> ReadAsync(FrameType type)
    {
        while (true)
        {
            var frame = await _connection.Frames.ReadOneAsync(1 << 24, default).AsTask().WaitAsync(TestService.Patience);
            if (Parse(frame) is var (found, values) && found == type) return values;
        }
    }

    /// <summary>Completes when the other side has closed the connection.</summary>
    public async Task ClosedAsync()
    {
        try
        {
            while (true) await _connection.Frames.ReadOneAsync(1 << 24, default).AsTask().WaitAsync(TestService.Patience);
        }
        catch (Exception exception) when (exception is ChannelException or IOException or SocketException)
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private static (FrameType Type, List<object?> Values) Parse(byte[] frame)
    {
        var reader = new MessagePackReader(frame);
        var type = FrameReader.ReadHeader(ref reader, out _);
        var values = new List<object?>();
        while (!reader.End) values.Add(PayloadValues.Read(ref reader));
        return (type, values);
    }
}
