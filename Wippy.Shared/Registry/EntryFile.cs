using System.Collections.ObjectModel;
using Wippy.Shared.Identity;
using YamlDotNet.RepresentationModel;

namespace Wippy.Shared.Registry;

/// <summary>
/// One file of declarations: a <c>namespace</c> and either <c>entries</c> (a list) or the fields of a single entry.
/// A file without <c>namespace</c> belongs to somebody else and is ignored. A YAML file may hold several such documents.
/// </summary>
internal sealed class EntryFile
{
    private const string IdPartRule = "without spaces or any of : | @ { }"; // the last four delimit the parts of a PID

    private static readonly string[] FileKeys = ["version", "namespace", "meta", "entries"];
    private static readonly string[] EntryKeys = ["name", "kind", "meta"];

    private readonly string _file;
    private readonly YamlMappingNode _root;
    private readonly string _namespace;
    private readonly YamlValues _values;
    private readonly ProblemList _problems;
    private readonly List<Entry> _entries;

    private EntryFile(
        string file, YamlMappingNode root, string @namespace, YamlValues values, ProblemList problems, List<Entry> entries)
    {
        _file = file;
        _root = root;
        _namespace = @namespace;
        _values = values;
        _problems = problems;
        _entries = entries;
    }

    /// <summary>The entries of the file at an absolute path; none, and problems, if it cannot be read.</summary>
    public static IReadOnlyList<Entry> Read(AppSource source, string path, ProblemList problems)
    {
        var name = source.NameOf(path);
        if (!source.TryReadText(path, out var text))
        {
            problems.Add(new Problem(Severity.Error, new SourceLocation(name), null, null, text));
            return [];
        }
        var values = new YamlValues(source, path, problems);
        var entries = new List<Entry>();
        foreach (var root in YamlText.Parse(text, name, problems))
        {
            if (root.Find("namespace") is not { } node) continue;
            if (values.Convert(node, "namespace", null, []) is string space && IsIdPart(space))
            {
                new EntryFile(name, root, space, values, problems, entries).ReadDeclarations();
            }
            else
            {
                problems.Add(new Problem(Severity.Error, node.LocationIn(name), null, "namespace", $"expected a name {IdPartRule}"));
            }
        }
        return entries;
    }

    private void ReadDeclarations()
    {
        if (_root.Find("entries") is { } entries)
        {
            ReadList(entries);
        }
        else if (_root.Find("name") is not null || _root.Find("kind") is not null)
        {
            ReadEntry(_root, "", [.. FileKeys, .. EntryKeys], ReadOnlyDictionary<string, object?>.Empty, []);
        }
        else
        {
            Report(Severity.Warning, _root, null, "a namespace without 'entries' or 'name' declares nothing");
        }
    }

    private void ReadList(YamlNode entries)
    {
        foreach (var (key, _) in _root)
        {
            if (key is YamlScalarNode { Value: { } name } && !FileKeys.Contains(name))
            {
                Report(Severity.Warning, key, name, $"unknown field is ignored{NearMiss.Suggest(name, FileKeys)}");
            }
        }
        var origins = new Dictionary<string, FieldOrigin>();
        var meta = ReadMeta(_root, "meta", null, origins);
        if (entries is not YamlSequenceNode list)
        {
            Report(Severity.Error, entries, "entries", "expected a list of entries");
            return;
        }
        for (var i = 0; i < list.Children.Count; i++)
        {
            var path = FieldPath.Item("entries", i);
            if (list.Children[i] is YamlMappingNode node) ReadEntry(node, path, EntryKeys, meta, origins);
            else Report(Severity.Error, list.Children[i], path, "expected a map with name and kind");
        }
    }

    /// <param name="node">The entry.</param>
    /// <param name="path">Of the entry in the file; empty for the single-entry form.</param>
    /// <param name="outsideData">The keys that are not part of the entry's data.</param>
    /// <param name="fileMeta">What the entry's meta is merged over.</param>
    /// <param name="fileOrigins">Where that stands.</param>
    private void ReadEntry(
        YamlMappingNode node,
        string path,
        string[] outsideData,
        IReadOnlyDictionary<string, object?> fileMeta,
        Dictionary<string, FieldOrigin> fileOrigins)
    {
        if (ReadText(node, null, FieldPath.Member(path, "name"), "name") is not { } name) return;
        if (!IsIdPart(name))
        {
            Report(Severity.Error, node.Find("name")!, FieldPath.Member(path, "name"), $"expected a name {IdPartRule}, got '{name}'");
            return;
        }
        var id = new EntryId(_namespace, name);
        if (ReadText(node, id, "kind", "kind") is not { } kind) return;

        var location = node.LocationIn(_file);
        var origins = new Dictionary<string, FieldOrigin>(fileOrigins);
        var meta = new Dictionary<string, object?>(fileMeta);
        foreach (var (key, value) in ReadMeta(node, "meta", id, origins)) meta[key] = value;
        var fields = new YamlMappingNode();
        foreach (var (key, value) in node)
        {
            if (!outsideData.Contains((key as YamlScalarNode)?.Value)) fields.Add(key, value);
        }
        object? data;
        if (node.Find("data") is { } dataNode)
        {
            data = _values.Convert(dataNode, "", id, origins);
            foreach (var (key, _) in fields.Where(field => (field.Key as YamlScalarNode)?.Value != "data"))
            {
                _problems.Add(new Problem(Severity.Warning, key.LocationIn(_file), id, key.ToString(), "ignored, because 'data' is all of the entry's data"));
            }
        }
        else
        {
            data = _values.Convert(fields, "", id, origins);
        }
        if (OriginOf(node, "kind") is { } origin) origins.TryAdd("kind", origin);
        _entries.Add(new Entry(id, kind, meta.AsReadOnly(), data, location, origins));
    }

    private IReadOnlyDictionary<string, object?> ReadMeta(YamlMappingNode node, string field, EntryId? entry, Dictionary<string, FieldOrigin> origins)
    {
        if (node.Find(field) is not { } metaNode) return ReadOnlyDictionary<string, object?>.Empty;
        switch (_values.Convert(metaNode, field, entry, origins))
        {
            case IReadOnlyDictionary<string, object?> meta:
                return meta;
            case not null:
                _problems.Add(new Problem(Severity.Error, metaNode.LocationIn(_file), entry, field, "expected a map"));
                break;
        }
        return ReadOnlyDictionary<string, object?>.Empty;
    }

    /// <summary>A text that every entry must have; null, with a problem about <paramref name="field"/>, when it is not there.</summary>
    private string? ReadText(YamlMappingNode node, EntryId? entry, string field, string key)
    {
        var valueNode = node.Find(key);
        var value = valueNode is null ? null : _values.Convert(valueNode, field, entry, []);
        if (value is string text) return text;
        var message = value is null ? "required field is missing, expected text" : "expected text; put the value in quotes";
        _problems.Add(new Problem(Severity.Error, (valueNode ?? node).LocationIn(_file), entry, field, message));
        return null;
    }

    private void Report(Severity severity, YamlNode node, string? field, string message) =>
        _problems.Add(new Problem(severity, node.LocationIn(_file), null, field, message));

    private static FieldOrigin? OriginOf(YamlMappingNode node, string name)
    {
        var key = node.Children.Keys.FirstOrDefault(k => k is YamlScalarNode { Value: var text } && text == name);
        return key is null ? null : new FieldOrigin((int)key.Start.Line, (int)key.Start.Column);
    }

    private static bool IsIdPart(string text) =>
        text.Length > 0 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is ':' or '|' or '@' or '{' or '}');
}
