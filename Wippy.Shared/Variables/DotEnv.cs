using System.Text;

namespace Wippy.Shared.Variables;

/// <summary>
/// The text of a <c>.env</c> file: <c>NAME=value</c> per line, an optional <c>export</c> in front, comments behind <c>#</c>, values in single
/// quotes as they are, in double quotes with <c>\n \r \t \" \\</c>. What a write does not concern stays as it was.
/// </summary>
internal sealed class DotEnv
{
    private readonly List<string> _lines;

    public DotEnv(string text) => _lines = text.Length == 0 ? [] : [.. text.TrimEnd('\n').Split('\n').Select(line => line.TrimEnd('\r'))];

    /// <summary>The value of a name, the last one if there are several; null if there is none.</summary>
    public string? Get(string name)
    {
        var line = FindLine(name);
        return line < 0 ? null : ValueOf(_lines[line]);
    }

    public void Set(string name, string value)
    {
        var line = FindLine(name);
        var text = $"{name}={Quote(value)}";
        if (line < 0) _lines.Add(text);
        else _lines[line] = text;
    }

    /// <inheritdoc/>
    public override string ToString() => _lines.Count == 0 ? "" : string.Join('\n', _lines) + "\n";

    private int FindLine(string name) => _lines.FindLastIndex(line => NameOf(line).SequenceEqual(name));

    private static ReadOnlySpan<char> NameOf(string line)
    {
        var text = line.AsSpan().TrimStart();
        if (text.StartsWith("#")) return default;
        if (text.StartsWith("export ")) text = text[7..].TrimStart();
        var end = text.IndexOf('=');
        return end < 0 ? default : text[..end].TrimEnd();
    }

    private static string ValueOf(string line)
    {
        var text = line[(line.IndexOf('=') + 1)..].Trim();
        switch (text)
        {
            case ['\'', ..]:
                var end = text.IndexOf('\'', 1);
                return end < 0 ? text[1..] : text[1..end];
            case ['"', ..]:
                return Unquote(text.AsSpan(1));
            case ['#', ..]:
                return "";
            default:
                var comment = text.IndexOf(" #", StringComparison.Ordinal);
                return comment < 0 ? text : text[..comment].TrimEnd();
        }
    }

    private static string Unquote(ReadOnlySpan<char> text)
    {
        var value = new StringBuilder();
        for (var i = 0; i < text.Length && text[i] != '"'; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                value.Append(text[i]);
                continue;
            }
            i++;
            value.Append(text[i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var c => c });
        }
        return value.ToString();
    }

    private static string Quote(string value) => value.All(c => char.IsAsciiLetterOrDigit(c) || "_-./:@,+%".Contains(c))
        ? value
        : $"\"{value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "\\r").Replace("\t", "\\t")}\"";
}
