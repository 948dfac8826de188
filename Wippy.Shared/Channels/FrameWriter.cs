using System.Buffers.Binary;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Channels;

/// <summary>Puts frames together.</summary>
internal static class FrameWriter
{
    // Length, array header, type, seq.
    private const int MaxHeaderBytes = Frame.LengthBytes + 3 + 2 + 9;

    /// <summary>Appends one frame.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="type">Says how many fields there are.</param>
    /// <param name="sequence">Number of the frame in its direction; 0 in the handshake.</param>
    /// <param name="fields">The fields, MessagePack one after the other.</param>
    public static void Append(ByteBuffer output, FrameType type, ulong sequence, ReadOnlySpan<byte> fields)
    {
        var start = output.WrittenCount;
        output.GetSpan(MaxHeaderBytes + fields.Length);   // grows at most once
        output.Advance(Frame.LengthBytes);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(2 + Frame.FieldsOf(type));
        writer.Write((ulong)type);
        writer.Write(sequence);
        writer.WriteRaw(fields);
        writer.Flush();
        var length = output.WrittenCount - start - Frame.LengthBytes;
        BinaryPrimitives.WriteInt32BigEndian(output.Written[start..], length);
    }
}
