namespace Wippy.Testing;

/// <summary>A fresh folder for one test, deleted with everything in it at the end.</summary>
public sealed class TempFolder : IDisposable
{
    /// <summary>Absolute path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("wippy-test-").FullName;

    /// <summary>Writes a file, with the folders it needs.</summary>
    /// <param name="name">Relative, with forward slashes.</param>
    /// <param name="text">UTF-8 is written.</param>
    public TempFolder With(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
