using System.Collections.Concurrent;
using System.Text;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Registry;
using Wippy.Shared.Scheduling;

namespace Wippy.Shared.Processes;

/// <summary>A group of processes with a scheduler of their own: spawn, limits, stop. Any thread.</summary>
internal sealed class ProcessHost
{
    /// <summary>Live processes on a host that declares no limit of its own.</summary>
    public const int DefaultMaxProcesses = 1_048_576;

    private readonly ConcurrentDictionary<ulong, Process> _processes = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private volatile HostState _state;

    public ProcessHost(Node node, HostSpec spec, IScheduler scheduler)
    {
        Node = node;
        Spec = spec;
        Scheduler = scheduler;
        Name = spec.Id.ToString();
        NameUtf8 = Encoding.UTF8.GetBytes(Name);
    }

    /// <summary>The node it lives on.</summary>
    public Node Node { get; }

    /// <summary>What its entry declares.</summary>
    public HostSpec Spec { get; }

    /// <summary>Runs its processes.</summary>
    public IScheduler Scheduler { get; }

    /// <summary>Its entry id as it stands in PIDs.</summary>
    public string Name { get; }

    /// <summary>The same as UTF-8.</summary>
    public byte[] NameUtf8 { get; }

    /// <summary>Its trust level.</summary>
    public Zone Zone => Spec.Zone;

    /// <summary>What each of its mailboxes may hold.</summary>
    public MailboxLimits MailboxLimits { get; } = new();

    /// <summary>How long a process may run before others get their turn. Zero or more, default 10 ms.</summary>
    public TimeSpan TimeSlice { get; init; } = TimeSpan.FromMilliseconds(10);

    public HostState State => _state;

    /// <summary>Its console; null on every host but a terminal host.</summary>
    public ITerminal? Terminal { get; init; }

    /// <summary>Processes on it now, those being started included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The processes on it; a moving snapshot.</summary>
    public IEnumerable<Process> Processes => _processes.Values;

    /// <summary>Accepts processes from now on.</summary>
    public void Start() => _state = HostState.Running;

    /// <summary>
    /// Starts a process. It is queued when the call returns; whether its program could be initialised comes with
    /// <see cref="SpawnRequest.Reply"/>, as does any refusal. Becomes the owner of the request's arguments.
    /// </summary>
    public void Spawn(SpawnRequest request)
    {
        var error = TryAdmit(request, out var program);
        if (error is not null)
        {
            request.Arguments.Return();
            request.Reply(Pid.None, error);
            return;
        }
        var process = new Process(new Pid(Node.Name, Name, Node.Processes.NextNumber()), this, program!, request);
        _processes[process.Pid.Number] = process;
        Node.Processes.Add(process);
        Scheduler.ScheduleLast(process);
    }

    /// <summary>
    /// Stops in order: refuses new processes, asks all to end (CANCEL, <c>scheduler shutdown</c>), ends the rest by
    /// force after the time allowed.
    /// </summary>
    public async Task StopAsync(TimeSpan allowed)
    {
        _state = HostState.Stopping;
        foreach (var process in Processes)
        {
            process.Post(new Signal(SignalKind.Cancel, Pid.None, Node.Clock.GetUtcNow()) { Reason = "scheduler shutdown" });
        }
        if (!await EmptyWithin(allowed))
        {
            foreach (var process in Processes) process.End(ProcessErrors.Terminated);
            await EmptyWithin(Node.ForcedEndLimit);
        }
        _state = HostState.Stopped;
    }

    // The program is initialised: relations first, so that no end can be missed, then the parent learns the PID.
    internal void Started(Process process, SpawnRequest request)
    {
        Node.Router.Relate(process, request);
        request.Reply(process.Pid, null);
    }

    internal void Ended(Process process, ExitResult result)
    {
        _processes.TryRemove(process.Pid.Number, out _);
        Leave();
        Node.ProcessEnded(process, result);
    }

    private Error? TryAdmit(SpawnRequest request, out IProgram? program)
    {
        program = Node.Programs.Find(request.Entry, out var error);
        // Counted before the state is looked at: a stop either is seen here or waits for this process.
        var count = Interlocked.Increment(ref _count);
        if (_state != HostState.Running) error = _state == HostState.NotRunning ? ProcessErrors.HostNotRunning : ProcessErrors.HostStopping;
        else if (error is null && count > (Spec.MaxProcesses ?? DefaultMaxProcesses)) error = ProcessErrors.TooManyProcesses;
        if (error is not null) Leave();
        return error;
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _count) == 0 && _state >= HostState.Stopping) _empty.TrySetResult();
    }

    private async Task<bool> EmptyWithin(TimeSpan limit)
    {
        if (Count == 0) return true;
        try
        {
            await _empty.Task.WaitAsync(limit, Node.Clock);
            return true;
        }
        catch (TimeoutException)
        {
            return Count == 0;
        }
    }
}
