using System.Text.RegularExpressions;
using Wippy.Shared.Hosting;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Registry;

/// <summary>
/// Apps with mistakes and what is said about each: tests/broken-apps. A case begins with <c>=== NAME</c>; its parts are files,
/// <c>--- PATH</c>, perhaps <c>--- options</c> of the command line, and <c>--- expected</c>: all problems, in order, where <c>[...]</c> stands for anything.
/// </summary>
public sealed class BrokenAppTests
{
    private static readonly string Folder = Repository.PathOf("tests/broken-apps");

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var file in Directory.EnumerateFiles(Folder, "*.txt").Order(StringComparer.Ordinal))
        {
            foreach (var name in Split(File.ReadAllText(file), "=== ").Keys) cases.Add(Path.GetFileNameWithoutExtension(file), name);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Load_BrokenApp_SaysWhatIsWrongAndWhere(string file, string name)
    {
        var parts = Split(Split(File.ReadAllText(Path.Combine(Folder, $"{file}.txt")), "=== ")[name], "--- ");
        using var app = new TempFolder();
        foreach (var (path, text) in parts.Where(part => part.Key is not ("options" or "expected"))) app.With(path, text);

        var loaded = App.Load(app.Path, OptionsOf(parts.GetValueOrDefault("options", "").Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)));

        var expected = parts["expected"].TrimEnd('\n');
        if (!Regex.IsMatch(loaded.ToString(), $@"\A{Regex.Escape(expected).Replace(@"\[\.\.\.]", ".*", StringComparison.Ordinal)}\z")) Assert.Equal(expected, loaded.ToString());
        Assert.Equal(loaded.Problems.Any(problem => problem.Severity == Severity.Error), loaded.Snapshot is null);
    }

    private static LoadOptions OptionsOf(string[] words) => new()
    {
        Overrides = After("-o", words),
        Settings = After("--set", words),
        IsLenient = words.Contains("--lenient"),
    };

    private static List<string> After(string option, string[] words) => [.. words.Zip(words.Skip(1)).Where(pair => pair.First == option).Select(pair => pair.Second)];

    // What stands between lines that begin with a mark, by the rest of that line.
    private static Dictionary<string, string> Split(string text, string mark)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in $"\n{text}".Split($"\n{mark}").Skip(1))
        {
            var end = part.IndexOf('\n', StringComparison.Ordinal);
            parts.Add(part[..end], part[(end + 1)..] + "\n");
        }
        return parts;
    }
}
