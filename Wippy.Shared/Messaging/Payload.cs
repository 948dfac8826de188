using System.Buffers;

namespace Wippy.Shared.Messaging;

/// <summary>
/// The arguments of a message or call as MessagePack bytes: one array with a value per argument. The buffer comes
/// from a pool; exactly one place owns it at a time and that owner calls <see cref="Return"/> once. Whoever is
/// handed a payload by a call that succeeds becomes its owner; after a refusal it stays with the caller.
/// </summary>
internal readonly struct Payload
{
    private static readonly byte[] EmptyArray = [0x90];

    private readonly byte[]? _buffer;
    private readonly int _length;

    private Payload(byte[]? buffer, int length)
    {
        _buffer = buffer;
        _length = length;
    }

    /// <summary>No arguments: an empty array, nothing to return.</summary>
    public static Payload Empty => default;

    /// <summary>The MessagePack array; valid until <see cref="Return"/>.</summary>
    public ReadOnlySpan<byte> Span => _buffer is null ? EmptyArray : _buffer.AsSpan(0, _length);

    /// <summary>Bytes that count against mailbox limits.</summary>
    public int Length => _length;

    /// <summary>Copies bytes into a pooled buffer.</summary>
    public static Payload Copy(ReadOnlySpan<byte> bytes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(buffer);
        return new Payload(buffer, bytes.Length);
    }

    /// <summary>Gives the buffer back. Call once, by the owner.</summary>
    public void Return()
    {
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
    }
}
