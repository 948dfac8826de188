using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Channels;

/// <summary>Cuts a stream of bytes into frames. One reader at a time.</summary>
/// <param name="input">Where the bytes come from.</param>
internal sealed class FrameReader(PipeReader input)
{
    private const int GoodPartBytes = 1 << 14;

    // How records of TLS begin, RFC 8446 section 5.1.
    private const byte TlsAlert = 21;
    private const byte TlsHandshake = 22;
    private const byte TlsMajorVersion = 3;

    /// <summary>Takes one frame without its length; the bytes are valid during the call only.</summary>
    public delegate void FrameHandler(ReadOnlySpan<byte> frame);

    /// <summary>Reads one frame; what follows it stays unread.</summary>
    /// <param name="maxBytes">Longest frame accepted.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The frame without its length.</returns>
    /// <exception cref="ChannelException">The frame is too long, or the connection ended.</exception>
    public async ValueTask<byte[]> ReadOneAsync(int maxBytes, CancellationToken cancellation)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellation);
            var buffer = result.Buffer;
            if (TryTake(ref buffer, maxBytes, out var frame))
            {
                var copy = frame.ToArray();
                input.AdvanceTo(buffer.Start);
                return copy;
            }
            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted) throw new ChannelException(buffer.IsEmpty ? "the other side closed the connection" : Truncated(buffer));
        }
    }

    /// <summary>Reads frames until the connection ends.</summary>
    /// <param name="maxBytes">Longest frame accepted; checked before memory is taken for it.</param>
    /// <param name="handle">Gets each frame, in order.</param>
    /// <param name="received">Called whenever a frame has arrived, or a good part of one: single bytes are no sign of life.</param>
    /// <param name="pause">Asked before anything more is read how long to wait with that; null for never.</param>
    /// <exception cref="ChannelException">A frame is too long.</exception>
    /// <exception cref="EndOfStreamException">The connection ended inside a frame.</exception>
    public async Task ReadAllAsync(int maxBytes, FrameHandler handle, Action received, Func<Task>? pause = null)
    {
        long heard = 0;   // how much of the frame that is arriving
        while (true)
        {
            var result = await input.ReadAsync();
            var buffer = result.Buffer;
            var before = buffer.Length;
            while (TryTake(ref buffer, maxBytes, out var frame)) Handle(frame, handle);
            if (buffer.Length < before || buffer.Length >= heard + GoodPartBytes)
            {
                heard = buffer.Length;
                received();
            }
            input.AdvanceTo(buffer.Start, buffer.End);
            if (!result.IsCompleted)
            {
                if (pause is not null) await pause();
                continue;
            }
            if (!buffer.IsEmpty) throw new EndOfStreamException(Truncated(buffer));
            return;
        }
    }

    /// <summary>Reads what stands in front of the fields of a frame.</summary>
    /// <param name="reader">At the start of a frame's array; afterwards at its first field.</param>
    /// <param name="sequence">Its number.</param>
    /// <returns>Its type, with as many fields as the type has.</returns>
    /// <exception cref="ChannelException">An unknown type, or another number of fields.</exception>
    /// <exception cref="MessagePackException">Not a frame.</exception>
    public static FrameType ReadHeader(ref MessagePackReader reader, out ulong sequence)
    {
        var count = reader.ReadArrayHeader();
        var type = (FrameType)(byte)Math.Clamp(reader.ReadInt64(), 0, byte.MaxValue);
        sequence = reader.ReadUInt64();
        var expected = 2 + Frame.FieldsOf(type);
        return count == expected ? type : throw new ChannelException($"{type} frame of {count} elements, expected {expected}");
    }

    private static bool TryTake(ref ReadOnlySequence<byte> buffer, int maxBytes, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (buffer.Length < Frame.LengthBytes) return false;
        Span<byte> head = stackalloc byte[Frame.LengthBytes];
        buffer.Slice(0, Frame.LengthBytes).CopyTo(head);
        var length = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (length > (uint)maxBytes) throw TooLong(length, head, maxBytes);
        if (buffer.Length < Frame.LengthBytes + length) return false;
        frame = buffer.Slice(Frame.LengthBytes, length);
        buffer = buffer.Slice(frame.End);
        return true;
    }

    private static void Handle(in ReadOnlySequence<byte> frame, FrameHandler handle)
    {
        if (frame.IsSingleSegment)
        {
            handle(frame.FirstSpan);
            return;
        }
        var length = (int)frame.Length;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            frame.CopyTo(rented);
            handle(rented.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    // A browser or health check on this port is the usual reason, so show text as text.
    private static ChannelException TooLong(uint length, ReadOnlySpan<byte> head, int maxBytes)
    {
        var looksLikeText = !head.ContainsAnyExceptInRange((byte)' ', (byte)'~');
        var hint = looksLikeText ? $": it begins with \"{Encoding.ASCII.GetString(head)}\", so the other side is no Wippy node"
            : head is [TlsAlert or TlsHandshake, TlsMajorVersion, ..] ? $": the other side speaks TLS, and channels of this node are not encrypted ({ChannelTls.TrustSetting})"
            : "";
        return new ChannelException($"frame of {length} bytes, at most {maxBytes} are accepted here{hint}");
    }

    private static string Truncated(in ReadOnlySequence<byte> buffer) =>
        $"the connection ended inside a frame, after {buffer.Length} bytes of it";
}
