using System.Diagnostics;
using Aspire.Hosting;

namespace Wippy.LocalHosting;

/// <summary>One operating-system process of a replica: its output, its end.</summary>
internal sealed class ChildProcess : IRunningProcess
{
    /// <summary>
    /// Puts a program into a session of its own, where there is such a command (Linux): Ctrl+C in a terminal goes to every process
    /// of the foreground group, but only the AppHost decides who stops when. The command replaces itself, so the process id is the
    /// program's. (A shell with <c>trap '' INT</c> would be everywhere, but dash drops variables like <c>services__my-app__http__0</c>.) Without it
    /// Ctrl+C reaches all processes at once: they still stop, in an order of their own.
    /// </summary>
    private static readonly string? NewSession = OperatingSystem.IsWindows() ? null : Find("setsid", "/");

    /// <summary>How long output is awaited after the end: a grandchild may hold the pipes open.</summary>
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly ProcessGuard _guard;

    private ChildProcess(Process process, ProcessGuard guard, Action<string, bool> line, TimeProvider time)
    {
        _process = process;
        _guard = guard;
        Id = process.Id;
        Exit = RunAsync(line, time);
    }

    /// <inheritdoc/>
    public int Id { get; }

    /// <summary>Completes with the exit code when the process has ended and its output has been read; 128 + number after a signal.</summary>
    public Task<int> Exit { get; }

    /// <summary>Starts the program.</summary>
    /// <param name="launch">What to run.</param>
    /// <param name="guard">Ends it with the AppHost.</param>
    /// <param name="line">Receives each line of output; true = from the error stream. Called from two threads.</param>
    /// <param name="time">For the wait for output.</param>
    /// <exception cref="DistributedApplicationException">There is no such program or folder.</exception>
    public static ChildProcess Start(Launch launch, ProcessGuard guard, Action<string, bool> line, TimeProvider time)
    {
        var program = launch.FindProgram();
        var start = NewSession is null
            ? new ProcessStartInfo(program, launch.Arguments)
            : new ProcessStartInfo(NewSession, [program, .. launch.Arguments]);
        start.WorkingDirectory = launch.WorkingDirectory;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        foreach (var variable in Launch.NotInherited)
            start.Environment.Remove(variable);
        foreach (var (variable, value) in launch.Environment)
            start.Environment[variable] = value;

        var process = Process.Start(start)!;
        guard.Watch(process);
        process.StandardInput.Close();
        return new ChildProcess(process, guard, line, time);
    }

    /// <inheritdoc/>
    public void Terminate()
    {
        if (!_process.HasExited)
            _guard.Terminate(_process);
    }

    /// <inheritdoc/>
    public void Kill() => _process.Kill(entireProcessTree: true);

    public void Dispose() => _process.Dispose();

    private async Task<int> RunAsync(Action<string, bool> line, TimeProvider time)
    {
        var output = Task.WhenAll(ReadAsync(_process.StandardOutput, isError: false), ReadAsync(_process.StandardError, isError: true));
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _guard.Forget(_process);
        using var enough = new CancellationTokenSource();
        await Task.WhenAny(output, Task.Delay(OutputGrace, time, enough.Token)).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        return _process.ExitCode;

        async Task ReadAsync(StreamReader reader, bool isError)
        {
            try
            {
                while (await reader.ReadLineAsync().ConfigureAwait(false) is { } text)
                    line(text, isError);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Closed with the process.
            }
        }
    }

    /// <summary>The path of a program: itself relative to the working directory, or its name looked up in <c>PATH</c>; null when there is none.</summary>
    public static string? Find(string command, string workingDirectory)
    {
        if (Path.IsPathRooted(command) || command.Contains('/') || command.Contains(Path.DirectorySeparatorChar))
            return ExistingProgram(Path.GetFullPath(command, workingDirectory));
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Select(folder => ExistingProgram(Path.Combine(folder, command))).FirstOrDefault(path => path is not null);
    }

    private static string? ExistingProgram(string path) =>
        File.Exists(path) ? path
        : OperatingSystem.IsWindows() && File.Exists(path + ".exe") ? path + ".exe"
        : null;
}
