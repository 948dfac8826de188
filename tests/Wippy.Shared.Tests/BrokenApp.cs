using Wippy.Testing;

namespace Wippy.Shared.Tests;

/// <summary>
/// The folder tests/broken-apps. A case begins with <c>=== NAME</c>; its parts are files, <c>--- PATH</c>, perhaps <c>--- options</c> of the command
/// line, and <c>--- expected</c>: all problems, in order, where <c>[...]</c> stands for anything.
/// </summary>
internal static class BrokenApp
{
    private static readonly string Folder = Repository.PathOf("tests/broken-apps");

    /// <summary>Names of the files, without extension.</summary>
    public static IEnumerable<string> Files => Directory.EnumerateFiles(Folder, "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    public static IEnumerable<string> NamesIn(string file) => Cases(file).Keys;

    /// <summary>The parts of a case by name.</summary>
    public static Dictionary<string, string> PartsOf(string file, string name) => Split(Cases(file)[name], "--- ");

    private static Dictionary<string, string> Cases(string file) => Split(File.ReadAllText(Path.Combine(Folder, $"{file}.txt")), "=== ");

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
