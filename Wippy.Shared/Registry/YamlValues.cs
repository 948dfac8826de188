using System.Globalization;
using System.Text.RegularExpressions;
using Wippy.Shared.Identity;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Wippy.Shared.Registry;

/// <summary>
/// Turns the YAML tree of one file into plain values (see <see cref="Entry"/>), notes where each stands, and puts the
/// text of files in the place of <c>file://</c> strings. Scalars follow the YAML 1.2 core schema.
/// </summary>
/// <param name="source">Where <c>file://</c> may lead.</param>
/// <param name="path">The YAML file, absolute.</param>
/// <param name="problems">Receives what is wrong with values.</param>
internal sealed partial class YamlValues(AppSource source, string path, ProblemList problems)
{
    /// <summary>Per file; aliases can make a small text stand for very many values.</summary>
    private const int MaxValues = 100_000;

    private const string FilePrefix = "file://";

    private readonly string _file = source.NameOf(path);
    private int _count;

    /// <param name="node">The value.</param>
    /// <param name="field">Its path; empty for the data of an entry as a whole.</param>
    /// <param name="entry">Named in problems; null when the value belongs to the file.</param>
    /// <param name="origins">Receives the place of everything below <paramref name="node"/>, and the files it read.</param>
    public object? Convert(YamlNode node, string field, EntryId? entry, Dictionary<string, FieldOrigin> origins) =>
        Convert(node, field, entry, origins, 0);

    private object? Convert(YamlNode node, string field, EntryId? entry, Dictionary<string, FieldOrigin> origins, int depth)
    {
        if (++_count > MaxValues || depth > YamlText.MaxDepth)
        {
            // Only an alias gets here past the parser's own limit. Reported once; what follows is skipped.
            if (_count <= MaxValues) _count = MaxValues + 1;
            if (_count == MaxValues + 1)
            {
                Report(node, entry, field, $"more than {MaxValues} values or {YamlText.MaxDepth} levels, probably through an alias");
                _count++;
            }
            return null;
        }
        switch (node)
        {
            case YamlMappingNode map:
                var pairs = new Dictionary<string, object?>();
                foreach (var (key, value) in map.Children)
                {
                    if (key is not YamlScalarNode { Value: { } name })
                    {
                        Report(key, entry, field.Length == 0 ? null : field, "expected text as key, got a list or a map");
                        continue;
                    }
                    var member = FieldPath.Member(field, name);
                    origins[member] = new FieldOrigin((int)key.Start.Line, (int)key.Start.Column);
                    pairs[name] = Convert(value, member, entry, origins, depth + 1);
                }
                return pairs.AsReadOnly();

            case YamlSequenceNode list:
                var items = new List<object?>();
                foreach (var value in list.Children)
                {
                    var item = FieldPath.Item(field, items.Count);
                    origins[item] = new FieldOrigin((int)value.Start.Line, (int)value.Start.Column);
                    items.Add(Convert(value, item, entry, origins, depth + 1));
                }
                return items.AsReadOnly();

            default:
                var scalar = Scalar((YamlScalarNode)node);
                return scalar is string text && text.StartsWith(FilePrefix, StringComparison.Ordinal)
                    ? ReadFile(node, text[FilePrefix.Length..], field, entry, origins)
                    : scalar;
        }
    }

    private string ReadFile(YamlNode node, string name, string field, EntryId? entry, Dictionary<string, FieldOrigin> origins)
    {
        if (Path.IsPathRooted(name))
        {
            Report(node, entry, field, $"expected a path relative to this file, got '{FilePrefix}{name}'");
            return "";
        }
        // Not normalised here: what `..` means after a link is for AppSource to find out.
        var target = Path.Combine(Path.GetDirectoryName(path)!, name);
        if (!source.TryReadText(target, out var text))
        {
            Report(node, entry, field, text);
            return ""; // still text, so that no second problem follows from the first
        }
        origins[field] = (origins.GetValueOrDefault(field) ?? new FieldOrigin(0, 0)) with { TextFile = source.NameOf(target) };
        return text;
    }

    private void Report(YamlNode node, EntryId? entry, string? field, string message) =>
        problems.Add(new Problem(Severity.Error, node.LocationIn(_file), entry, field, message));

    /// <summary>YAML 1.2 core schema (spec §10.3.2). Whole numbers beyond 64 bits become floating point.</summary>
    public static object? Scalar(YamlScalarNode node)
    {
        var text = node.Value ?? "";
        return node.Style is not ScalarStyle.Plain || node.Tag == "tag:yaml.org,2002:str" ? text : Resolve(text);
    }

    /// <summary>What a plain scalar without a tag stands for: null, a bool, a long, a double or text.</summary>
    public static object? Resolve(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "true" or "True" or "TRUE":
                return true;
            case "false" or "False" or "FALSE":
                return false;
            case ".nan" or ".NaN" or ".NAN":
                return double.NaN;
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF":
                return double.PositiveInfinity;
            case "-.inf" or "-.Inf" or "-.INF":
                return double.NegativeInfinity;
        }
        var invariant = CultureInfo.InvariantCulture;
        if (text.StartsWith("0x", StringComparison.Ordinal) && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, invariant, out var hex)) return hex;
        if (Octal().IsMatch(text)) return System.Convert.ToInt64(text[2..], 8);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out var whole)) return whole;
        return FloatingPoint().IsMatch(text) ? double.Parse(text, NumberStyles.Float, invariant) : text;
    }

    [GeneratedRegex(@"^0o[0-7]{1,20}\z")]
    private static partial Regex Octal();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex FloatingPoint();
}
