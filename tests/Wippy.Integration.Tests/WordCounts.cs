using System.Text;

namespace Wippy.Integration.Tests;

/// <summary>Text for the word count sample, and an independent count of it.</summary>
internal static class WordCounts
{
    public const string Poison = "toadstool";

    /// <summary>Text made of a seed: words, punctuation, capitals, bytes beyond ASCII, empty lines, a last line without end.</summary>
    public static string Text(int seed, int bytes, double poisoned)
    {
        var random = new Random(seed);
        var words = Enumerable.Range(0, 2000).Select(_ => Word(random)).ToArray();
        var text = new StringBuilder(bytes + 200);
        string[] marks = [" ", ", ", ".", "-", "'s ", " 42 ", " é ", "\t"];
        while (text.Length < bytes)
        {
            if (random.NextDouble() < poisoned) text.Append("eat no Toadstool ");
            for (var i = random.Next(15); i > 0; i--)
            {
                // Squared: few words are frequent, most are rare, and ties are common.
                var word = words[(int)(Math.Pow(random.NextDouble(), 2) * words.Length)];
                text.Append(random.Next(10) == 0 ? word.ToUpperInvariant() : word).Append(marks[random.Next(marks.Length)]);
            }
            text.Append('\n');
        }
        return text.Append("the end").ToString();
    }

    /// <summary>What the sample must print: the 20 most frequent words of the lines without poison.</summary>
    public static string Expected(IEnumerable<string> texts)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in texts.SelectMany(text => text.Split('\n')))
        {
            var words = Words(line).ToList();
            if (words.Contains(Poison)) continue;
            foreach (var word in words) counts[word] = counts.GetValueOrDefault(word) + 1;
        }
        var top = counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(20);
        return string.Concat(top.Select(pair => $"{pair.Value} {pair.Key}\n"));
    }

    private static IEnumerable<string> Words(string line)
    {
        var start = -1;
        for (var i = 0; i <= line.Length; i++)
        {
            var isLetter = i < line.Length && char.IsAsciiLetter(line[i]);
            if (isLetter && start < 0) start = i;
            if (isLetter || start < 0) continue;
            yield return line[start..i].ToLowerInvariant();
            start = -1;
        }
    }

    private static string Word(Random random)
    {
        var word = new char[random.Next(1, 10)];
        for (var i = 0; i < word.Length; i++) word[i] = (char)('a' + random.Next(26));
        return new string(word);
    }
}
