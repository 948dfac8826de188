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

    // A child that spawns while it is initialised must not nest ever deeper on one thread.
    [ThreadStatic]
    private static bool t_isInitialising;

    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Zone _zone;
    private int _count;
    private volatile HostState _state;
    private volatile HostSpec _spec;

    public ProcessHost(Node node, HostSpec spec, IScheduler scheduler)
    {
        Node = node;
        _spec = spec;
        _zone = spec.Zone;
        Scheduler = scheduler;
        Name = spec.Id.ToString();
        NameUtf8 = Encoding.UTF8.GetBytes(Name);
    }

    /// <summary>The node it lives on.</summary>
    public Node Node { get; }

    /// <summary>What its entry declares now. Limits hold from the next spawn on; threads and queues stay as they were made.</summary>
    public HostSpec Spec
    {
        get => _spec;
        set => _spec = value;
    }

    /// <summary>Runs its processes.</summary>
    public IScheduler Scheduler { get; }

    /// <summary>Its entry id as it stands in PIDs.</summary>
    public string Name { get; }

    /// <summary>The same as UTF-8.</summary>
    public byte[] NameUtf8 { get; }

    /// <summary>Its trust level.</summary>
    public Zone Zone => _zone;

    /// <summary>What each of its mailboxes may hold.</summary>
    public MailboxLimits MailboxLimits { get; } = new();

    /// <summary>Memory of one user-zone process, in bytes. Trusted zones have no limit.</summary>
    public const long UserMemoryLimit = 64L << 20;

    private static readonly TimeSpan UserStallLimit = TimeSpan.FromSeconds(1);

    /// <summary>Bytes of memory the program of one process may use.</summary>
    public long MemoryLimit => Zone == Zone.User ? UserMemoryLimit : long.MaxValue;

    /// <summary>How long a process may run before others get their turn. Zero or more, default 10 ms.</summary>
    public TimeSpan TimeSlice { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// How long a process may run in places where it cannot be suspended, such as a metamethod called from a C function: its
    /// worker serves nobody meanwhile. User zone 1 s; trusted zones have no limit.
    /// </summary>
    public TimeSpan StallLimit => Zone == Zone.User ? UserStallLimit : Timeout.InfiniteTimeSpan;

    public HostState State => _state;

    /// <summary>Its console; null on every host but a terminal host.</summary>
    public ITerminal? Terminal { get; init; }

    /// <summary>Processes on it now, those being started included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The processes on it; a moving snapshot.</summary>
    public IEnumerable<Process> Processes => Node.Processes.All.Where(process => process.Host == this);

    /// <summary>Accepts processes from now on.</summary>
    public void Start() => _state = HostState.Running;

    /// <summary>
    /// Starts a process. It is queued when the call returns; whether its program could be initialised comes with
    /// <see cref="SpawnRequest.Reply"/>, as does any refusal. Becomes the owner of the request's arguments.
    /// </summary>
    /// <param name="request">What to start.</param>
    /// <param name="sender">
    /// Who spawns, if it runs now on this thread. A child of the same zone is then initialised on this thread, for at most a
    /// time slice, which spares two changes of thread; less trusted code never runs on a more trusted host's thread.
    /// </param>
    public void Spawn(SpawnRequest request, Process? sender = null)
    {
        if (Node.Programs.Find(request.Entry, out var error) is { } program) SpawnProgram(program, request, sender);
        else Refuse(request, error!);
    }

    /// <summary>As <see cref="Spawn"/>, for a program that no entry declares.</summary>
    public void SpawnProgram(IProgram program, SpawnRequest request, Process? sender = null)
    {
        if (TryAdmit() is { } error)
        {
            Refuse(request, error);
            return;
        }
        var process = new Process(new Pid(Node.Name, Name, Node.Processes.NextNumber()), this, program, request);
        Node.Processes.Add(process);
        if (t_isInitialising || sender?.Host.Zone != Zone)
        {
            Scheduler.ScheduleLast(process);
            return;
        }
        t_isInitialising = true;
        if (process.Run() == StepResult.Continue) Scheduler.ScheduleLast(process);
        t_isInitialising = false;
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
        Leave();
        Node.ProcessEnded(process, result);
    }

    private static void Refuse(SpawnRequest request, Error error)
    {
        request.Arguments.Return();
        request.Reply(Pid.None, error);
    }

    private Error? TryAdmit()
    {
        // Counted before the state is looked at: a stop either is seen here or waits for this process.
        var count = Interlocked.Increment(ref _count);
        Error? error = null;
        if (_state != HostState.Running) error = _state == HostState.NotRunning ? ProcessErrors.HostNotRunning : ProcessErrors.HostStopping;
        else if (count > (Spec.MaxProcesses ?? DefaultMaxProcesses)) error = ProcessErrors.TooManyProcesses;
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
