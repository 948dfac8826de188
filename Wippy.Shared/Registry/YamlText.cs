using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Wippy.Shared.Registry;

/// <summary>From text to a YAML tree with positions. JSON is read as the YAML it is.</summary>
internal static class YamlText
{
    /// <summary>Deeper nesting is refused: the tree is built and walked by recursion.</summary>
    public const int MaxDepth = 64;

    /// <summary>Parses a text.</summary>
    /// <returns>
    /// The documents that are mappings (other tools' files may be anything); none, with a problem, when the text is not
    /// YAML.
    /// </returns>
    public static IReadOnlyList<YamlMappingNode> Parse(string text, string file, ProblemList problems)
    {
        var stream = new YamlStream();
        var parser = new ShallowParser(new Parser(new StringReader(text)));
        try
        {
            stream.Load(parser);
        }
        catch (YamlException e)
        {
            var location = new SourceLocation(file, (int)e.Start.Line, (int)e.Start.Column);
            problems.Add(new Problem(Severity.Error, location, null, null, $"not valid YAML: {e.Message}"));
            return [];
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException or FormatException)
        {
            // Some malformed texts make the library stumble instead of complaining; it was somewhere behind its last event.
            var last = parser.Current?.End ?? Mark.Empty;
            problems.Add(new Problem(Severity.Error, new SourceLocation(file, (int)last.Line, (int)last.Column), null, null, "not valid YAML here or further on"));
            return [];
        }
        return stream.Documents.Select(document => document.RootNode).OfType<YamlMappingNode>().ToList();
    }

    /// <summary>The value of a key, or null.</summary>
    public static YamlNode? Find(this YamlMappingNode map, string key) =>
        map.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    public static SourceLocation LocationIn(this YamlNode node, string file) =>
        new(file, (int)node.Start.Line, (int)node.Start.Column);

    /// <summary>A parser that refuses deep nesting before a tree is built from it.</summary>
    private sealed class ShallowParser(IParser inner) : IParser
    {
        private int _depth;

        public ParsingEvent? Current => inner.Current;

        public bool MoveNext()
        {
            if (!inner.MoveNext()) return false;
            _depth += Current!.NestingIncrease;
            // The stream and its document count as levels, too.
            if (_depth > MaxDepth + 2) throw new YamlException(Current.Start, Current.End, $"nested more than {MaxDepth} levels deep");
            return true;
        }
    }
}
