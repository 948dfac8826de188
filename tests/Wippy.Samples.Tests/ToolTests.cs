using System.Diagnostics;

namespace Wippy.Samples.Tests;

/// <summary><c>wippy</c> as a .NET tool: packed, installed from the packed file alone, run.</summary>
public sealed class ToolTests : IDisposable
{
    private static readonly string Configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar))!);

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Pack_InstalledFromTheFile_RunsASample()
    {
        _folder.With("nuget.config", """
            <configuration>
              <packageSources><clear /><add key="packed" value="packed" /></packageSources>
            </configuration>
            """);

        await RunAsync("dotnet", "pack", "Wippy.TerminalHost", "--no-build", "-c", Configuration, "-v", "q", "-nologo", "-o", In("packed"));
        await RunAsync("dotnet", "tool", "install", "wippy", "--tool-path", In("tools"), "--configfile", In("nuget.config"));
        var output = await RunAsync(In("tools", "wippy"), "run", "samples/01-hello", "hello");

        Assert.Equal(File.ReadAllText(Repository.PathOf("samples/01-hello/expected.txt")), output);
    }

    public void Dispose() => _folder.Dispose();

    private string In(params string[] names) => Path.Combine([_folder.Path, .. names]);

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        // A package of an earlier run must not be found in the user's cache; nor may a build server stay behind.
        start.Environment["NUGET_PACKAGES"] = program == "dotnet" && arguments[0] == "tool" ? In("cache") : Environment.GetEnvironmentVariable("NUGET_PACKAGES");
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}{await errors}");
        return await output;
    }
}
