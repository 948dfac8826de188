using System.Globalization;
using System.Text;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Messaging;

/// <summary>MessagePack as text for people: logs and diagnostics. Looks like JSON; not meant to be parsed.</summary>
internal static class PayloadText
{
    private const int MaxLength = 2048;

    /// <summary>One value, cut after some 2,000 characters.</summary>
    public static string Of(ReadOnlySpan<byte> value)
    {
        var text = new StringBuilder();
        try
        {
            var reader = new MessagePackReader(value);
            Write(ref reader, text);
        }
        catch (MessagePackException malformed)
        {
            text.Append(CultureInfo.InvariantCulture, $" <{malformed.Message}>");
        }
        return text.Length <= MaxLength ? text.ToString() : text.ToString(0, MaxLength) + "...";
    }

    private static void Write(ref MessagePackReader reader, StringBuilder text)
    {
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Nil:
                reader.ReadNil();
                text.Append("null");
                break;
            case MessagePackType.Boolean:
                text.Append(reader.ReadBoolean() ? "true" : "false");
                break;
            case MessagePackType.Integer when reader.NextCode == MessagePackCode.UInt64:
                text.Append(reader.ReadUInt64());
                break;
            case MessagePackType.Integer:
                text.Append(reader.ReadInt64());
                break;
            case MessagePackType.Float:
                text.Append(reader.ReadDouble().ToString(CultureInfo.InvariantCulture));
                break;
            case MessagePackType.String:
                text.Append('"').Append(Encoding.UTF8.GetString(reader.ReadStringSpan())).Append('"');
                break;
            case MessagePackType.Array:
                WriteAll(ref reader, text, reader.ReadArrayHeader(), isMap: false);
                break;
            case MessagePackType.Map:
                WriteAll(ref reader, text, reader.ReadMapHeader(), isMap: true);
                break;
            default:
                text.Append(CultureInfo.InvariantCulture, $"<{reader.NextMessagePackType.ToString().ToLowerInvariant()}>");
                reader.Skip();
                break;
        }
    }

    private static void WriteAll(ref MessagePackReader reader, StringBuilder text, int count, bool isMap)
    {
        text.Append(isMap ? '{' : '[');
        for (var i = 0; i < count; i++)
        {
            if (i > 0) text.Append(", ");
            Write(ref reader, text);
            if (!isMap) continue;
            text.Append(": ");
            Write(ref reader, text);
        }
        text.Append(isMap ? '}' : ']');
        reader.LeaveContainer();
    }
}
