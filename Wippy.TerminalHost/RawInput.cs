using System.ComponentModel;
using System.Diagnostics;
using Wippy.Shared.Errors;

namespace Wippy.TerminalHost;

/// <summary>
/// Raw input of the terminal that is standard input: each key arrives as it is typed, unseen and without a meaning of its own. It is set with
/// the program <c>stty</c>, which every Unix has; what was set before comes back, also when this operating-system process ends first. Any thread.
/// </summary>
internal static class RawInput
{
    private static readonly Lock Guard = new();
    private static string? s_before;   // what stty said before; null while input is not raw

    static RawInput() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => Set(false);

    /// <returns>Null, or why it cannot be done.</returns>
    public static Error? Set(bool isRaw)
    {
        lock (Guard)
        {
            if (isRaw == (s_before is not null)) return null;
            if (Console.IsInputRedirected || OperatingSystem.IsWindows()) return new Error(ErrorKind.Unavailable, "standard input is no terminal that has raw input");
            try
            {
                var before = isRaw ? Run("-g") : null;
                Run(isRaw ? ["raw", "-echo"] : [s_before!]);
                s_before = before;
                return null;
            }
            catch (Exception failure) when (failure is Win32Exception or InvalidOperationException)
            {
                return new Error(ErrorKind.Unavailable, $"the terminal cannot be set with stty: {failure.Message}");
            }
        }
    }

    // Standard input is the terminal it is about.
    private static string Run(params string[] arguments)
    {
        using var stty = Process.Start(new ProcessStartInfo("stty", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = stty.StandardOutput.ReadToEnd().Trim();
        var problem = stty.StandardError.ReadToEnd().Trim();
        stty.WaitForExit();
        return stty.ExitCode == 0 ? output : throw new InvalidOperationException(problem);
    }
}
