using System.Globalization;
using System.Text;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Registry;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Wippy.Shared.Lua.Yaml;

/// <summary>One Lua value on its way to YAML text. Keys are sorted, the preferred ones first.</summary>
internal sealed class LuaYamlWriter : LuaTextWriter
{
    // YAML 1.1, which many still read, takes these for booleans.
    private static readonly HashSet<string> OldBooleans = new(["y", "n", "yes", "no", "on", "off"], StringComparer.OrdinalIgnoreCase);

    private readonly Emitter _emitter;
    private readonly StringWriter _text = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
    private readonly List<string> _preferred;

    private LuaYamlWriter(LuaStack stack, List<string> preferred)
        : base(stack, "YAML", LuaYaml.MaxDepth, LuaYaml.MaxValues, LuaYaml.MaxBytes)
    {
        _preferred = preferred;
        _emitter = new Emitter(_text);
    }

    /// <inheritdoc/>
    protected override long Written => _text.GetStringBuilder().Length;

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
        var problem = writer.Write(stack.Absolute(index));
        if (problem is null)
        {
            writer._emitter.Emit(new DocumentEnd(isImplicit: true));
            writer._emitter.Emit(new StreamEnd());
        }
        text = writer._text.ToString();
        return problem;
    }

    /// <inheritdoc/>
    protected override void Null() => Plain("null");

    /// <inheritdoc/>
    protected override void Boolean(bool value) => Plain(value ? "true" : "false");

    /// <inheritdoc/>
    protected override void Number(long value) => Plain(value.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    protected override void Number(double value)
    {
        Span<byte> text = stackalloc byte[LuaNumberText.MaxLength];
        Plain(double.IsNaN(value) ? ".nan"
            : double.IsInfinity(value) ? value > 0 ? ".inf" : "-.inf"
            : Encoding.ASCII.GetString(text[..LuaNumberText.Format(value, text)]));
    }

    /// <inheritdoc/>
    protected override void Text(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        // What would be read back as something else is quoted. The emitter quotes what cannot be plain anyway.
        var isFragile = text.Trim().Length != text.Length || text.Any(c => char.IsControl(c) && c != '\n');
        var style = YamlValues.Resolve(text) is not string || OldBooleans.Contains(text) || (isFragile && !IsBlock(text)) ? ScalarStyle.DoubleQuoted
            : text.Contains('\n', StringComparison.Ordinal) ? ScalarStyle.Literal
            : ScalarStyle.Any;
        _emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true));
    }

    /// <inheritdoc/>
    protected override void BeginList(bool isEmpty) =>
        _emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, isEmpty ? SequenceStyle.Flow : SequenceStyle.Block));

    /// <inheritdoc/>
    protected override void EndList() => _emitter.Emit(new SequenceEnd());

    /// <inheritdoc/>
    protected override void BeginMap(bool isEmpty) =>
        _emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, isEmpty ? MappingStyle.Flow : MappingStyle.Block));

    /// <inheritdoc/>
    protected override void EndMap() => _emitter.Emit(new MappingEnd());

    /// <inheritdoc/>
    protected override void Name(object key)
    {
        switch (key)
        {
            case byte[] name:
                Text(name);
                break;
            case bool flag:
                Boolean(flag);
                break;
            case long number:
                Number(number);
                break;
            default:
                Number((double)key);
                break;
        }
    }

    /// <inheritdoc/>
    protected override string? Arrange(List<object> keys)
    {
        var ordered = keys.OrderBy(Rank).ThenBy(key => key, KeyOrder.Instance).ToList();
        keys.Clear();
        keys.AddRange(ordered);
        return null;
    }

    private int Rank(object key)
    {
        var place = key is byte[] name ? _preferred.IndexOf(Encoding.UTF8.GetString(name)) : -1;
        return place < 0 ? int.MaxValue : place;
    }

    // Lines that a literal block keeps as they are: its own last line break is the only white space at the ends.
    private static bool IsBlock(string text) =>
        text.Length > 1 && text.EndsWith('\n') && text[..^1].Trim().Length == text.Length - 1 && !text.Any(c => char.IsControl(c) && c != '\n');

    private void Plain(string text) =>
        _emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, ScalarStyle.Plain, isPlainImplicit: true, isQuotedImplicit: false));

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
