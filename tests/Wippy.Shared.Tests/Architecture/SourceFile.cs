using System.Text.RegularExpressions;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Architecture;

/// <summary>A C# file of the repository.</summary>
/// <param name="Path">From the root of the repository, with forward slashes.</param>
/// <param name="Code">Its text without comments and the contents of plain strings.</param>
internal sealed partial record SourceFile(string Path, string Code)
{
    /// <summary>All files of a project, without what the build generates.</summary>
    public static IReadOnlyList<SourceFile> Of(string project)
    {
        var root = Repository.PathOf(project);
        var files = from file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                    let path = System.IO.Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')
                    where !path.Contains("/obj/") && !path.Contains("/bin/")
                    orderby path
                    select new SourceFile(path, NotCode().Replace(File.ReadAllText(file), " "));
        return [.. files];
    }

    /// <summary>The first folder below the project.</summary>
    public string Folder => Path.Split('/') is [_, var folder, _, ..] ? folder : "";

    [GeneratedRegex("""//[^\n]*|/\*.*?\*/|"(\\.|[^"\\\n])*"|'(\\.|[^'\\\n])'""", RegexOptions.Singleline)]
    private static partial Regex NotCode();
}
