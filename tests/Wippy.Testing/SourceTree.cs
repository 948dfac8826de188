namespace Wippy.Testing;

/// <summary>The checkout this assembly was built from, for tests that read files of it.</summary>
public static class SourceTree
{
    /// <summary>Absolute path of the folder that holds the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>Absolute path of a file or folder in it.</summary>
    /// <param name="relative">With forward slashes.</param>
    public static string PathOf(string relative) => Path.Combine(Root, relative);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Wippy.Aspire.sln"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds Wippy.Aspire.sln");
    }
}
