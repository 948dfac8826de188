using System.Text.RegularExpressions;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Editor;

/// <summary>What docs/entry-kinds.md says about the fields of a kind.</summary>
internal sealed class FieldNotes
{
    private const string Headings = "^## ";

    private static readonly Dictionary<string, FieldNotes> Sections = Regex
        .Split(File.ReadAllText(Repository.PathOf("docs/entry-kinds.md")), Headings, RegexOptions.Multiline)
        .Skip(1)
        .ToDictionary(section => section[..section.IndexOf('\n')], section => new FieldNotes(Rows(section), ""));

    private readonly Dictionary<string, string> _notes;
    private readonly string _prefix;

    private FieldNotes(Dictionary<string, string> notes, string prefix)
    {
        _notes = notes;
        _prefix = prefix;
    }

    public static FieldNotes Lifecycle { get; } = Sections["Lifecycle"].Below("lifecycle");

    /// <summary>Of a kind.</summary>
    public static FieldNotes OfKind(string kind) => Sections[kind];

    /// <summary>About the fields inside a field.</summary>
    public FieldNotes Below(string field) => new(_notes, $"{_prefix}{field}.");

    /// <summary>One sentence, with the default if there is one; null when the page refers to another section.</summary>
    public string? Of(string field) => _notes.GetValueOrDefault(_prefix + field);

    // | `name`, `name` | text | default |
    private static Dictionary<string, string> Rows(string section)
    {
        var rows = new Dictionary<string, string>();
        foreach (var line in section.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
        {
            var cells = Regex.Split(line.Trim('|', ' '), @" \| ?");
            var note = Plain(cells[1]);
            if (note.Length == 0 || note.StartsWith("as above", StringComparison.Ordinal)) continue;
            var defaultValue = cells.Length > 2 ? Plain(cells[2]) : "";
            note = char.ToUpperInvariant(note[0]) + note[1..];
            if (defaultValue.Length > 0) note += $". Default: {defaultValue}";
            foreach (Match name in Regex.Matches(cells[0], "`([^`]+)`")) rows[name.Groups[1].Value] = note;
        }
        return rows;
    }

    // Without the marks of Markdown.
    private static string Plain(string cell) => Regex.Replace(cell, @"\[([^\]]+)\]\([^)]*\)", "$1").Replace("`", "", StringComparison.Ordinal).Replace(@"\|", "|", StringComparison.Ordinal).Trim();
}
