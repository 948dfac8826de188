using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Hosting;

/// <summary>What is in a message, in one line for people. Pure.</summary>
internal static class MessageText
{
    private const int MaxLength = 300;

    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,   // shown as text, never as HTML
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static string Of(SeenMessage message)
    {
        if (message.Payload.Length < message.Bytes) return $"{message.Bytes} bytes";
        try
        {
            var text = string.Join(", ", PayloadValues.ReadArguments(message.Payload).Select(value => JsonSerializer.Serialize(value, Json)));
            return text.Length <= MaxLength ? text : text[..MaxLength] + "…";
        }
        catch (Exception unreadable) when (unreadable is MessagePackException or NotSupportedException)
        {
            return $"{message.Bytes} bytes";
        }
    }
}
