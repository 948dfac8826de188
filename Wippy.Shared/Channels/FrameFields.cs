using System.Globalization;
using System.Text.Unicode;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Security;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Channels;

/// <summary>
/// How the parts of frames are written:
/// <code>
/// entry  = id, or "" for none
/// pid    = nil | [node, host, number]
/// error  = nil | [kind, message, retryable | nil, details | nil, stack | nil]
/// result = [] | [value]
/// actor  = nil | id | [id, meta]
/// scope  = nil | [policy id, ...]
/// trace  = nil | bin: trace id 16, span id 8, flags 1, hops 1
/// context = { name: value, ... }
/// messages = [[topic, payload], ...]
/// service = nil | [id, digest]
/// </code>
/// Reading throws <see cref="MessagePackException"/> or <see cref="ChannelException"/> for anything else.
/// </summary>
internal static class FrameFields
{
    // On one node, so that who tells of them cannot keep the supervisor busy without end.
    private const int MaxServices = 10_000;

    private const int ErrorFields = 5;

    public static void Write(ref MessagePackWriter writer, EntryId id)
    {
        Span<byte> text = stackalloc byte[256];   // in every message, so no string is made for it
        if (id == EntryId.None) writer.WriteString([]);
        else if (Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"{id.Namespace}:{id.Name}", out var length)) writer.WriteString(text[..length]);
        else writer.Write(id.ToString());
    }

    public static void Write(ref MessagePackWriter writer, in Pid pid)
    {
        if (pid.IsNone)
        {
            writer.WriteNil();
            return;
        }
        writer.WriteArrayHeader(3);
        writer.Write(pid.Node);
        writer.Write(pid.Host);
        writer.Write(pid.Number);
    }

    /// <param name="reader">At a PID.</param>
    /// <param name="names">Strings met before; null where PIDs are rare.</param>
    public static Pid ReadPid(ref MessagePackReader reader, NameCache? names = null)
    {
        if (reader.TryReadNil()) return Pid.None;
        ReadShape(ref reader, 3, "a PID");
        var node = names?.TextOf(reader.ReadStringSpan()) ?? reader.ReadString();
        var host = names?.TextOf(reader.ReadStringSpan()) ?? reader.ReadString();
        var number = reader.ReadUInt64();
        reader.LeaveContainer();
        if (host.Length == 0 || number == 0) throw new ChannelException("a PID without host or number");
        return new Pid(node, host, number);
    }

    public static void Write(ref MessagePackWriter writer, Error? error)
    {
        if (error is null)
        {
            writer.WriteNil();
            return;
        }
        writer.WriteArrayHeader(ErrorFields);
        writer.Write(error.Kind.ToText());
        writer.Write(error.Message);
        if (error.Retryable is { } retryable) writer.Write(retryable);
        else writer.WriteNil();
        if (error.Details.IsEmpty) writer.WriteNil();
        else writer.WriteRaw(error.Details.Span);
        if (error.Stack is null) writer.WriteNil();
        else writer.Write(error.Stack);
    }

    public static Error? ReadError(ref MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        ReadShape(ref reader, ErrorFields, "an error");
        var kind = ErrorKinds.Parse(reader.ReadString());
        var message = reader.ReadString();
        bool? retryable = reader.TryReadNil() ? null : reader.ReadBoolean();
        ReadOnlyMemory<byte> details = reader.TryReadNil() ? null : reader.ReadRaw().ToArray();
        var stack = reader.TryReadNil() ? null : reader.ReadString();
        reader.LeaveContainer();
        return new Error(kind, message, retryable) { Details = details, Stack = stack };
    }

    public static void WriteResult(ref MessagePackWriter writer, ReadOnlySpan<byte> value)
    {
        writer.WriteArrayHeader(value.IsEmpty ? 0 : 1);
        writer.WriteRaw(value);
    }

    public static byte[] ReadResult(ref MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        if (count > 1) throw new ChannelException($"a result of {count} values, expected none or one");
        var value = count == 0 ? [] : reader.ReadRaw().ToArray();
        reader.LeaveContainer();
        return value;
    }

    public static void Write(ref MessagePackWriter writer, Actor? actor)
    {
        if (actor is null)
        {
            writer.WriteNil();
        }
        else if (actor.Meta.Count == 0)
        {
            writer.Write(actor.Id);
        }
        else
        {
            writer.WriteArrayHeader(2);
            writer.Write(actor.Id);
            PayloadValues.Write(ref writer, actor.Meta);
        }
    }

    public static Actor? ReadActor(ref MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        if (reader.NextMessagePackType == MessagePackType.String) return new Actor(reader.ReadString());
        ReadShape(ref reader, 2, "an actor");
        var id = reader.ReadString();
        var meta = PayloadValues.Read(ref reader) as Dictionary<string, object?> ?? throw new ChannelException("an actor whose meta is no map");
        reader.LeaveContainer();
        return new Actor(id, meta);
    }

    public static void Write(ref MessagePackWriter writer, Scope? scope)
    {
        if (scope is null)
        {
            writer.WriteNil();
            return;
        }
        writer.WriteArrayHeader(scope.Policies.Count);
        foreach (var policy in scope.Policies) writer.Write(policy.Id.ToString());
    }

    /// <returns>Ids of policies; null for no scope.</returns>
    public static string[]? ReadScope(ref MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        var ids = new string[reader.ReadArrayHeader()];
        for (var i = 0; i < ids.Length; i++) ids[i] = reader.ReadString();
        reader.LeaveContainer();
        return ids;
    }

    public static void Write(ref MessagePackWriter writer, ContextValues context)
    {
        writer.WriteMapHeader(context.Count);
        foreach (var (name, value) in context.All)
        {
            writer.Write(name);
            writer.WriteRaw(value.Span);
        }
    }

    public static ContextValues ReadContext(ref MessagePackReader reader)
    {
        var count = reader.ReadMapHeader();
        var values = new List<KeyValuePair<string, ReadOnlyMemory<byte>>>();
        for (var i = 0; i < count; i++) values.Add(new(reader.ReadString(), reader.ReadRaw().ToArray()));
        reader.LeaveContainer();
        return ContextValues.Empty.With(values);
    }

    public static void Write(ref MessagePackWriter writer, IReadOnlyList<SpawnMessage> messages)
    {
        writer.WriteArrayHeader(messages.Count);
        foreach (var (topic, payload) in messages)
        {
            writer.WriteArrayHeader(2);
            writer.WriteString(topic.Utf8);
            writer.WriteRaw(payload.Span);
        }
    }

    public static List<SpawnMessage> ReadMessages(ref MessagePackReader reader)
    {
        var messages = new List<SpawnMessage>();
        for (var left = reader.ReadArrayHeader(); left > 0; left--)
        {
            ReadShape(ref reader, 2, "a message");
            var topic = Topic.Of(reader.ReadStringSpan());
            if (topic.IsReserved) throw new ChannelException($"a message to the reserved topic '{topic}'");
            messages.Add(new SpawnMessage(topic, reader.ReadRaw().ToArray()));
            reader.LeaveContainer();
        }
        reader.LeaveContainer();
        return messages;
    }

    public static void Write(ref MessagePackWriter writer, TraceContext? trace)
    {
        if (trace is null)
        {
            writer.WriteNil();
            return;
        }
        Span<byte> bytes = stackalloc byte[TraceContext.Bytes];
        trace.Write(bytes);
        writer.Write(bytes);
    }

    public static void Write(ref MessagePackWriter writer, ServiceMark? service)
    {
        if (service is null)
        {
            writer.WriteNil();
            return;
        }
        writer.WriteArrayHeader(2);
        Write(ref writer, service.Id);
        writer.Write(service.Digest);
    }

    public static ServiceMark? ReadService(ref MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        ReadShape(ref reader, 2, "a service");
        var text = reader.ReadString();
        if (!EntryId.TryParse(text, out var id)) throw new ChannelException($"'{text}' is not an entry id");
        var digest = reader.ReadString();
        reader.LeaveContainer();
        return new ServiceMark(id, digest);
    }

    /// <summary>Reads which services run on a node.</summary>
    /// <param name="reader">At a list of <c>[service, pid, time]</c>.</param>
    /// <param name="node">Whose processes they have to be.</param>
    public static List<RunningService> ReadRunningServices(ref MessagePackReader reader, string node)
    {
        var running = new List<RunningService>();
        for (var left = reader.ReadArrayHeader(); left > 0; left--)
        {
            ReadShape(ref reader, 3, "a running service");
            var mark = ReadService(ref reader) ?? throw new ChannelException("a running service that is none");
            var pid = ReadPid(ref reader);
            if (pid.Node != node) throw new ChannelException($"{pid} is no process of it");
            running.Add(new RunningService(mark, pid, reader.ReadDateTimeOffset()));
            if (running.Count > MaxServices) throw new ChannelException($"more than {MaxServices} services on one node");
            reader.LeaveContainer();
        }
        reader.LeaveContainer();
        return running;
    }

    /// <returns>Null for none, and where nobody listens.</returns>
    public static TraceContext? ReadTrace(ref MessagePackReader reader)
    {
        if (reader.TryReadNil()) return null;
        var bytes = reader.ReadBytes();
        return RuntimeTracing.IsListening ? TraceContext.Read(bytes) : null;
    }

    private static void ReadShape(ref MessagePackReader reader, int expected, string what)
    {
        var count = reader.ReadArrayHeader();
        if (count != expected) throw new ChannelException($"{what} of {count} elements, expected {expected}");
    }
}
