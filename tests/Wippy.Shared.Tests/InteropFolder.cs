using System.ComponentModel;
using System.Diagnostics;

namespace Wippy.Shared.Tests;

/// <summary>The folder tests/interop, where other implementations of our formats are run against ours.</summary>
internal static class InteropFolder
{
    // A safety net against a program that hangs; the runs themselves take seconds.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    /// <summary>Absolute path.</summary>
    public static string FullPath { get; } = Find();

    /// <summary>Runs a program in this folder to its end.</summary>
    /// <param name="program">Path, or a name found through PATH.</param>
    /// <param name="installation">What to do when the program or a part of it is missing; told when the run fails.</param>
    /// <param name="arguments">One by one, unquoted.</param>
    /// <param name="input">The whole standard input.</param>
    /// <returns>The standard output of a run that ended with exit code 0; any other run fails the test.</returns>
    public static async Task<string> RunAsync(string program, string installation, string[] arguments, string input = "")
    {
        var commandLine = $"{program} {string.Join(' ', arguments)}";
        using var process = Start(program, installation, arguments);
        using var deadline = new CancellationTokenSource(Timeout);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await FeedAsync(process, input, deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            if (process.ExitCode != 0)
                Assert.Fail($"{commandLine} ended with {process.ExitCode} ({installation}): {await errors}");
            return await output;
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(string program, string installation, string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = FullPath,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException($"{program} cannot be started ({installation}): {exception.Message}", exception);
        }
    }

    private static async Task FeedAsync(Process process, string input, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended before it had read everything; its exit code and its errors say why.
        }
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "tests", "interop");
            if (Directory.Exists(candidate)) return candidate;
        }
        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds tests/interop");
    }
}
