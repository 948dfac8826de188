namespace Wippy.Shared.Registry;

/// <summary>Guesses what a misspelt name was meant to be.</summary>
internal static class NearMiss
{
    /// <summary>
    /// <c> (did you mean 'x'?)</c> with the known name of the smallest distance, if at most a third of the
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

    /// <summary>
    /// Optimal string alignment distance: insertions, deletions, replacements, and two neighbours in the wrong order, each as one. Three rows,
    /// O(|a|·|b|).
    /// </summary>
    public static int Distance(string a, string b)
    {
        var beforeThat = new int[b.Length + 1];
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
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) current[j] = Math.Min(current[j], beforeThat[j - 2] + 1);
            }
            (beforeThat, previous, current) = (previous, current, beforeThat);
        }
        return previous[b.Length];
    }
}
