using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Wippy.Shared.MessagePack;

/// <summary>
/// Reads MessagePack, the complete format of the MessagePack specification (github.com/msgpack/msgpack, spec.md), from
/// bytes that may be hostile. Method names follow MessagePack-CSharp's low-level API; why it is our own stands at
/// <see cref="MessagePackWriter"/>. Longer forms than needed are accepted, as the specification allows them.
/// Nothing is allocated except strings that are asked for; spans are slices of the input.
/// Every method throws <see cref="MessagePackException"/> on input that is truncated, reserved, of another type, out of
/// range, too deep, or that announces more values than bytes remain; afterwards the reader must not be used further.
/// Pass it by reference (a copy is a way to look ahead); one thread.
/// </summary>
internal ref struct MessagePackReader
{
    /// <summary>Levels of arrays and maps inside each other when the constructor is given no other limit.</summary>
    public const int DefaultMaxDepth = 128;

    /// <summary>The largest limit the constructor takes; <see cref="Skip"/> holds four bytes per level on its stack.</summary>
    public const int LargestMaxDepth = 1024;

    private readonly ReadOnlySpan<byte> _input;
    private readonly int _maxDepth;
    private int _position;

    // Values which the containers read so far have announced and which were not read yet. Each takes a byte or more, so
    // more of them than bytes remain is a lie. Counted over all open containers: checked one by one, each of 128 nested
    // headers could announce nearly the whole input, and a reader that allocates by count would allocate 128 times that.
    private int _announced;

    /// <param name="input">One or more whole values.</param>
    /// <param name="maxDepth">Levels of arrays and maps inside each other, 0 to <see cref="LargestMaxDepth"/>.</param>
    public MessagePackReader(ReadOnlySpan<byte> input, int maxDepth = DefaultMaxDepth)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxDepth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxDepth, LargestMaxDepth);
        _input = input;
        _maxDepth = maxDepth;
    }

    /// <summary>Bytes read so far: the offset of the next value.</summary>
    public readonly int Consumed => _position;

    /// <summary>Whether all bytes were read.</summary>
    public readonly bool End => _position == _input.Length;

    /// <summary>Arrays and maps whose header was read and which were not left yet.</summary>
    public int Depth { get; private set; }

    /// <summary>The first byte of the next value; see <see cref="MessagePackCode"/>.</summary>
    public readonly byte NextCode => PeekCode("a value");

    /// <summary>The family of the next value; never <see cref="MessagePackType.Unknown"/>.</summary>
    public readonly MessagePackType NextMessagePackType
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var code = NextCode;
            var type = MessagePackCode.ToMessagePackType(code);
            return type != MessagePackType.Unknown ? type : throw Mismatch(_position, "a value", code);
        }
    }

    /// <summary>What was not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _input[_position..];

    private readonly int Remaining => _input.Length - _position;

    /// <summary>Reads nil.</summary>
    public void ReadNil()
    {
        const string Expected = "nil";
        var start = _position;
        var code = TakeCode(Expected);
        if (code != MessagePackCode.Nil) throw Mismatch(start, Expected, code);
    }

    /// <summary>Reads nil if the next value is nil.</summary>
    /// <returns>False when it is anything else, which then stays unread.</returns>
    public bool TryReadNil()
    {
        if (NextCode != MessagePackCode.Nil) return false;
        ReadNil();
        return true;
    }

    /// <summary>Reads true or false.</summary>
    public bool ReadBoolean()
    {
        const string Expected = "a boolean";
        var start = _position;
        return TakeCode(Expected) switch
        {
            MessagePackCode.True => true,
            MessagePackCode.False => false,
            var code => throw Mismatch(start, Expected, code),
        };
    }

    /// <summary>Reads an integer of any form that fits an <see cref="int"/>.</summary>
    public int ReadInt32()
    {
        const string Expected = "an integer from -2147483648 to 2147483647";
        var start = _position;
        var bits = ReadInteger(Expected, out var isUInt64);
        var fits = bits is >= int.MinValue and <= int.MaxValue && !(isUInt64 && bits < 0);
        return fits ? (int)bits : throw OutOfRange(start, Expected, bits, isUInt64);
    }

    /// <summary>Reads an integer of any form that fits a <see cref="long"/>.</summary>
    public long ReadInt64()
    {
        if (_position < _input.Length && _input[_position] <= MessagePackCode.MaxFixInt) return TakeCode("");
        const string Expected = "an integer from -9223372036854775808 to 9223372036854775807";
        var start = _position;
        var bits = ReadInteger(Expected, out var isUInt64);
        return isUInt64 && bits < 0 ? throw OutOfRange(start, Expected, bits, isUInt64) : bits;
    }

    /// <summary>Reads an integer of any form that fits a <see cref="ulong"/>.</summary>
    public ulong ReadUInt64()
    {
        const string Expected = "an integer from 0 to 18446744073709551615";
        var start = _position;
        var bits = ReadInteger(Expected, out var isUInt64);
        return isUInt64 || bits >= 0 ? (ulong)bits : throw OutOfRange(start, Expected, bits, isUInt64);
    }

    /// <summary>Reads a float32, a float64 or an integer (many encoders write 1.0 as 1), the last rounded to 53 bits.</summary>
    public double ReadDouble()
    {
        const string Expected = "a number";
        switch (PeekCode(Expected))
        {
            case MessagePackCode.Float32:
                TakeCode(Expected);
                return BinaryPrimitives.ReadSingleBigEndian(Take(sizeof(float)));
            case MessagePackCode.Float64:
                TakeCode(Expected);
                return BinaryPrimitives.ReadDoubleBigEndian(Take(sizeof(double)));
            default:
                var bits = ReadInteger(Expected, out var isUInt64);
                return isUInt64 ? (ulong)bits : bits;
        }
    }

    /// <summary>Reads a str as its bytes, which are meant to be UTF-8 but are not checked.</summary>
    public ReadOnlySpan<byte> ReadStringSpan()
    {
        const string Expected = "a string";
        var start = _position;
        var code = TakeCode(Expected);
        return Take(code switch
        {
            >= MessagePackCode.MinFixStr and <= MessagePackCode.MaxFixStr => (uint)(code - MessagePackCode.MinFixStr),
            MessagePackCode.Str8 => TakeUInt8(),
            MessagePackCode.Str16 => TakeUInt16(),
            MessagePackCode.Str32 => TakeUInt32(),
            _ => throw Mismatch(start, Expected, code),
        });
    }

    /// <summary>Reads a str that is UTF-8.</summary>
    public string ReadString()
    {
        var start = _position;
        var utf8 = ReadStringSpan();
        if (!Utf8.IsValid(utf8)) throw new MessagePackException(start, "a string in UTF-8", $"{utf8.Length} bytes that are not UTF-8");
        return Encoding.UTF8.GetString(utf8);
    }

    /// <summary>Reads a bin.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        const string Expected = "binary data";
        var start = _position;
        var code = TakeCode(Expected);
        return Take(code switch
        {
            MessagePackCode.Bin8 => TakeUInt8(),
            MessagePackCode.Bin16 => TakeUInt16(),
            MessagePackCode.Bin32 => TakeUInt32(),
            _ => throw Mismatch(start, Expected, code),
        });
    }

    /// <summary>
    /// Reads the start of an array. The caller reads the elements and then calls <see cref="LeaveContainer"/>; a fixed
    /// shape of fewer containers than the depth limit may leave that out.
    /// </summary>
    /// <returns>Elements that follow; not more than bytes remain, so memory may be reserved for them.</returns>
    public int ReadArrayHeader()
    {
        const string Expected = "an array";
        var start = _position;
        var code = TakeCode(Expected);
        var count = code switch
        {
            >= MessagePackCode.MinFixArray and <= MessagePackCode.MaxFixArray => (uint)(code - MessagePackCode.MinFixArray),
            MessagePackCode.Array16 => TakeUInt16(),
            MessagePackCode.Array32 => TakeUInt32(),
            _ => throw Mismatch(start, Expected, code),
        };
        EnterContainer(start, count);
        return (int)count;
    }

    /// <summary>Reads the start of a map; otherwise as <see cref="ReadArrayHeader"/>.</summary>
    /// <returns>Pairs that follow; not more than half as many as bytes remain.</returns>
    public int ReadMapHeader()
    {
        const string Expected = "a map";
        var start = _position;
        var code = TakeCode(Expected);
        var count = code switch
        {
            >= MessagePackCode.MinFixMap and <= MessagePackCode.MaxFixMap => (uint)(code - MessagePackCode.MinFixMap),
            MessagePackCode.Map16 => TakeUInt16(),
            MessagePackCode.Map32 => TakeUInt32(),
            _ => throw Mismatch(start, Expected, code),
        };
        EnterContainer(start, 2L * count);
        return (int)count;
    }

    /// <summary>Ends the array or map entered last, after its values were read.</summary>
    /// <exception cref="InvalidOperationException">None is open: a bug in the caller.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void LeaveContainer()
    {
        if (Depth == 0) throw new InvalidOperationException($"no array or map is open at offset {_position}");
        Depth--;
    }

    /// <summary>Reads the start of an ext value; the caller reads its data with <see cref="ReadRaw(int)"/>.</summary>
    /// <returns>The type, and a length not greater than the bytes that remain.</returns>
    public ExtensionHeader ReadExtensionFormatHeader()
    {
        const string Expected = "an extension";
        var start = _position;
        var code = TakeCode(Expected);
        var length = code switch
        {
            MessagePackCode.FixExt1 => 1u,
            MessagePackCode.FixExt2 => 2u,
            MessagePackCode.FixExt4 => 4u,
            MessagePackCode.FixExt8 => 8u,
            MessagePackCode.FixExt16 => 16u,
            MessagePackCode.Ext8 => TakeUInt8(),
            MessagePackCode.Ext16 => TakeUInt16(),
            MessagePackCode.Ext32 => TakeUInt32(),
            _ => throw Mismatch(start, Expected, code),
        };
        var typeCode = (sbyte)TakeUInt8();
        if (length > Remaining) throw Truncated(length);
        return new ExtensionHeader(typeCode, (int)length);
    }

    /// <summary>Reads an ext value.</summary>
    public ExtensionResult ReadExtensionFormat()
    {
        var header = ReadExtensionFormatHeader();
        return new ExtensionResult(header.TypeCode, Take((uint)header.Length));
    }

    /// <summary>Reads a timestamp in any of its three layouts.</summary>
    public Timestamp ReadTimestamp()
    {
        const string Expected = "a timestamp (extension type -1 of 4, 8 or 12 bytes)";
        var start = _position;
        var extension = ReadExtensionFormat();
        var data = extension.Data;
        if (extension.TypeCode != Timestamp.TypeCode || data.Length is not (4 or 8 or 12))
            throw new MessagePackException(start, Expected, $"extension type {extension.TypeCode} of {data.Length} bytes");

        long seconds;
        uint nanoseconds;
        if (data.Length == 4)
        {
            seconds = BinaryPrimitives.ReadUInt32BigEndian(data);
            nanoseconds = 0;
        }
        else if (data.Length == 8)
        {
            var packed = BinaryPrimitives.ReadUInt64BigEndian(data);
            seconds = (long)(packed & ((1UL << 34) - 1));
            nanoseconds = (uint)(packed >> 34);
        }
        else
        {
            nanoseconds = BinaryPrimitives.ReadUInt32BigEndian(data);
            seconds = BinaryPrimitives.ReadInt64BigEndian(data[sizeof(uint)..]);
        }
        if (nanoseconds > Timestamp.MaxNanoseconds)
            throw new MessagePackException(start, $"a timestamp of at most {Timestamp.MaxNanoseconds} nanoseconds", $"{nanoseconds}");
        return new Timestamp(seconds, nanoseconds);
    }

    /// <summary>Reads a timestamp in the years 1 to 9999 as UTC, cut to 100 ns.</summary>
    public DateTimeOffset ReadDateTimeOffset()
    {
        var start = _position;
        var timestamp = ReadTimestamp();
        return timestamp.TryToDateTimeOffset(out var time)
            ? time
            : throw new MessagePackException(start, "a timestamp in the years 1 to 9999", $"{timestamp.Seconds} seconds since 1970");
    }

    /// <summary>Reads the next value whole, with all that is inside; checked like <see cref="Skip"/>.</summary>
    public ReadOnlySpan<byte> ReadRaw()
    {
        var start = _position;
        Skip();
        return _input[start.._position];
    }

    /// <summary>Reads over a value if it is written like this.</summary>
    /// <param name="value">A value that is no container, whole.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryRead(ReadOnlySpan<byte> value)
    {
        if (!Rest.StartsWith(value)) return false;
        _position += value.Length;
        if (_announced > 0) _announced--;
        return true;
    }

    /// <summary>Reads bytes as they are: the data after <see cref="ReadExtensionFormatHeader"/>.</summary>
    /// <param name="length">Bytes, zero or more.</param>
    public ReadOnlySpan<byte> ReadRaw(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return Take((uint)length);
    }

    /// <summary>Reads over the next value and all that is inside. Its structure is checked, UTF-8 and timestamps are not.</summary>
    public void Skip()
    {
        // Open containers live in this array and not in recursive calls: the input decides how many there are.
        Span<int> unread = stackalloc int[_maxDepth - Depth];
        var open = 0;
        do
        {
            var type = NextMessagePackType;
            if (type is MessagePackType.Array or MessagePackType.Map)
            {
                // Before the array is touched: the header is where a level too many is refused.
                var values = type == MessagePackType.Array ? ReadArrayHeader() : 2 * ReadMapHeader();
                unread[open++] = values;
            }
            else
            {
                SkipScalar(type);
            }
            while (open > 0 && unread[open - 1]-- == 0)
            {
                open--;
                LeaveContainer();
            }
        }
        while (open > 0);
    }

    private void SkipScalar(MessagePackType type)
    {
        switch (type)
        {
            case MessagePackType.Nil: ReadNil(); break;
            case MessagePackType.Boolean: ReadBoolean(); break;
            case MessagePackType.String: ReadStringSpan(); break;
            case MessagePackType.Binary: ReadBytes(); break;
            case MessagePackType.Extension: ReadExtensionFormat(); break;
            default: ReadDouble(); break;
        }
    }

    // The 64 bits of an integer, and whether they are unsigned: only then may the highest bit belong to the number.
    private long ReadInteger(string expected, out bool isUInt64)
    {
        var start = _position;
        var code = TakeCode(expected);
        isUInt64 = code == MessagePackCode.UInt64;
        return code switch
        {
            <= MessagePackCode.MaxFixInt => code,
            >= MessagePackCode.MinNegativeFixInt => (sbyte)code,
            MessagePackCode.UInt8 => TakeUInt8(),
            MessagePackCode.UInt16 => TakeUInt16(),
            MessagePackCode.UInt32 => TakeUInt32(),
            MessagePackCode.Int8 => (sbyte)TakeUInt8(),
            MessagePackCode.Int16 => (short)TakeUInt16(),
            MessagePackCode.Int32 => (int)TakeUInt32(),
            MessagePackCode.UInt64 or MessagePackCode.Int64 => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long))),
            _ => throw Mismatch(start, expected, code),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EnterContainer(int start, long values)
    {
        if (_announced + values > Remaining) throw TooMany(start, values);
        if (Depth == _maxDepth) throw TooDeep(start);
        _announced += (int)values;
        Depth++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly byte PeekCode(string expected) =>
        _position < _input.Length
            ? _input[_position]
            : throw new MessagePackException(_position, expected, "the end of the input");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte TakeCode(string expected)
    {
        var code = PeekCode(expected);
        _position++;
        if (_announced > 0) _announced--;
        return code;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Take(uint length)
    {
        if (length > Remaining) throw Truncated(length);
        var bytes = _input.Slice(_position, (int)length);
        _position += (int)length;
        return bytes;
    }

    private byte TakeUInt8() => Take(sizeof(byte))[0];

    private ushort TakeUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(sizeof(ushort)));

    private uint TakeUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(sizeof(uint)));

    // Texts are made in methods of their own, so that those on the hot path need no room for it.
    private readonly MessagePackException TooMany(int start, long values) =>
        new(start, $"a byte or more for each of {_announced + values} announced values", $"{Remaining} bytes");

    private readonly MessagePackException TooDeep(int start) =>
        new(start, $"arrays and maps nested at most {_maxDepth} levels deep", "one more level");

    private readonly MessagePackException Truncated(uint length) =>
        new(_position, $"{length} more bytes of the value", $"{Remaining}");

    private static MessagePackException Mismatch(int start, string expected, byte code)
    {
        var type = MessagePackCode.ToMessagePackType(code);
        var found = type == MessagePackType.Unknown ? "the reserved byte" : type.ToString();
        return new MessagePackException(start, expected, $"{found} (0x{code:x2})");
    }

    private static MessagePackException OutOfRange(int start, string expected, long bits, bool isUInt64) =>
        new(start, expected, isUInt64 ? $"{(ulong)bits}" : $"{bits}");
}
