using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Processes;

/// <summary>The live processes of one node by number. Numbers are never used twice in one run. Any thread.</summary>
internal sealed class ProcessTable
{
    private readonly ConcurrentDictionary<ulong, Process> _processes = new();
    private ulong _lastNumber;

    /// <summary>How many live now.</summary>
    public int Count => _processes.Count;

    /// <summary>How many there have been.</summary>
    public long Spawned => (long)Volatile.Read(ref _lastNumber);

    /// <summary>All of them; a moving snapshot.</summary>
    public IEnumerable<Process> All => _processes.Values;

    /// <summary>A number nobody had before.</summary>
    public ulong NextNumber() => Interlocked.Increment(ref _lastNumber);

    public void Add(Process process) => _processes[process.Pid.Number] = process;

    public void Remove(Process process) => _processes.TryRemove(process.Pid.Number, out _);

    /// <summary>The live process with this PID.</summary>
    public bool TryGet(in Pid pid, [NotNullWhen(true)] out Process? process)
    {
        if (_processes.TryGetValue(pid.Number, out process) && process.Pid == pid) return true;
        process = null;   // another node's process may have the same number
        return false;
    }

    /// <summary>The live process with this number, whatever the rest of its PID.</summary>
    public bool TryGet(ulong number, [NotNullWhen(true)] out Process? process) => _processes.TryGetValue(number, out process);
}
