using System.Diagnostics;
using System.Text.Json.Nodes;
using Aspire.Hosting;

namespace Wippy.LocalHosting;

/// <summary>A process on a terminal: DCP is its parent, so its end is asked for; what it prints is on its terminal and nowhere else.</summary>
internal sealed class TerminalProcess : IRunningProcess
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly Dcp _dcp;
    private readonly string _name;
    private readonly Process? _process;
    private readonly ProcessGuard _guard;
    private readonly TimeProvider _time;

    private TerminalProcess(Dcp dcp, string name, int pid, ProcessGuard guard, TimeProvider time)
    {
        (_dcp, _name, _guard, _time) = (dcp, name, guard, time);
        Id = pid;
        try
        {
            _process = Process.GetProcessById(pid);
            guard.Watch(_process);
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }
        Exit = Task.Run(ExitAsync);
    }

    /// <inheritdoc/>
    public int Id { get; }

    /// <summary>Completes with the exit code when the process has ended; -1 after a signal.</summary>
    public Task<int> Exit { get; }

    /// <summary>Starts the program.</summary>
    /// <param name="dcp">Runs it.</param>
    /// <param name="name">Of this run; new in this AppHost.</param>
    /// <param name="launch">What to run.</param>
    /// <param name="terminal">On which terminal.</param>
    /// <param name="guard">Ends it with the AppHost.</param>
    /// <param name="time">For waiting.</param>
    /// <exception cref="DistributedApplicationException">It cannot be started.</exception>
    public static async Task<TerminalProcess> StartAsync(Dcp dcp, string name, Launch launch, ReplicaTerminal terminal, ProcessGuard guard, TimeProvider time)
    {
        // Not cancelled half-way: a process that nobody knows of would stay.
        await dcp.RunAsync(name, Specification(launch, terminal), CancellationToken.None).ConfigureAwait(false);
        var status = await dcp.StatusAsync(name, CancellationToken.None).ConfigureAwait(false);
        while (status.IsPending)
        {
            await Task.Delay(LookInterval, time).ConfigureAwait(false);
            status = await dcp.StatusAsync(name, CancellationToken.None).ConfigureAwait(false);
        }
        return status.Pid is { } pid
            ? new TerminalProcess(dcp, name, pid, guard, time)
            : throw new DistributedApplicationException($"'{launch.Command}' could not be started on a terminal: {status.State}.");
    }

    /// <inheritdoc/>
    public void Terminate()
    {
        if (!Exit.IsCompleted && _process is not null)
            _guard.Terminate(_process);
    }

    /// <inheritdoc/>
    public void Kill()
    {
        if (!Exit.IsCompleted)
            _process?.Kill(entireProcessTree: true);
    }

    /// <inheritdoc/>
    public void Dispose() => _process?.Dispose();

    private async Task<int> ExitAsync()
    {
        try
        {
            DcpStatus status;
            while ((status = await _dcp.StatusAsync(_name, CancellationToken.None).ConfigureAwait(false)).IsRunning)
                await Task.Delay(LookInterval, _time).ConfigureAwait(false);
            return status.ExitCode ?? -1;
        }
        catch (HttpRequestException)
        {
            // Without DCP it has no terminal any more.
            _process?.Kill(entireProcessTree: true);
            return -1;
        }
        finally
        {
            if (_process is not null)
                _guard.Forget(_process);
        }
    }

    private static JsonObject Specification(Launch launch, ReplicaTerminal terminal) => new()
    {
        ["executablePath"] = launch.FindProgram(),
        ["executionType"] = "Process",
        ["workingDirectory"] = launch.WorkingDirectory,
        ["args"] = new JsonArray([.. launch.Arguments.Select(argument => (JsonNode)Literal(argument))]),
        ["env"] = new JsonArray([.. launch.Environment.Select(variable => new JsonObject { ["name"] = variable.Key, ["value"] = Literal(variable.Value) })]),
        ["terminal"] = new JsonObject
        {
            ["udsPath"] = terminal.ProducerSocket,
            ["socketMode"] = "connect",
            ["cols"] = terminal.Size.Columns,
            ["rows"] = terminal.Size.Rows,
        },
    };

    /// <summary>DCP takes arguments and values for templates.</summary>
    private static string Literal(string text) => text.Replace("{{", "{{ \"{{\" }}", StringComparison.Ordinal);
}
