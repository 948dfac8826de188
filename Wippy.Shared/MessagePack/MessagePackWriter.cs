using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Wippy.Shared.MessagePack;

/// <summary>
/// Writes MessagePack, the complete format of the MessagePack specification (github.com/msgpack/msgpack, spec.md),
/// always in the shortest form. Method names follow MessagePack-CSharp's low-level API.
/// It is our own because the MessagePack package is not in the registries this builds from, because it lies on the hot
/// path (Lua stack to bytes without an object tree, nothing allocated per value), and for the strictness of the reader.
/// Bytes are handed to the output in batches: nothing is certain to be there before <see cref="Flush"/>.
/// Containers are not tracked: after a header the caller writes exactly as many values as it announced.
/// Pass it by reference; one thread.
/// </summary>
/// <param name="output">Where the bytes go; nobody else writes to it between the first write here and <see cref="Flush"/>.</param>
internal ref struct MessagePackWriter(ByteBuffer output)
{
    // Throws on lone surrogates: U+FFFD in their place would change the value silently.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private Span<byte> _free;

    /// <summary>Bytes that were written and not handed to the output yet.</summary>
    public int Unflushed { get; private set; }

    /// <summary>Writes nil.</summary>
    public void WriteNil() => Reserve(1)[0] = MessagePackCode.Nil;

    /// <summary>Writes true or false.</summary>
    public void Write(bool value) => Reserve(1)[0] = value ? MessagePackCode.True : MessagePackCode.False;

    /// <summary>Writes a signed integer of any size in its shortest form.</summary>
    public void Write(long value)
    {
        if ((ulong)value <= MessagePackCode.MaxFixInt) Reserve(1)[0] = (byte)value;
        else if (value >= 0) Write((ulong)value);
        else if (value >= -32) Reserve(1)[0] = (byte)value;
        else if (value >= sbyte.MinValue) Write8(MessagePackCode.Int8, (byte)value);
        else if (value >= short.MinValue) Write16(MessagePackCode.Int16, (ushort)value);
        else if (value >= int.MinValue) Write32(MessagePackCode.Int32, (uint)value);
        else Write64(MessagePackCode.Int64, (ulong)value);
    }

    /// <summary>Writes an unsigned integer in its shortest form.</summary>
    public void Write(ulong value)
    {
        if (value <= MessagePackCode.MaxFixInt) Reserve(1)[0] = (byte)value;
        else if (value <= byte.MaxValue) Write8(MessagePackCode.UInt8, (byte)value);
        else if (value <= ushort.MaxValue) Write16(MessagePackCode.UInt16, (ushort)value);
        else if (value <= uint.MaxValue) Write32(MessagePackCode.UInt32, (uint)value);
        else Write64(MessagePackCode.UInt64, value);
    }

    /// <summary>Writes a float32.</summary>
    public void Write(float value) => Write32(MessagePackCode.Float32, BitConverter.SingleToUInt32Bits(value));

    /// <summary>Writes a float64, also when the value is a whole number: the type is part of what Lua sees.</summary>
    public void Write(double value) => Write64(MessagePackCode.Float64, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Writes a str.</summary>
    /// <exception cref="ArgumentException">The text holds a lone surrogate; nothing was written.</exception>
    public void Write(string value)
    {
        var length = Utf8.GetByteCount(value);
        WriteStringHeader(length);
        Utf8.GetBytes(value, Reserve(length));
    }

    /// <summary>Writes a str from bytes, which are meant to be UTF-8 but are not checked (Lua strings are bytes).</summary>
    public void WriteString(scoped ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length <= MessagePackCode.MaxFixStr - MessagePackCode.MinFixStr)
        {
            var place = Reserve(1 + utf8.Length);
            place[0] = (byte)(MessagePackCode.MinFixStr | utf8.Length);
            utf8.CopyTo(place[1..]);
            return;
        }
        WriteStringHeader(utf8.Length);
        WriteRaw(utf8);
    }

    /// <summary>Writes a bin.</summary>
    public void Write(scoped ReadOnlySpan<byte> value)
    {
        WriteSize(value.Length, MessagePackCode.Bin8, MessagePackCode.Bin16, MessagePackCode.Bin32);
        WriteRaw(value);
    }

    /// <summary>Starts an array; <paramref name="count"/> values follow.</summary>
    /// <param name="count">Zero or more.</param>
    public void WriteArrayHeader(int count) =>
        WriteContainerHeader(count, MessagePackCode.MinFixArray, MessagePackCode.Array16, MessagePackCode.Array32);

    /// <summary>Starts a map; <paramref name="count"/> times a key and a value follow.</summary>
    /// <param name="count">Pairs, zero or more.</param>
    public void WriteMapHeader(int count) =>
        WriteContainerHeader(count, MessagePackCode.MinFixMap, MessagePackCode.Map16, MessagePackCode.Map32);

    /// <summary>Starts an ext value; <see cref="WriteRaw"/> of exactly the announced bytes follows.</summary>
    public void WriteExtensionFormatHeader(ExtensionHeader header)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(header.Length, nameof(header));
        switch (header.Length)
        {
            case 1: Reserve(1)[0] = MessagePackCode.FixExt1; break;
            case 2: Reserve(1)[0] = MessagePackCode.FixExt2; break;
            case 4: Reserve(1)[0] = MessagePackCode.FixExt4; break;
            case 8: Reserve(1)[0] = MessagePackCode.FixExt8; break;
            case 16: Reserve(1)[0] = MessagePackCode.FixExt16; break;
            default: WriteSize(header.Length, MessagePackCode.Ext8, MessagePackCode.Ext16, MessagePackCode.Ext32); break;
        }
        Reserve(1)[0] = (byte)header.TypeCode;
    }

    /// <summary>Writes an ext value.</summary>
    /// <param name="typeCode">0 to 127 for the application's own types.</param>
    /// <param name="data">Any bytes.</param>
    public void WriteExtensionFormat(sbyte typeCode, ReadOnlySpan<byte> data)
    {
        WriteExtensionFormatHeader(new ExtensionHeader(typeCode, data.Length));
        WriteRaw(data);
    }

    /// <summary>Writes a timestamp of 100 ns resolution; the offset from UTC is not kept.</summary>
    public void Write(DateTimeOffset value) => Write(Timestamp.FromDateTimeOffset(value));

    /// <summary>Writes a timestamp in the shortest of its three layouts (specification, "Timestamp extension type").</summary>
    public void Write(Timestamp value)
    {
        // timestamp 32: seconds; timestamp 64: 30 bits of nanoseconds above 34 bits of seconds;
        // timestamp 96: 32 bits of nanoseconds, then 64 bits of signed seconds.
        if (value.Seconds >> 34 == 0)
        {
            var packed = (ulong)value.Nanoseconds << 34 | (ulong)value.Seconds;
            if (packed <= uint.MaxValue)
            {
                WriteExtensionFormatHeader(new ExtensionHeader(Timestamp.TypeCode, sizeof(uint)));
                BinaryPrimitives.WriteUInt32BigEndian(Reserve(sizeof(uint)), (uint)packed);
            }
            else
            {
                WriteExtensionFormatHeader(new ExtensionHeader(Timestamp.TypeCode, sizeof(ulong)));
                BinaryPrimitives.WriteUInt64BigEndian(Reserve(sizeof(ulong)), packed);
            }
            return;
        }
        WriteExtensionFormatHeader(new ExtensionHeader(Timestamp.TypeCode, sizeof(uint) + sizeof(long)));
        BinaryPrimitives.WriteUInt32BigEndian(Reserve(sizeof(uint)), value.Nanoseconds);
        BinaryPrimitives.WriteInt64BigEndian(Reserve(sizeof(long)), value.Seconds);
    }

    /// <summary>Copies bytes as they are: values that are MessagePack already, or the data of an ext value.</summary>
    public void WriteRaw(scoped ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>Hands all bytes written so far to the output. The writer may be used further.</summary>
    public void Flush()
    {
        if (Unflushed > 0) output.Advance(Unflushed);
        Unflushed = 0;
        _free = default;
    }

    private void WriteStringHeader(int length)
    {
        const int MaxFixLength = MessagePackCode.MaxFixStr - MessagePackCode.MinFixStr;
        if (length <= MaxFixLength) Reserve(1)[0] = (byte)(MessagePackCode.MinFixStr | length);
        else WriteSize(length, MessagePackCode.Str8, MessagePackCode.Str16, MessagePackCode.Str32);
    }

    private void WriteContainerHeader(int count, byte fix, byte code16, byte code32)
    {
        const int MaxFixCount = MessagePackCode.MaxFixArray - MessagePackCode.MinFixArray;
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count <= MaxFixCount) Reserve(1)[0] = (byte)(fix | count);
        else if (count <= ushort.MaxValue) Write16(code16, (ushort)count);
        else Write32(code32, (uint)count);
    }

    private void WriteSize(int size, byte code8, byte code16, byte code32)
    {
        if (size <= byte.MaxValue) Write8(code8, (byte)size);
        else if (size <= ushort.MaxValue) Write16(code16, (ushort)size);
        else Write32(code32, (uint)size);
    }

    private void Write8(byte code, byte value)
    {
        var span = Reserve(1 + sizeof(byte));
        span[1] = value;
        span[0] = code;
    }

    private void Write16(byte code, ushort value)
    {
        var span = Reserve(1 + sizeof(ushort));
        span[0] = code;
        BinaryPrimitives.WriteUInt16BigEndian(span[1..], value);
    }

    private void Write32(byte code, uint value)
    {
        var span = Reserve(1 + sizeof(uint));
        span[0] = code;
        BinaryPrimitives.WriteUInt32BigEndian(span[1..], value);
    }

    private void Write64(byte code, ulong value)
    {
        var span = Reserve(1 + sizeof(ulong));
        span[0] = code;
        BinaryPrimitives.WriteUInt64BigEndian(span[1..], value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Reserve(int length)
    {
        if (_free.Length < length) Grow(length);
        var span = _free[..length];
        _free = _free[length..];
        Unflushed += length;
        return span;
    }

    private void Grow(int length)
    {
        Flush();
        _free = output.GetSpan(length);
    }
}
