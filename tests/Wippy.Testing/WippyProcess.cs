using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Wippy.Testing;

/// <summary>How a run of <c>wippy</c> ended.</summary>
internal sealed record WippyResult(int ExitCode, string Output, string Errors);

/// <summary>The command <c>wippy</c> as an operating-system process, started in the root of the repository.</summary>
internal sealed class WippyProcess : IDisposable
{
    // A safety net against a program that hangs; the runs themselves take about a second.
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(60);

    private static readonly string Executable = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "wippy.exe" : "wippy");

    private readonly CancellationTokenSource _safety = new(Safety);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private WippyProcess(Process process, string input)
    {
        _process = process;
        _process.StandardInput.Write(input);
        _process.StandardInput.Close();
    }

    /// <summary>Runs a command to its end.</summary>
    public static Task<WippyResult> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    /// <summary>Runs a command in another folder to its end.</summary>
    public static async Task<WippyResult> RunInAsync(string folder, params string[] arguments)
    {
        using var wippy = Start(Executable, arguments, folder: folder);
        return await wippy.ExitAsync();
    }

    /// <summary>Runs a command to its end, with something to read.</summary>
    public static async Task<WippyResult> RunWithInputAsync(string input, params string[] arguments)
    {
        using var wippy = Start(Executable, arguments, input);
        return await wippy.ExitAsync();
    }

    /// <summary>
    /// Starts a command that is to be interrupted. A program inherits that SIGINT is ignored, as it is for whatever a
    /// script runs in the background; on Linux <c>env</c> undoes that.
    /// </summary>
    public static WippyProcess StartInterruptible(params string[] arguments) =>
        OperatingSystem.IsLinux() ? Start("env", ["--default-signal=INT", Executable, .. arguments]) : Start(Executable, arguments);

    /// <summary>Reads standard output up to a line that contains the text.</summary>
    public Task OutputAsync(string text) => ReadUntilAsync(_process.StandardOutput, _output, text);

    /// <summary>Reads standard error up to a line that contains the text.</summary>
    public Task ErrorAsync(string text) => ReadUntilAsync(_process.StandardError, _errors, text);

    /// <summary>Does what Ctrl+C does.</summary>
    public async Task InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(_safety.Token);
    }

    /// <summary>Waits for its end.</summary>
    public async Task<WippyResult> ExitAsync()
    {
        var output = _process.StandardOutput.ReadToEndAsync(_safety.Token);
        var errors = _process.StandardError.ReadToEndAsync(_safety.Token);
        await _process.WaitForExitAsync(_safety.Token);
        return new WippyResult(_process.ExitCode, _output + await output, _errors + await errors);
    }

    /// <summary>Ends it if a test failed before it did.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
        _process.Dispose();
        _safety.Dispose();
    }

    private static WippyProcess Start(string program, string[] arguments, string input = "", string? folder = null) => new(Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = folder ?? Repository.Root,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!, input);

    private async Task ReadUntilAsync(StreamReader reader, StringBuilder read, string text)
    {
        while (await reader.ReadLineAsync(_safety.Token) is { } line)
        {
            read.Append(line).Append('\n');
            if (line.Contains(text, StringComparison.Ordinal)) return;
        }
        throw new InvalidOperationException($"wippy ended without printing '{text}':\n{read}");
    }
}
