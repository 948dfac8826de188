using Wippy.Testing;

namespace Wippy.Hostile.Tests;

/// <summary>
/// One file of tests/hostile: a process entry that means harm. A line <c>-- ends: HOW</c> says how it ends:
/// <list type="bullet">
/// <item><c>terminated</c>: only when it is terminated.</item>
/// <item><c>ok</c>, or <c>error TEXT</c>: by itself, well or with an error that holds the text.</item>
/// <item><c>limit</c>: by a limit of the runtime.</item>
/// <item><c>spawn TEXT</c>: it cannot be started, for that reason.</item>
/// <item><c>any</c>: by itself or terminated; what matters is what it does to others.</item>
/// </list>
/// </summary>
internal sealed record HostileProgram(string Name, string Source, string Ends)
{
    private const string Mark = "-- ends: ";

    private static readonly string Folder = Repository.PathOf("tests/hostile");

    /// <summary>The names of all programs.</summary>
    public static IEnumerable<string> Names() =>
        Directory.EnumerateFiles(Folder, "*.lua").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    /// <summary>Reads one.</summary>
    public static HostileProgram Read(string name)
    {
        var source = File.ReadAllText(Path.Combine(Folder, $"{name}.lua"));
        var ends = source.Split('\n').Single(line => line.StartsWith(Mark, StringComparison.Ordinal))[Mark.Length..].Trim();
        return new HostileProgram(name, source, ends);
    }
}
