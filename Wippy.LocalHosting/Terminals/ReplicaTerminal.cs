using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Wippy.LocalHosting;

/// <summary>
/// The terminal of one replica, through all its runs: a program of the bundle between two sockets. At one of them DCP brings the
/// terminal of the run, at the other one the dashboard comes for people. It keeps the screen for whoever comes later.
/// </summary>
internal sealed class ReplicaTerminal : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly ChildProcess _host;

    private ReplicaTerminal(ChildProcess host, TerminalAnnotation size, string path)
    {
        _host = host;
        Size = size;
        ProducerSocket = path + ".p";
        ConsumerSocket = path + ".c";
    }

    /// <summary>Its size as it begins.</summary>
    public TerminalAnnotation Size { get; }

    /// <summary>Where DCP brings the terminal of a run.</summary>
    public string ProducerSocket { get; }

    /// <summary>Where the dashboard comes.</summary>
    public string ConsumerSocket { get; }

    /// <summary>Starts its program and waits until it listens.</summary>
    /// <param name="program">Of the bundle.</param>
    /// <param name="path">Of the sockets, without their endings. Short: the path of a socket has at most 107 bytes.</param>
    /// <param name="size">As it begins.</param>
    /// <param name="guard">Ends it with the AppHost.</param>
    /// <param name="time">For waiting.</param>
    /// <param name="cancellationToken">Ends the wait, and the program.</param>
    /// <exception cref="DistributedApplicationException">It does not listen.</exception>
    public static async Task<ReplicaTerminal> StartAsync(
        string program, string path, TerminalAnnotation size, ProcessGuard guard, TimeProvider time, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "terminalhost", "--producer-uds", path + ".p", "--consumer-uds", path + ".c", "--control-uds", path + ".x",
            "--columns", size.Columns.ToString(CultureInfo.InvariantCulture), "--rows", size.Rows.ToString(CultureInfo.InvariantCulture),
        ];
        var environment = new Dictionary<string, string> { ["ASPIRE_TERMINAL_HOST_PARENT_PID"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture) };
        var host = ChildProcess.Start(new Launch(program, arguments, Path.GetDirectoryName(path)!, environment), guard, static (_, _) => { }, time);
        var terminal = new ReplicaTerminal(host, size, path);
        try
        {
            var began = time.GetTimestamp();
            while (!File.Exists(terminal.ProducerSocket) || !File.Exists(terminal.ConsumerSocket))
            {
                if (host.Exit.IsCompleted || time.GetElapsedTime(began) > StartLimit)
                    throw new DistributedApplicationException($"'{Path.GetFileName(program)} terminalhost' does not listen at {path}.");
                await Task.Delay(LookInterval, time, cancellationToken).ConfigureAwait(false);
            }
            return terminal;
        }
        catch
        {
            terminal.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _host.Kill();
        _host.Dispose();
    }
}
