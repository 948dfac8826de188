using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Lua.Json;

/// <summary>One value on its way from the Lua stack to JSON text; see <see cref="LuaJson"/>.</summary>
internal ref struct LuaJsonWriter
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,   // the text goes to programs, not into HTML
        MaxDepth = LuaJson.MaxDepth + 1,
        SkipValidation = true,
    };

    private readonly LuaStack _stack;
    private readonly Utf8JsonWriter _writer;
    private readonly Span<nint> _open;   // the tables that are being written, outermost first
    private string _path = "";
    private int _values;

    private LuaJsonWriter(LuaStack stack, Utf8JsonWriter writer, Span<nint> open)
    {
        _stack = stack;
        _writer = writer;
        _open = open;
    }

    /// <inheritdoc cref="LuaJson.Encode"/>
    public static Error? Write(LuaStack stack, int index, ByteBuffer buffer)
    {
        using var output = new Utf8JsonWriter(buffer, Options);
        var writer = new LuaJsonWriter(stack, output, stackalloc nint[LuaJson.MaxDepth]);
        var problem = writer.Value(index, depth: 0);
        output.Flush();
        return problem is null ? null : new Error(ErrorKind.Internal, $"cannot encode {problem} (value{writer._path})");
    }

    // Each gives null or completes the sentence "cannot encode ...".
    private string? Value(int index, int depth)
    {
        // Tables may hold a table many times over: the text, not the value, is what is bounded.
        if (++_values > LuaJson.MaxValues) return $"more than {LuaJson.MaxValues} values";
        if (_writer.BytesCommitted + _writer.BytesPending > LuaJson.MaxBytes) return $"more than {LuaJson.MaxBytes} bytes of JSON";
        switch (_stack.TypeOf(index))
        {
            case LuaType.Nil or LuaType.None:
                _writer.WriteNullValue();
                return null;
            case LuaType.Boolean:
                _writer.WriteBooleanValue(_stack.ToBoolean(index));
                return null;
            case LuaType.Number:
                Number(index);
                return null;
            case LuaType.String:
                return Text(_stack.ToBytes(index));
            case LuaType.Table:
                return Table(index, depth);
            case LuaType.Userdata when _stack.UserdataKind(index) == LuaUserdataKind.Error:
                _stack.PushUserValue(index, LuaErrors.MessageValue);
                var problem = Text(_stack.ToBytes(-1));
                _stack.Pop(1);
                return problem;
            default:
                return $"a {LuaArguments.TypeName(_stack, index)}";
        }
    }

    private readonly void Number(int index)
    {
        if (_stack.IsInteger(index))
        {
            _writer.WriteNumberValue(_stack.ToInteger(index));
            return;
        }
        var number = _stack.ToNumber(index);
        if (!double.IsFinite(number))
        {
            _writer.WriteNullValue();
            return;
        }
        Span<byte> text = stackalloc byte[LuaNumberText.MaxLength];
        _writer.WriteRawValue(text[..LuaNumberText.Format(number, text)], skipInputValidation: true);
    }

    private readonly string? Text(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text)) return "a string that is not UTF-8";
        if (text.Length > LuaJson.MaxBytes) return $"more than {LuaJson.MaxBytes} bytes of JSON";
        _writer.WriteStringValue(text);
        return null;
    }

    private string? Table(int index, int depth)
    {
        if (depth >= LuaJson.MaxDepth || !_stack.Reserve(6)) return $"tables nested deeper than {LuaJson.MaxDepth}";
        if (LuaFrozen.TryPushContents(_stack, index))
        {
            var inside = Table(_stack.Top, depth);
            _stack.Pop(1);
            return inside;
        }
        var table = _stack.ToPointer(index);
        if (_open[..depth].Contains(table)) return "a table that contains itself";
        _open[depth] = table;

        var count = 0L;
        var largest = 0L;
        List<byte[]>? names = null;
        _stack.PushNil();
        while (_stack.Next(index))
        {
            _stack.Pop(1);
            if (_stack.TypeOf(-1) == LuaType.String && count == (names?.Count ?? 0))
            {
                (names ??= []).Add(_stack.ToBytes(-1).ToArray());
            }
            else if (names is null && _stack.IsInteger(-1) && _stack.ToInteger(-1) > 0)
            {
                largest = Math.Max(largest, _stack.ToInteger(-1));
            }
            else
            {
                var key = LuaArguments.TypeName(_stack, -1);
                _stack.Pop(1);
                return names is not null || key is "number" or "string" ? "a table with both names and numbers as keys, or with numbers below 1" : $"a table with a {key} as key";
            }
            count++;
        }
        if (names is not null) return Object(index, names, depth);
        if (count == 0 && LuaEmptyMaps.Contains(_stack, index)) return Object(index, [], depth);
        return largest == count ? Array(index, count, depth) : $"a list with gaps ({count} values, the last one at {largest})";
    }

    private string? Array(int index, long count, int depth)
    {
        _writer.WriteStartArray();
        for (var i = 1L; i <= count; i++)
        {
            _stack.RawGet(index, i);
            var problem = Value(_stack.Top, depth + 1);
            _stack.Pop(1);
            if (problem is null) continue;
            _path = $"[{i.ToString(CultureInfo.InvariantCulture)}]{_path}";
            return problem;
        }
        _writer.WriteEndArray();
        return null;
    }

    private string? Object(int index, List<byte[]> names, int depth)
    {
        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        _writer.WriteStartObject();
        foreach (var name in names)
        {
            if (!Utf8.IsValid(name)) return "a table with a name that is not UTF-8";
            _writer.WritePropertyName(name);
            _stack.Push(name);
            _stack.RawGet(index);
            var problem = Value(_stack.Top, depth + 1);
            _stack.Pop(1);
            if (problem is null) continue;
            _path = $".{System.Text.Encoding.UTF8.GetString(name)}{_path}";
            return problem;
        }
        _writer.WriteEndObject();
        return null;
    }
}
