namespace Wippy.Shared.Registry;

/// <summary>Guesses what a misspelt name was meant to be.</summary>
internal static class NearMiss
{
    /// <summary>
    /// <c> (did you mean 'x'?)</c> with the known name of the smallest Levenshtein distance, if at most a third of the
    /// letters differ; otherwise an empty text. Ties go to the first in ordinal order.
    /// </summary>
    public static string Suggest(string name, IEnumerable<string> known)
    {
        var best = known
            .Select(candidate => (candidate, distance: Distance(name, candidate)))
            .Where(c => c.distance <= Math.Max(1, name.Length / 3))
            .OrderBy(c => c.distance).ThenBy(c => c.candidate, StringComparer.Ordinal)
            .FirstOrDefault().candidate;
        return best is null ? "" : $" (did you mean '{best}'?)";
    }

    /// <summary>Levenshtein distance: insertions, deletions and replacements. Two rows, O(|a|·|b|).</summary>
    public static int Distance(string a, string b)
    {
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }
            (previous, current) = (current, previous);
        }
        return previous[b.Length];
    }
}
