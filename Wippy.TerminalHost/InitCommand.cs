namespace Wippy.TerminalHost;

/// <summary><c>wippy init</c>: writes the lock file of an app, which says where its sources are.</summary>
internal static class InitCommand
{
    private const string LockFile = "wippy.lock";
    private const string Sources = "src";

    public static int Run(string app)
    {
        var path = Path.Combine(app, LockFile);
        try
        {
            Directory.CreateDirectory(Path.Combine(app, Sources));
            using var file = new StreamWriter(new FileStream(path, FileMode.CreateNew, FileAccess.Write));
            file.Write($"directories:\n  modules: .wippy\n  src: ./{Sources}\n");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(File.Exists(path) ? $"wippy: {path} is there already" : $"wippy: {path} cannot be written: {failure.Message}");
            return ExitCodes.Failure;
        }
        Console.WriteLine($"{path}: sources are in {Path.Combine(app, Sources)}");
        return ExitCodes.Success;
    }
}
