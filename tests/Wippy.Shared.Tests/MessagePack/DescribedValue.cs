using System.Globalization;
using System.Text.Json.Nodes;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Tests.MessagePack;

/// <summary>
/// A MessagePack value described in JSON, the same way as in tests/interop/msgpack_roundtrip.py: one object of one
/// property: nil, bool, int (decimal text), float (16 hex digits of the float64), str, bin (hex), array (descriptions),
/// map (pairs of descriptions), ext ([type, hex]), time ([seconds as text, nanoseconds]).
/// </summary>
internal static class DescribedValue
{
    public static JsonNode Nil() => new JsonObject { ["nil"] = null };

    public static JsonNode Bool(bool value) => new JsonObject { ["bool"] = value };

    public static JsonNode Int(Int128 value) => new JsonObject { ["int"] = value.ToString(CultureInfo.InvariantCulture) };

    public static JsonNode Float(double value) =>
        new JsonObject { ["float"] = BitConverter.DoubleToUInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture) };

    public static JsonNode Str(string value) => new JsonObject { ["str"] = value };

    public static JsonNode Bin(ReadOnlySpan<byte> value) => new JsonObject { ["bin"] = Convert.ToHexStringLower(value) };

    public static JsonNode Array(params IEnumerable<JsonNode> values) => new JsonObject { ["array"] = new JsonArray([.. values]) };

    public static JsonNode Map(params IEnumerable<(JsonNode Key, JsonNode Value)> pairs) =>
        new JsonObject { ["map"] = new JsonArray([.. pairs.Select(p => new JsonArray(p.Key, p.Value))]) };

    public static JsonNode Ext(sbyte typeCode, ReadOnlySpan<byte> data) =>
        new JsonObject { ["ext"] = new JsonArray(typeCode, Convert.ToHexStringLower(data)) };

    public static JsonNode Time(long seconds, uint nanoseconds) =>
        new JsonObject { ["time"] = new JsonArray(seconds.ToString(CultureInfo.InvariantCulture), nanoseconds) };

    /// <summary>The description's MessagePack.</summary>
    public static byte[] Encode(JsonNode description)
    {
        using var buffer = new ByteBuffer();
        var writer = new MessagePackWriter(buffer);
        Write(ref writer, description);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The description of bytes that hold one value and nothing else.</summary>
    public static JsonNode Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        var description = Read(ref reader);
        Assert.True(reader.End, $"{bytes.Length - reader.Consumed} bytes left after the value");
        Assert.Equal(0, reader.Depth);
        return description;
    }

    public static void Write(ref MessagePackWriter writer, JsonNode description)
    {
        var (kind, value) = description.AsObject().Single();
        switch (kind)
        {
            case "nil": writer.WriteNil(); break;
            case "bool": writer.Write(value!.GetValue<bool>()); break;
            case "int": WriteInteger(ref writer, Int128.Parse(value!.GetValue<string>(), CultureInfo.InvariantCulture)); break;
            case "float": writer.Write(BitConverter.UInt64BitsToDouble(Convert.ToUInt64(value!.GetValue<string>(), 16))); break;
            case "str": writer.Write(value!.GetValue<string>()); break;
            case "bin": writer.Write(Convert.FromHexString(value!.GetValue<string>())); break;
            case "array":
                writer.WriteArrayHeader(value!.AsArray().Count);
                foreach (var element in value.AsArray()) Write(ref writer, element!);
                break;
            case "map":
                writer.WriteMapHeader(value!.AsArray().Count);
                foreach (var pair in value.AsArray())
                {
                    Write(ref writer, pair![0]!);
                    Write(ref writer, pair[1]!);
                }
                break;
            case "ext": writer.WriteExtensionFormat(value![0]!.GetValue<sbyte>(), Convert.FromHexString(value[1]!.GetValue<string>())); break;
            case "time":
                writer.Write(new Timestamp(long.Parse(value![0]!.GetValue<string>(), CultureInfo.InvariantCulture), value[1]!.GetValue<uint>()));
                break;
            default: throw new ArgumentException($"'{kind}' is not a kind of described value", nameof(description));
        }
    }

    public static JsonNode Read(ref MessagePackReader reader)
    {
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Nil:
                reader.ReadNil();
                return Nil();
            case MessagePackType.Boolean: return Bool(reader.ReadBoolean());
            case MessagePackType.Integer: return Int(reader.NextCode == MessagePackCode.UInt64 ? reader.ReadUInt64() : reader.ReadInt64());
            case MessagePackType.Float: return Float(reader.ReadDouble());
            case MessagePackType.String: return Str(reader.ReadString());
            case MessagePackType.Binary: return Bin(reader.ReadBytes());
            case MessagePackType.Array:
                var elements = new JsonNode[reader.ReadArrayHeader()];
                for (var i = 0; i < elements.Length; i++) elements[i] = Read(ref reader);
                reader.LeaveContainer();
                return Array(elements);
            case MessagePackType.Map:
                var pairs = new (JsonNode, JsonNode)[reader.ReadMapHeader()];
                for (var i = 0; i < pairs.Length; i++)
                {
                    var key = Read(ref reader);
                    pairs[i] = (key, Read(ref reader));
                }
                reader.LeaveContainer();
                return Map(pairs);
            default:
                var ahead = reader;
                var extension = ahead.ReadExtensionFormat();
                if (extension.TypeCode == Timestamp.TypeCode)
                {
                    var time = reader.ReadTimestamp();
                    return Time(time.Seconds, time.Nanoseconds);
                }
                reader = ahead;
                return Ext(extension.TypeCode, extension.Data);
        }
    }

    public static void AssertSame(JsonNode expected, JsonNode actual) =>
        Assert.Equal(expected.ToJsonString(), actual.ToJsonString());

    private static void WriteInteger(ref MessagePackWriter writer, Int128 value)
    {
        if (value > long.MaxValue) writer.Write((ulong)value);
        else writer.Write((long)value);
    }
}
