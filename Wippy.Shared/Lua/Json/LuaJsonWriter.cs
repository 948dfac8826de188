using System.Text.Encodings.Web;
using System.Text.Json;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Lua.Json;

/// <summary>One value on its way from the Lua stack to JSON text; see <see cref="LuaJson"/>.</summary>
internal sealed class LuaJsonWriter : LuaTextWriter
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,   // the text goes to programs, not into HTML
        MaxDepth = LuaJson.MaxDepth + 1,
        SkipValidation = true,
    };

    private readonly Utf8JsonWriter _writer;

    private LuaJsonWriter(LuaStack stack, Utf8JsonWriter writer)
        : base(stack, "JSON", LuaJson.MaxDepth, LuaJson.MaxValues, LuaJson.MaxBytes) => _writer = writer;

    /// <inheritdoc/>
    protected override long Written => _writer.BytesCommitted + _writer.BytesPending;

    /// <inheritdoc cref="LuaJson.Encode"/>
    public static Error? Write(LuaStack stack, int index, ByteBuffer buffer)
    {
        using var output = new Utf8JsonWriter(buffer, Options);
        var problem = new LuaJsonWriter(stack, output).Write(index);
        output.Flush();
        return problem;
    }

    /// <inheritdoc/>
    protected override void Null() => _writer.WriteNullValue();

    /// <inheritdoc/>
    protected override void Boolean(bool value) => _writer.WriteBooleanValue(value);

    /// <inheritdoc/>
    protected override void Number(long value) => _writer.WriteNumberValue(value);

    /// <inheritdoc/>
    protected override void Number(double value)
    {
        if (!double.IsFinite(value))
        {
            _writer.WriteNullValue();
            return;
        }
        Span<byte> text = stackalloc byte[LuaNumberText.MaxLength];
        _writer.WriteRawValue(text[..LuaNumberText.Format(value, text)], skipInputValidation: true);
    }

    /// <inheritdoc/>
    protected override void Text(ReadOnlySpan<byte> text) => _writer.WriteStringValue(text);

    /// <inheritdoc/>
    protected override void BeginList(bool isEmpty) => _writer.WriteStartArray();

    /// <inheritdoc/>
    protected override void EndList() => _writer.WriteEndArray();

    /// <inheritdoc/>
    protected override void BeginMap(bool isEmpty) => _writer.WriteStartObject();

    /// <inheritdoc/>
    protected override void EndMap() => _writer.WriteEndObject();

    /// <inheritdoc/>
    protected override void Name(object key) => _writer.WritePropertyName((byte[])key);

    /// <inheritdoc/>
    protected override string? Arrange(List<object> keys)
    {
        if (keys.TrueForAll(key => key is byte[]))
        {
            keys.Sort(static (a, b) => ((byte[])a).AsSpan().SequenceCompareTo((byte[])b));
            return null;
        }
        if (keys.Exists(key => key is bool)) return "a table with a boolean as key";
        return keys.TrueForAll(key => key is long and > 0)
            ? $"a list with gaps ({keys.Count} values, the last one at {keys.Max()})"
            : "a table with both names and numbers as keys, or with numbers below 1";
    }
}
