using System.Text;

namespace Wippy.Shared.Lua.Text;

/// <summary>
/// Cuts texts into chunks of a size, along the coarsest separators that do it: pieces between separators are put together
/// while they fit, and a piece that does not fit is cut along the next finer separator. Neighbouring chunks may overlap.
/// Sizes are in characters.
/// </summary>
/// <param name="size">Of a chunk, from 1.</param>
/// <param name="overlap">How much of a chunk the next one may begin with; less than the size.</param>
/// <param name="separators">From coarse to fine; the empty one cuts between characters.</param>
/// <param name="keepSeparator">Whether pieces keep the separator in front of them, or it stands only between pieces of a chunk.</param>
internal sealed class TextSplitter(int size, int overlap, IReadOnlyList<string> separators, bool keepSeparator)
{
    public static readonly IReadOnlyList<string> Paragraphs = ["\n\n", "\n", " ", ""];

    public static readonly IReadOnlyList<string> Markdown =
    [
        "\n# ", "\n## ", "\n### ", "\n#### ", "\n##### ", "\n###### ", "\n```", "\n***\n", "\n---\n", "\n___\n", "\n\n", "\n", " ", "",
    ];

    private readonly List<string> _chunks = [];
    private long _total;

    /// <summary>Cuts a text.</summary>
    /// <param name="text">What.</param>
    /// <param name="maxTotal">How many UTF-16 units all chunks together may have.</param>
    /// <returns>Null when they would have more.</returns>
    public IReadOnlyList<string>? Split(string text, long maxTotal)
    {
        _chunks.Clear();
        _total = 0;
        return Split(text, 0, maxTotal) ? _chunks : null;
    }

    private bool Split(string text, int from, long maxTotal)
    {
        var level = from;
        while (level < separators.Count - 1 && separators[level].Length > 0 && !text.Contains(separators[level], StringComparison.Ordinal)) level++;
        var separator = level < separators.Count ? separators[level] : "";
        var pending = new List<(string Text, int Length)>();
        foreach (var piece in Pieces(text, separator))
        {
            var length = Length(piece);
            if (length <= size)
            {
                pending.Add((piece, length));
                continue;
            }
            if (!Merge(pending, separator, maxTotal)) return false;
            pending.Clear();
            // Nothing finer to cut along: it stays too large.
            if (level + 1 >= separators.Count ? !Add(piece, maxTotal) : !Split(piece, level + 1, maxTotal)) return false;
        }
        return Merge(pending, separator, maxTotal);
    }

    private IEnumerable<string> Pieces(string text, string separator)
    {
        if (separator.Length == 0) return text.EnumerateRunes().Select(rune => rune.ToString());
        var parts = text.Split(separator);
        return keepSeparator ? parts.Select((part, i) => i == 0 ? part : separator + part).Where(part => part.Length > 0) : parts.Where(part => part.Length > 0);
    }

    // Chunks of as many pieces as fit; the next one begins with the last pieces of this one, as far as the overlap allows.
    private bool Merge(List<(string Text, int Length)> pieces, string separator, long maxTotal)
    {
        var glue = keepSeparator ? "" : separator;
        var glueLength = Length(glue);
        var first = 0;
        var length = 0;
        for (var next = 0; next < pieces.Count; next++)
        {
            var added = pieces[next].Length + (next > first ? glueLength : 0);
            if (length + added > size && next > first)
            {
                if (!Add(string.Join(glue, pieces[first..next].Select(piece => piece.Text)), maxTotal)) return false;
                while (first < next && (length > overlap || length + glueLength + pieces[next].Length > size))
                {
                    length -= pieces[first].Length + (next - first > 1 ? glueLength : 0);
                    first++;
                }
                added = pieces[next].Length + (next > first ? glueLength : 0);
            }
            length += added;
        }
        return first >= pieces.Count || Add(string.Join(glue, pieces[first..].Select(piece => piece.Text)), maxTotal);
    }

    private bool Add(string chunk, long maxTotal)
    {
        var trimmed = chunk.Trim();
        if (trimmed.Length == 0) return true;
        _total += trimmed.Length;
        _chunks.Add(trimmed);
        return _total <= maxTotal;
    }

    private static int Length(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes()) count++;
        return count;
    }
}
