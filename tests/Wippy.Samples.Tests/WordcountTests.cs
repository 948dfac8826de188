using System.Text;
using System.Text.RegularExpressions;

namespace Wippy.Samples.Tests;

/// <summary>The sample <c>wordcount</c> against a count made here.</summary>
public sealed class WordcountTests : IDisposable
{
    private const string Poison = "plugh";
    private const int Shown = 20;

    private static readonly string[] Separators = [" ", ", ", "; ", " - ", "'", "_", "4", "é", "\t", "..."];

    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Count_GeneratedText_AgreesWithIndependentCount(int workers)
    {
        var lines = GenerateLines(seed: 17, count: 1500, poisoned: 0);

        var result = await CountAsync(["--workers", $"{workers}", Write("text.txt", lines)]);

        Assert.Equal(Top(lines), result.Output);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Count_PoisonedLines_LeavesOutExactlyThose()
    {
        const int Poisoned = 12;
        var lines = GenerateLines(seed: 23, count: 700, Poisoned);

        var result = await CountAsync(["--workers", "3", "--poison", Poison, Write("text.txt", lines)]);

        Assert.Equal(Top(lines.Where(line => !IsPoisoned(line))), result.Output);
        Assert.Contains($"{Poisoned} workers restarted, {Poisoned} poisoned lines left out", result.Errors);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Count_SeveralFiles_AddsThemUp()
    {
        var first = GenerateLines(seed: 1, count: 20, poisoned: 0);
        var second = GenerateLines(seed: 2, count: 300, poisoned: 0);

        var result = await CountAsync([Write("first.txt", first), Write("second.txt", second)]);

        Assert.Equal(Top(first.Concat(second)), result.Output);
    }

    [Fact]
    public async Task Count_MissingFile_CountsTheOthersAndFails()
    {
        string[] lines = ["one two", "two"];

        var result = await CountAsync([Path.Combine(_folder.Path, "missing.txt"), Write("text.txt", lines)]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"cannot read {Path.Combine(_folder.Path, "missing.txt")}: no such file", result.Errors);
        Assert.Equal("2 two\n1 one\n", result.Output);
    }

    [Fact]
    public async Task Count_Folder_SaysThatItCannotBeRead()
    {
        var result = await CountAsync([_folder.Path]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"cannot read {_folder.Path}: it is a folder", result.Errors);
    }

    [Fact]
    public async Task Count_EmptyFile_PrintsNothing()
    {
        var result = await CountAsync([Write("empty.txt", [])]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("", result.Output);
    }

    [Theory]
    [InlineData("no file named")]
    [InlineData("--workers takes a number from 1 to 1000", "--workers", "0", "x")]
    [InlineData("--poison takes one word of ASCII letters", "--poison", "x2", "x")]
    [InlineData("unknown option --fast", "--fast")]
    public async Task Count_ArgumentsWithoutSense_PrintsUsage(string problem, params string[] arguments)
    {
        var result = await CountAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Contains($"count: {problem}\nusage: count ", result.Errors);
    }

    public void Dispose() => _folder.Dispose();

    private static Task<WippyResult> CountAsync(string[] arguments) =>
        WippyProcess.RunAsync(["run", "samples/wordcount", "count", "--", .. arguments]);

    private string Write(string name, IEnumerable<string> lines)
    {
        _folder.With(name, string.Join('\n', lines));   // no end of line at the end of the file
        return Path.Combine(_folder.Path, name);
    }

    private static List<string> GenerateLines(int seed, int count, int poisoned)
    {
        var random = new Random(seed);
        var words = Enumerable.Range(0, 60).Select(_ => Word(random)).ToArray();
        var lines = new List<string>(count);
        for (var i = 0; i < count; i++)
        {
            var line = new StringBuilder();
            for (var length = random.Next(12); length > 0; length--)
            {
                var word = words[random.Next(words.Length)];
                line.Append(random.Next(4) == 0 ? word.ToUpperInvariant() : word).Append(Separators[random.Next(Separators.Length)]);
            }
            lines.Add(line.ToString());
        }
        foreach (var at in Enumerable.Range(0, count).OrderBy(_ => random.Next()).Take(poisoned)) lines[at] += $" {Poison.ToUpperInvariant()}.";
        return lines;
    }

    private static string Word(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => (char)('a' + random.Next(26))));

    private static bool IsPoisoned(string line) => Words(line).Contains(Poison);

    // What a word is: ASCII letters, in lower case.
    private static IEnumerable<string> Words(string line) => Regex.Matches(line, "[A-Za-z]+").Select(match => match.Value.ToLowerInvariant());

    private static string Top(IEnumerable<string> lines) => string.Concat(lines
        .SelectMany(Words)
        .CountBy(word => word)
        .OrderByDescending(word => word.Value)
        .ThenBy(word => word.Key, StringComparer.Ordinal)
        .Take(Shown)
        .Select(word => $"{word.Value} {word.Key}\n"));
}
