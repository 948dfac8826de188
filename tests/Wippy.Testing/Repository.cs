namespace Wippy.Testing;

/// <summary>The files of the repository that the tests belong to.</summary>
public static class Repository
{
    private const string Solution = "Wippy.Aspire.sln";

    /// <summary>Absolute path of its folder.</summary>
    public static string Root { get; } = Find();

    /// <summary>Absolute path of a file or folder in it.</summary>
    /// <param name="path">Relative to the root, with forward slashes.</param>
    public static string PathOf(string path) => Path.Combine(Root, path);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution))) return folder.FullName;
        }
        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds {Solution}");
    }
}
