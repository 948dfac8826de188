using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Wippy.Samples.Tests;

/// <summary>How a run of <c>wippy</c> ended.</summary>
internal sealed record WippyResult(int ExitCode, string Output, string Errors);

/// <summary>The command <c>wippy</c> as an operating-system process, started in the root of the repository.</summary>
internal sealed class WippyProcess : IDisposable
{
    // A safety net against a program that hangs; the runs themselves take about a second.
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _safety = new(Safety);
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private WippyProcess(Process process)
    {
        _process = process;
        _process.StandardInput.Close();
    }

    public static WippyProcess Start(params string[] arguments) => new(Process.Start(
        new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "wippy.exe" : "wippy"), arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<WippyResult> RunAsync(params string[] arguments)
    {
        using var wippy = Start(arguments);
        return await wippy.ExitAsync();
    }

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

    private async Task ReadUntilAsync(StreamReader reader, StringBuilder read, string text)
    {
        while (await reader.ReadLineAsync(_safety.Token) is { } line)
        {
            read.Append(line).Append('\n');
            if (line.Contains(text, StringComparison.Ordinal)) return;
        }
        Assert.Fail($"wippy ended without printing '{text}':\n{read}");
    }
}
