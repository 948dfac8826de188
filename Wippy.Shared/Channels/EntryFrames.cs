using System.Collections.Immutable;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Registry;
using Wippy.Shared.Variables;

namespace Wippy.Shared.Channels;

/// <summary>
/// Entries in frames. The declared entries of an app are the fields of one frame: base hash, then a list of
/// <c>[id, kind, meta, data]</c>; what is rebuilt from it has the same hash, which is checked. A change set is a list of
/// <c>[1 create | 2 update, id, kind, meta, data]</c> and <c>[3, id]</c>.
/// </summary>
internal static class EntryFrames
{
    private const int EntryFields = 4;

    /// <summary>Sends them.</summary>
    /// <exception cref="ChannelException">They are more than a frame holds; the other side is told.</exception>
    public static async Task SendAsync(Connection connection, Snapshot declared, int maxBytes, CancellationToken cancellation)
    {
        using var fields = new ByteBuffer();
        var type = WriteFrame(fields, declared, maxBytes, out var problem);
        using var frame = new ByteBuffer();
        FrameWriter.Append(frame, type, 0, fields.WrittenSpan);
        await connection.Output.WriteAsync(frame.WrittenMemory, cancellation);
        connection.FinishOutput();
        if (problem is not null) throw new ChannelException(problem);
    }

    /// <summary>Receives them.</summary>
    /// <exception cref="ChannelException">The other side refused, or sent something else.</exception>
    public static async Task<Snapshot> ReceiveAsync(Connection connection, int maxBytes, CancellationToken cancellation)
    {
        var frame = await connection.Frames.ReadOneAsync(maxBytes, cancellation);
        var reader = new MessagePackReader(frame);
        return FrameReader.ReadHeader(ref reader, out _) switch
        {
            FrameType.Entries => Read(ref reader),
            FrameType.Refused => throw new ChannelException($"refused by the other side: {reader.ReadString()}"),
            var other => throw new ChannelException($"{other} frame instead of the entries"),
        };
    }

    private static FrameType WriteFrame(ByteBuffer fields, Snapshot declared, int maxBytes, out string? problem)
    {
        var writer = new MessagePackWriter(fields);
        Write(ref writer, declared);
        writer.Flush();
        problem = null;
        if (fields.WrittenCount <= maxBytes - 16) return FrameType.Entries;
        problem = $"the entries are {fields.WrittenCount} bytes, more than one frame may hold ({maxBytes}, MaxFrameBytes)";
        fields.Clear();
        writer.Write(problem);
        writer.Flush();
        return FrameType.Refused;
    }

    private static void Write(ref MessagePackWriter writer, Snapshot declared)
    {
        writer.Write(declared.BaseHash);
        writer.WriteArrayHeader(declared.Entries.Count);
        foreach (var entry in declared.Entries.Values)
        {
            writer.WriteArrayHeader(EntryFields);
            Write(ref writer, entry);
        }
    }

    /// <summary>Writes a change set.</summary>
    public static void Write(ref MessagePackWriter writer, IReadOnlyList<EntryChange> changes)
    {
        writer.WriteArrayHeader(changes.Count);
        foreach (var (kind, id, entry) in changes)
        {
            writer.WriteArrayHeader(entry is null ? 2 : EntryFields + 1);
            writer.Write((ulong)kind + 1);
            if (entry is null) writer.Write(id.ToString());
            else Write(ref writer, entry);
        }
    }

    /// <summary>Reads a change set.</summary>
    /// <exception cref="ChannelException">It is something else.</exception>
    public static IReadOnlyList<EntryChange> ReadChanges(ref MessagePackReader reader)
    {
        var changes = new List<EntryChange>();
        for (var left = reader.ReadArrayHeader(); left > 0; left--)
        {
            var count = reader.ReadArrayHeader();
            var kind = (EntryChangeKind)(reader.ReadInt32() - 1);
            if (kind == EntryChangeKind.Delete && count == 2) changes.Add(EntryChange.Delete(ReadId(ref reader)));
            else if (kind is EntryChangeKind.Create or EntryChangeKind.Update && count == EntryFields + 1) changes.Add(Change(kind, ReadEntry(ref reader)));
            else throw new ChannelException($"a change of kind {(int)kind + 1} with {count} elements");
            reader.LeaveContainer();
        }
        reader.LeaveContainer();
        return changes;
    }

    private static EntryChange Change(EntryChangeKind kind, Entry entry) => new(kind, entry.Id, entry);

    private static void Write(ref MessagePackWriter writer, Entry entry)
    {
        writer.Write(entry.Id.ToString());
        writer.Write(entry.Kind);
        PayloadValues.Write(ref writer, entry.Meta);
        PayloadValues.Write(ref writer, entry.Data);
    }

    private static EntryId ReadId(ref MessagePackReader reader)
    {
        var text = reader.ReadString();
        return EntryId.TryParse(text, out var id) ? id : throw new ChannelException($"'{text}' is not an entry id");
    }

    private static Entry ReadEntry(ref MessagePackReader reader)
    {
        var id = ReadId(ref reader);
        var kind = reader.ReadString();
        var meta = PayloadValues.Read(ref reader) as Dictionary<string, object?>;
        return new Entry(id, kind, meta, PayloadValues.Read(ref reader));
    }

    private static Snapshot Read(ref MessagePackReader reader)
    {
        var baseHash = reader.ReadString();
        var entries = ImmutableSortedDictionary.CreateBuilder<EntryId, Entry>();
        for (var left = reader.ReadArrayHeader(); left > 0; left--)
        {
            var count = reader.ReadArrayHeader();
            if (count != EntryFields) throw new ChannelException($"an entry of {count} elements, expected {EntryFields}");
            var entry = ReadEntry(ref reader);
            entries[entry.Id] = entry;
            reader.LeaveContainer();
        }
        var snapshot = Snapshot.FromDeclared(Interpolation.Apply(entries.ToImmutable(), new ProblemList()));
        return snapshot.BaseHash == baseHash
            ? snapshot
            : throw new ChannelException($"the entries received have the base hash {snapshot.BaseHash}, announced was {baseHash}");
    }
}
