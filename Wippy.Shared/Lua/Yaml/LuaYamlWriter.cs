using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Registry;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Wippy.Shared.Lua.Yaml;

/// <summary>One Lua value on its way to YAML text. Keys are sorted, the preferred ones first.</summary>
internal sealed class LuaYamlWriter
{
    // YAML 1.1, which many still read, takes these for booleans.
    private static readonly HashSet<string> OldBooleans = new(["y", "n", "yes", "no", "on", "off"], StringComparer.OrdinalIgnoreCase);

    private readonly LuaStack _stack;
    private readonly Emitter _emitter;
    private readonly StringWriter _text = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
    private readonly List<string> _preferred;
    private readonly HashSet<nint> _open = [];   // the tables that are being written
    private string _path = "";
    private int _values;

    private LuaYamlWriter(LuaStack stack, List<string> preferred)
    {
        _stack = stack;
        _preferred = preferred;
        _emitter = new Emitter(_text);
    }

    /// <summary>Writes a value.</summary>
    /// <param name="stack">Where it is.</param>
    /// <param name="index">Its index.</param>
    /// <param name="preferred">Keys that come first, in this order, in every map.</param>
    /// <param name="text">The text.</param>
    /// <returns>Null, or why it has no YAML text, with the path to the place.</returns>
    public static Error? Write(LuaStack stack, int index, List<string> preferred, out string text)
    {
        var writer = new LuaYamlWriter(stack, preferred);
        writer._emitter.Emit(new StreamStart());
        writer._emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        var problem = writer.Value(stack.Absolute(index), depth: 0);
        if (problem is null)
        {
            writer._emitter.Emit(new DocumentEnd(isImplicit: true));
            writer._emitter.Emit(new StreamEnd());
        }
        text = writer._text.ToString();
        return problem is null ? null : new Error(ErrorKind.Internal, $"cannot encode {problem} (value{writer._path})");
    }

    // Each gives null or completes the sentence "cannot encode ...".
    private string? Value(int index, int depth)
    {
        if (++_values > LuaYaml.MaxValues) return $"more than {LuaYaml.MaxValues} values";
        if (_text.GetStringBuilder().Length > LuaYaml.MaxBytes) return $"more than {LuaYaml.MaxBytes} bytes of YAML";
        switch (_stack.TypeOf(index))
        {
            case LuaType.Nil or LuaType.None:
                Plain("null");
                return null;
            case LuaType.Boolean:
                Plain(_stack.ToBoolean(index) ? "true" : "false");
                return null;
            case LuaType.Number:
                Plain(Number(index));
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

    private string Number(int index)
    {
        if (_stack.IsInteger(index)) return _stack.ToInteger(index).ToString(CultureInfo.InvariantCulture);
        var number = _stack.ToNumber(index);
        if (double.IsNaN(number)) return ".nan";
        if (double.IsInfinity(number)) return number > 0 ? ".inf" : "-.inf";
        Span<byte> text = stackalloc byte[LuaNumberText.MaxLength];
        return Encoding.ASCII.GetString(text[..LuaNumberText.Format(number, text)]);
    }

    private string? Text(ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes)) return "a string that is not UTF-8";
        if (bytes.Length > LuaYaml.MaxBytes) return $"more than {LuaYaml.MaxBytes} bytes of YAML";
        var text = Encoding.UTF8.GetString(bytes);
        // What would be read back as something else is quoted. The emitter quotes what cannot be plain anyway.
        var isFragile = text.Trim().Length != text.Length || text.Any(c => char.IsControl(c) && c != '\n');
        var style = YamlValues.Resolve(text) is not string || OldBooleans.Contains(text) || (isFragile && !IsBlock(text)) ? ScalarStyle.DoubleQuoted
            : text.Contains('\n', StringComparison.Ordinal) ? ScalarStyle.Literal
            : ScalarStyle.Any;
        _emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true));
        return null;
    }

    // Lines that a literal block keeps as they are: its own last line break is the only white space at the ends.
    private static bool IsBlock(string text) =>
        text.Length > 1 && text.EndsWith('\n') && text[..^1].Trim().Length == text.Length - 1 && !text.Any(c => char.IsControl(c) && c != '\n');

    private void Plain(string text) =>
        _emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));

    private string? Table(int index, int depth)
    {
        if (depth >= LuaYaml.MaxDepth || !_stack.Reserve(6)) return $"tables nested deeper than {LuaYaml.MaxDepth}";
        if (LuaFrozen.TryPushContents(_stack, index))
        {
            var inside = Table(_stack.Top, depth);
            _stack.Pop(1);
            return inside;
        }
        var table = _stack.ToPointer(index);
        if (!_open.Add(table)) return "a table that contains itself";
        var problem = Keys(index, out var keys) ?? (IsList(index, keys) ? List(index, keys.Count, depth) : Map(index, keys, depth));
        _open.Remove(table);
        return problem;
    }

    private string? Keys(int index, out List<object> keys)
    {
        keys = [];
        _stack.PushNil();
        while (_stack.Next(index))
        {
            _stack.Pop(1);
            var type = _stack.TypeOf(-1);
            if (type is not (LuaType.String or LuaType.Number or LuaType.Boolean) || keys.Count >= LuaYaml.MaxValues)
            {
                var name = LuaArguments.TypeName(_stack, -1);
                _stack.Pop(1);
                return keys.Count >= LuaYaml.MaxValues ? $"more than {LuaYaml.MaxValues} values" : $"a table with a {name} as key";
            }
            keys.Add(type switch
            {
                LuaType.String => _stack.ToBytes(-1).ToArray(),
                LuaType.Boolean => _stack.ToBoolean(-1),
                _ when _stack.IsInteger(-1) => _stack.ToInteger(-1),
                _ => _stack.ToNumber(-1),
            });
        }
        return null;
    }

    private bool IsList(int index, List<object> keys) => keys.Count == 0
        ? !LuaEmptyMaps.Contains(_stack, index)
        : keys.TrueForAll(key => key is long n && n >= 1 && n <= keys.Count);

    private string? List(int index, int count, int depth)
    {
        _emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
        for (var i = 1; i <= count; i++)
        {
            _stack.RawGet(index, i);
            var problem = Value(_stack.Top, depth + 1);
            _stack.Pop(1);
            if (problem is null) continue;
            _path = $"[{i.ToString(CultureInfo.InvariantCulture)}]{_path}";
            return problem;
        }
        _emitter.Emit(new SequenceEnd());
        return null;
    }

    private string? Map(int index, List<object> keys, int depth)
    {
        _emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, keys.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
        foreach (var key in keys.Select(key => (Key: key, Rank: Rank(key))).OrderBy(pair => pair.Rank).ThenBy(pair => pair.Key, KeyOrder.Instance).Select(pair => pair.Key))
        {
            Push(key);
            _stack.PushValue(-1);
            _stack.RawGet(index);   // the value stands above its key
            var problem = Value(_stack.Top - 1, depth + 1) ?? Value(_stack.Top, depth + 1);
            _stack.Pop(2);
            if (problem is null) continue;
            _path = $".{(key is byte[] name ? Encoding.UTF8.GetString(name) : key)}{_path}";
            return problem;
        }
        _emitter.Emit(new MappingEnd());
        return null;
    }

    private int Rank(object key)
    {
        var place = key is byte[] name ? _preferred.IndexOf(Encoding.UTF8.GetString(name)) : -1;
        return place < 0 ? int.MaxValue : place;
    }

    private void Push(object key)
    {
        switch (key)
        {
            case byte[] name:
                _stack.Push(name);
                break;
            case bool flag:
                _stack.Push(flag);
                break;
            case long number:
                _stack.Push(number);
                break;
            default:
                _stack.Push((double)key);
                break;
        }
    }

    // Numbers by value, then false and true, then names by their bytes.
    private sealed class KeyOrder : IComparer<object>
    {
        public static KeyOrder Instance { get; } = new();

        public int Compare(object? x, object? y) => (x, y) switch
        {
            (byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b),
            (bool a, bool b) => a.CompareTo(b),
            (long a, long b) => a.CompareTo(b),
            _ when Group(x) == 0 && Group(y) == 0 => Convert.ToDouble(x, CultureInfo.InvariantCulture).CompareTo(Convert.ToDouble(y, CultureInfo.InvariantCulture)),
            _ => Group(x).CompareTo(Group(y)),
        };

        private static int Group(object? key) => key switch
        {
            byte[] => 2,
            bool => 1,
            _ => 0,
        };
    }
}
