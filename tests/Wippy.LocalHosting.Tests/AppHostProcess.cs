using System.Diagnostics;
using System.Threading.Channels;

namespace Wippy.LocalHosting.Tests;

/// <summary>The test AppHost as an operating-system process of its own, seen from its console.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private AppHostProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, data) =>
        {
            if (data.Data is { } line)
                _lines.Writer.TryWrite(line);
            else
                _lines.Writer.Complete();
        };
        _process.BeginOutputReadLine();
    }

    /// <summary>Every line so far.</summary>
    public List<string> Output { get; } = [];

    public static AppHostProcess Start(params string[] args)
    {
        var assembly = Path.Combine(AppContext.BaseDirectory, "Wippy.LocalHosting.TestAppHost.dll");
        var start = new ProcessStartInfo("dotnet", [assembly, "--no-dashboard", .. args]) { RedirectStandardOutput = true };
        // As from the AppHost's own launch profile.
        start.Environment["ASPNETCORE_URLS"] = "http://localhost:15000";
        return new AppHostProcess(Process.Start(start)!);
    }

    /// <summary>Reads on until a line contains the text.</summary>
    public async Task<string> LineAsync(string text)
    {
        using var safety = new CancellationTokenSource(TestApplication.Safety);
        await foreach (var line in _lines.Reader.ReadAllAsync(safety.Token))
        {
            Output.Add(line);
            if (line.Contains(text))
                return line;
        }
        throw new InvalidOperationException($"The AppHost ended without printing '{text}':\n{string.Join('\n', Output)}");
    }

    /// <summary>Reads on until resources have printed their process ids.</summary>
    public async Task<Process[]> ChildrenAsync(int count)
    {
        var children = new Process[count];
        for (var i = 0; i < count; i++)
            children[i] = Process.GetProcessById(int.Parse((await LineAsync("| pid ")).Split(' ')[^1]));
        return children;
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("/bin/kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Reads the rest of the output.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync()
    {
        using var safety = new CancellationTokenSource(TestApplication.Safety);
        await foreach (var line in _lines.Reader.ReadAllAsync(safety.Token))
            Output.Add(line);
        await _process.WaitForExitAsync(safety.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
