using System.Diagnostics;
using System.Globalization;

namespace Wippy.LocalHosting;

/// <summary>
/// Makes sure that no process outlives the AppHost, however it ends, and asks processes to end.
///
/// One <c>sh</c> beside the AppHost reads commands from a pipe whose other end only the AppHost holds. When the AppHost is
/// gone, also after SIGKILL, the kernel closes the pipe, the loop ends and the shell kills what it was told to watch. That
/// needs nothing but POSIX, works for programs that know nothing of us, and needs no polling. A process that leads a group of its
/// own (<see cref="ChildProcess"/>) takes its children along. (PR_SET_PDEATHSIG is Linux only and fires when the forking *thread* ends.)
/// Limit: a program that was started a moment before the AppHost's death, before our word to the shell, is not seen; our services
/// then see it themselves (ServiceDefaults). On Windows there is no such shell: services watch the AppHost, other programs stay,
/// and asking to end means ending.
/// </summary>
internal sealed class ProcessGuard : IDisposable
{
    // A Ctrl+C or a closed terminal reaches the whole foreground group, and the output of the AppHost may end with it: the guard has to outlast both.
    private const string Script = """
        trap '' INT HUP TERM QUIT
        exec >/dev/null 2>&1
        pids=' '
        while read -r verb pid; do
          case $verb in
            watch) pids="$pids$pid " ;;
            forget) pids="${pids%% $pid *} ${pids#* $pid }"; kill -KILL "-$pid" ;;
            term) kill -TERM "$pid" ;;
          esac
        done
        for pid in $pids; do kill -KILL "-$pid" || kill -KILL "$pid"; done
        """;

    private readonly Lock _lock = new();
    private Process? _shell;
    private bool _disposed;

    /// <summary>Kill this process when the AppHost is gone.</summary>
    public void Watch(Process process) => Tell("watch", process);

    /// <summary>The process has ended: what it left behind in its group ends, too. (Call at once: its number may soon be another's.)</summary>
    public void Forget(Process process) => Tell("forget", process);

    /// <summary>Asks the process to end.</summary>
    public void Terminate(Process process)
    {
        if (OperatingSystem.IsWindows())
            process.Kill(entireProcessTree: true);
        else
            Tell("term", process);
    }

    /// <summary>Ends the guard. Call it when every process has ended: those still watched are killed.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _shell?.StandardInput.Dispose();
            _shell?.Dispose();
        }
    }

    private void Tell(string verb, Process process)
    {
        if (OperatingSystem.IsWindows())
            return;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _shell ??= Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script]) { RedirectStandardInput = true })!;
            try
            {
                _shell.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verb} {process.Id}"));
                _shell.StandardInput.Flush();
            }
            catch (IOException)
            {
                // Somebody ended the shell. What it would have killed then dies of its own watch or stays; the stop's grace still ends it.
            }
        }
    }
}
