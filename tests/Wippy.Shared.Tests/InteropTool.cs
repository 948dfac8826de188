using System.ComponentModel;
using System.Diagnostics;

namespace Wippy.Shared.Tests;

/// <summary>
/// Programs of others that some tests compare us with. On a machine that has only the .NET SDK those tests are skipped and say
/// why; where the variable <c>CI</c> is set a missing tool makes them fail, so that no gate passes without them.
/// </summary>
internal static class InteropTool
{
    public const string Python = "python3-msgpack";
    public const string Npm = "npm";

    private static readonly Lazy<bool> HasPython = new(() => Runs("/usr/bin/python3", "-c", "import msgpack"));
    private static readonly Lazy<bool> HasNpm = new(() => Runs("npm", "--version"));

    /// <summary>Why a test that needs the tool is skipped here; null when it runs.</summary>
    public static string? SkipReason(string tool)
    {
        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 } || (tool == Python ? HasPython : HasNpm).Value) return null;
        return $"needs {tool} (Debian: apt-get install {tool})";
    }

    private static bool Runs(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>A fact that needs a program of others.</summary>
internal sealed class InteropFactAttribute : FactAttribute
{
    public InteropFactAttribute(string tool) => Skip = InteropTool.SkipReason(tool);
}

/// <summary>A theory that needs a program of others.</summary>
internal sealed class InteropTheoryAttribute : TheoryAttribute
{
    public InteropTheoryAttribute(string tool) => Skip = InteropTool.SkipReason(tool);
}
