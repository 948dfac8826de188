using System.Buffers;
using System.Runtime.CompilerServices;

namespace Wippy.Shared.MessagePack;

/// <summary>
/// A growing run of bytes in an array rented from the shared pool. One thread at a time. Whoever holds it last
/// disposes it; spans and memories taken from it are dead after the next growth, <see cref="Clear"/> or <see cref="Dispose"/>.
/// </summary>
internal sealed class ByteBuffer : IBufferWriter<byte>, IDisposable
{
    private const int DefaultCapacity = 256;

    // Null once disposed, so that the array goes back to the pool exactly once.
    private byte[]? _array;
    private int _written;

    /// <param name="initialCapacity">Bytes, greater than zero; growth doubles.</param>
    public ByteBuffer(int initialCapacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(initialCapacity);
        _array = ArrayPool<byte>.Shared.Rent(initialCapacity);
    }

    /// <summary>Bytes written since creation or <see cref="Clear"/>.</summary>
    public int WrittenCount => _written;

    /// <summary>The bytes written, for reading.</summary>
    public ReadOnlySpan<byte> WrittenSpan => Written;

    /// <summary>The bytes written, for asynchronous reading.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => Rented.AsMemory(0, _written);

    /// <summary>The bytes written, for patching: a length or count that is known only after what follows it.</summary>
    public Span<byte> Written => Rented.AsSpan(0, _written);

    private byte[] Rented
    {
        get
        {
            ObjectDisposedException.ThrowIf(_array is null, this);
            return _array;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(Rented.Length - _written), nameof(count));
        _written += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return Rented.AsMemory(_written);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (_array is null || sizeHint <= 0 || sizeHint > _array.Length - _written) EnsureFree(sizeHint);
        return _array.AsSpan(_written);
    }

    /// <summary>Forgets what was written; the capacity stays.</summary>
    public void Clear() => _written = 0;

    /// <summary>Forgets what was written after the first <paramref name="count"/> bytes.</summary>
    public void Truncate(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)_written, nameof(count));
        _written = count;
    }

    /// <summary>Gives the array back to the pool. Further calls do nothing.</summary>
    public void Dispose()
    {
        if (_array is null) return;
        ArrayPool<byte>.Shared.Return(_array);
        _array = null;
        _written = 0;
    }

    private void EnsureFree(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        var old = Rented;
        var needed = checked(_written + Math.Max(sizeHint, 1));
        if (needed <= old.Length) return;
        var doubled = (int)Math.Min(old.Length * 2L, Array.MaxLength);
        var grown = ArrayPool<byte>.Shared.Rent(Math.Max(needed, doubled));
        old.AsSpan(0, _written).CopyTo(grown);
        _array = grown;
        ArrayPool<byte>.Shared.Return(old);
    }
}
