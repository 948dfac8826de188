using System.Collections;
using System.Text;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Messaging;

/// <summary>
/// MessagePack values as plain .NET values, for native processes: null, <see cref="bool"/>, <see cref="long"/>,
/// <see cref="double"/>, <see cref="string"/>, <c>byte[]</c>, <c>List&lt;object?&gt;</c>, <c>Dictionary&lt;string, object?&gt;</c>.
/// Text that is not UTF-8 becomes <c>byte[]</c>, keys that are not text their text form; an error object becomes its message.
/// </summary>
internal static class PayloadValues
{
    // Headers of a few bytes, each inside the one before, must not reserve memory for what never comes.
    private const int MaxReserved = 64;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The arguments in a payload.</summary>
    /// <exception cref="MessagePackException">Not an array of values.</exception>
    public static List<object?> ReadArguments(ReadOnlySpan<byte> payload)
    {
        var reader = new MessagePackReader(payload);
        return ReadList(ref reader);
    }

    /// <summary>Reads one value.</summary>
    /// <exception cref="MessagePackException">Not a value.</exception>
    public static object? Read(ref MessagePackReader reader)
    {
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Nil:
                reader.ReadNil();
                return null;
            case MessagePackType.Boolean:
                return reader.ReadBoolean();
            case MessagePackType.Integer when reader.NextCode == MessagePackCode.UInt64:
                var unsigned = reader.ReadUInt64();
                return unsigned <= long.MaxValue ? (object)(long)unsigned : (double)unsigned;
            case MessagePackType.Integer:
                return reader.ReadInt64();
            case MessagePackType.Float:
                return reader.ReadDouble();
            case MessagePackType.String:
                return Text(reader.ReadStringSpan());
            case MessagePackType.Binary:
                return reader.ReadBytes().ToArray();
            case MessagePackType.Array:
                return ReadList(ref reader);
            case MessagePackType.Map:
                return ReadMap(ref reader);
            default:
                return ReadExtension(reader.ReadExtensionFormat());
        }
    }

    /// <summary>Writes values as a payload.</summary>
    /// <exception cref="ArgumentException">A value of another type than those above; the message names it.</exception>
    public static void WriteArguments(ByteBuffer buffer, IReadOnlyList<object?> arguments)
    {
        var writer = new MessagePackWriter(buffer);
        Write(ref writer, arguments);
        writer.Flush();
    }

    /// <summary>Writes one value.</summary>
    /// <exception cref="ArgumentException">A value of another type than those above; the message names it.</exception>
    public static void Write(ref MessagePackWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNil(); break;
            case bool flag: writer.Write(flag); break;
            case int number: writer.Write((long)number); break;
            case long number: writer.Write(number); break;
            case double number: writer.Write(number); break;
            case string text: writer.Write(text); break;
            case byte[] bytes: writer.WriteString(bytes); break;
            case IReadOnlyDictionary<string, object?> map:
                writer.WriteMapHeader(map.Count);
                foreach (var (key, item) in map)
                {
                    writer.Write(key);
                    Write(ref writer, item);
                }
                break;
            case IList list:
                writer.WriteArrayHeader(list.Count);
                foreach (var item in list) Write(ref writer, item);
                break;
            default:
                throw new ArgumentException($"a {value.GetType()} cannot be sent: use null, bool, long, double, string, byte[], lists and string-keyed dictionaries of these", nameof(value));
        }
    }

    private static List<object?> ReadList(ref MessagePackReader reader)
    {
        var count = reader.ReadArrayHeader();
        var list = new List<object?>(Math.Min(count, MaxReserved));
        for (var i = 0; i < count; i++) list.Add(Read(ref reader));
        reader.LeaveContainer();
        return list;
    }

    private static Dictionary<string, object?> ReadMap(ref MessagePackReader reader)
    {
        var count = reader.ReadMapHeader();
        var map = new Dictionary<string, object?>(Math.Min(count, MaxReserved), StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var key = Read(ref reader);
            map[Convert.ToString(key, System.Globalization.CultureInfo.InvariantCulture) ?? ""] = Read(ref reader);
        }
        reader.LeaveContainer();
        return map;
    }

    // The error extension of LuaCodec: [kind, message, ...]. Anything else is opaque bytes here.
    private static object ReadExtension(ExtensionResult extension)
    {
        if (extension.TypeCode != 1) return extension.Data.ToArray();
        var reader = new MessagePackReader(extension.Data);
        if (reader.ReadArrayHeader() < 2) return extension.Data.ToArray();
        reader.Skip();
        return reader.NextMessagePackType == MessagePackType.String ? Text(reader.ReadStringSpan()) : extension.Data.ToArray();
    }

    private static object Text(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            return utf8.ToArray();
        }
    }
}
