using System.Text.RegularExpressions;
using Wippy.Shared.Hosting;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Registry;

/// <summary>Apps with mistakes and what is said about each: <see cref="BrokenApp"/>.</summary>
public sealed class BrokenAppTests
{
    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var file in BrokenApp.Files)
        {
            foreach (var name in BrokenApp.NamesIn(file)) cases.Add(file, name);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Load_BrokenApp_SaysWhatIsWrongAndWhere(string file, string name)
    {
        var parts = BrokenApp.PartsOf(file, name);
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
}
