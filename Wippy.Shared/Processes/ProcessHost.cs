using System.Text;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Registry;
using Wippy.Shared.Scheduling;
using Wippy.Shared.Security;

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
    private Rules? _rules;   // made of what the registry last said; any thread
    private int _count;
    private volatile HostState _state;
    private long _preemptions;
    private volatile HostSpec _spec;
    private volatile MailboxLimits _mailboxLimits;
    private readonly MailboxBudget _mailboxes;

    public ProcessHost(Node node, HostSpec spec, IScheduler scheduler)
        : this(node, spec, scheduler, spec.Id.ToString())
    {
    }

    private ProcessHost(Node node, HostSpec spec, IScheduler scheduler, string name)
    {
        Node = node;
        _spec = spec;
        _zone = spec.Zone;
        Scheduler = scheduler;
        Name = name;
        NameUtf8 = Encoding.UTF8.GetBytes(name);
        _mailboxes = new MailboxBudget(spec.Limits.MailboxBytes ?? MailboxBudget.DefaultBytes);
        _mailboxLimits = LimitsOf(spec);
        TimeSlice = InterruptAfter = spec.Limits.TimeSlice ?? TimeSpan.FromMilliseconds(10);
    }

    /// <summary>
    /// Makes the host of a function pool: its calls run on the workers, in the zone and under the limits of this one, and
    /// have PIDs with a name of their own. No entry declares it, so nothing can be spawned on it by name.
    /// </summary>
    /// <param name="name">As it stands in PIDs.</param>
    public ProcessHost ForFunctions(string name) => new(Node, Spec, Scheduler, name) { Caller = this, TimeSlice = TimeSlice, InterruptAfter = InterruptAfter };

    /// <summary>For the host of a function pool: the host from which the function is called. Else null.</summary>
    public ProcessHost? Caller { get; private init; }

    /// <summary>The node it lives on.</summary>
    public Node Node { get; }

    /// <summary>What its entry declares now. Limits hold from the next spawn on; threads, queues and the time slice stay as they were made.</summary>
    public HostSpec Spec
    {
        get => Caller?.Spec ?? _spec;
        set
        {
            _spec = value;
            _mailboxLimits = LimitsOf(value);
        }
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
    public MailboxLimits MailboxLimits => Caller?.MailboxLimits ?? _mailboxLimits;

    /// <summary>Memory of one user-zone process, in bytes. Trusted zones have no limit.</summary>
    public const long UserMemoryLimit = 64L << 20;

    private static readonly TimeSpan UserStallLimit = TimeSpan.FromSeconds(1);

    /// <summary>Bytes of memory the program of one process may use.</summary>
    public long MemoryLimit => Spec.Limits.MemoryBytes ?? (Zone == Zone.User ? UserMemoryLimit : long.MaxValue);

    /// <summary>How long a process may run before others get their turn. Zero or more, default 10 ms.</summary>
    public TimeSpan TimeSlice { get; init; }

    /// <summary>
    /// How long a step may last until another thread interrupts it: as long as the spec says for the time slice. Longer where interruptions have to come at the same places in every run.
    /// </summary>
    public TimeSpan InterruptAfter { get; init; }

    /// <summary>How long its processes wait until they hibernate. Default 10 s; zero for never.</summary>
    public TimeSpan HibernateAfter => Spec.Limits.HibernateAfter ?? TimeSpan.FromSeconds(10);

    /// <summary>How a program is interrupted that has run for that long. Default: by a hook in the user zone, where no memory is written behind the back of code that nobody trusts.</summary>
    public Preemption Preemption => Spec.Limits.Preemption ?? (Zone == Zone.User ? Preemption.Hook : Preemption.Monitor);

    /// <summary>
    /// How long a process may run in places where it cannot be suspended, such as a metamethod called from a C function: its
    /// worker serves nobody meanwhile. User zone 1 s; trusted zones have no limit.
    /// </summary>
    public TimeSpan StallLimit => Zone == Zone.User ? UserStallLimit : Timeout.InfiniteTimeSpan;

    public HostState State => _state;

    /// <summary>Steps that ended because their time was up. Any thread.</summary>
    public long Preemptions => Interlocked.Read(ref _preemptions);

    /// <summary>Notes one. Any thread.</summary>
    public void Preempted() => Interlocked.Increment(ref (Caller ?? this)._preemptions);

    /// <summary>
    /// The policies that its processes are subject to, besides their own; null when it declares none. Names that the registry has lost
    /// refuse everything: a rule that is gone must not be a door.
    /// </summary>
    public Scope? Scope => CurrentRules?.Scope;

    /// <summary>Another object whenever the policies of the registry or the rules of this host have changed: what was decided before may be wrong.</summary>
    public object PolicyVersion => Spec.Rules is null ? Node.Policies : (object?)CurrentRules ?? Node.Policies;

    /// <summary>Why a program may not run here because of a module it uses; null if it may.</summary>
    public Error? RefusesModulesOf(IProgram program)
    {
        if (Node.Policies.Modules.Of(Zone) is { } ofZone && program.FirstModuleNotIn(ofZone) is var (user, refused))
        {
            return new Error(ErrorKind.PermissionDenied, $"{user} uses module '{refused}', which zone {Zone.ToText()} does not grant");
        }
        return Spec.Modules is { } granted && program.FirstModuleNotIn(granted) is var (entry, module)
            ? new Error(ErrorKind.PermissionDenied, $"{entry} uses module '{module}', which host {Spec.Id} (zone {Zone.ToText()}) does not grant")
            : null;
    }

    /// <summary>Its console; null on every host but a terminal host.</summary>
    public ITerminal? Terminal { get; init; }

    /// <summary>Processes on it now, those being started and the calls of functions included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The processes on it, the calls of functions included; a moving snapshot.</summary>
    public IEnumerable<Process> Processes => Node.Processes.All.Where(process => (process.Host.Caller ?? process.Host) == this);

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
        if (HandlerHosts.TryZone(Spec.Id, out _))
        {
            CallFunction(request);
            return;
        }
        if (Spec.Id.Namespace == HostSpec.InternalNamespace)
        {
            // The supervisor runs there: what keeps its only worker busy would keep all services from being watched.
            Refuse(request, ProcessErrors.HostNotFound);
            return;
        }
        if (Node.Programs.Find(request.Entry, out var error) is { } program) SpawnProgram(program, request, sender);
        else Refuse(request, error!);
    }

    /// <summary>As <see cref="Spawn"/>, for a program that no entry declares.</summary>
    public void SpawnProgram(IProgram program, SpawnRequest request, Process? sender = null)
    {
        if ((RefusesModulesOf(program) ?? TryAdmit()) is { } error)
        {
            Refuse(request, error);
            return;
        }
        var process = new Process(new Pid(Node.Name, Name, Node.Processes.NextNumber()), this, program, request);
        Node.Processes.Add(process);
        if (request.Name is not null)
        {
            Claim(process, request);
            return;
        }
        if (sender?.Host.Zone != Zone)
        {
            // At the back, except by a supervisor that runs on this host's worker: then what it starts comes next, and no other has to wake up for it.
            Scheduler.Schedule(process);
            return;
        }
        if (t_isInitialising)
        {
            Scheduler.ScheduleLast(process);
            return;
        }
        t_isInitialising = true;
        if (process.Run() == StepResult.Continue) Scheduler.ScheduleLast(process);
        t_isInitialising = false;
    }

    /// <summary>
    /// Starts a call on the host of a function pool: it is the next that this worker runs. The outcome comes with the
    /// request's callbacks. Also while the host stops, because processes may need functions to end in order.
    /// </summary>
    /// <returns>Null when refused.</returns>
    public Process? SpawnCall(IProgram program, SpawnRequest request)
    {
        if ((RefusesModulesOf(program) ?? Caller!.TryAdmit(HostState.Stopping)) is { } error)
        {
            Refuse(request, error);
            return null;
        }
        var process = new Process(new Pid(Node.Name, Name, Node.Processes.NextNumber()), this, program, request);
        Node.Processes.Add(process);
        Scheduler.Schedule(process);
        return process;
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

    // The process runs only if the name is its own; else it never was.
    private void Claim(Process process, SpawnRequest request)
    {
        var name = request.Name!;
        Node.Names.Register(name, process.Pid, new NameCaller(process.Pid, Zone), error =>
        {
            if (error is null)
            {
                process.HasNames = true;
                Scheduler.ScheduleLast(process);
                return;
            }
            var owner = Pid.None;
            if (error.Kind == ErrorKind.AlreadyExists && !Node.Names.TryLookup(name, out owner))
            {
                Claim(process, request);   // the owner has ended meanwhile
                return;
            }
            process.Discard(error);
            request.Reply(owner, error);
        });
    }

    // Of the runtime alone, here or on another node.
    private void CallFunction(SpawnRequest request)
    {
        if (!request.Parent.IsNone)
        {
            Refuse(request, ProcessErrors.NotAHost);
            return;
        }
        var isAnswered = 0;
        Node.Functions!.Call(new FunctionRequest
        {
            Function = request.Entry,
            Host = this,
            Arguments = request.Arguments,
            Security = request.Security,
            Context = request.Context,
            Trace = request.Trace,
            Started = pid =>
            {
                if (Interlocked.Exchange(ref isAnswered, 1) == 0) request.Reply(pid, null);
            },
            Ended = result =>
            {
                if (Interlocked.Exchange(ref isAnswered, 1) == 0) request.Reply(Pid.None, result.Error);
                else request.Ended?.Invoke(result);
            },
        });
    }

    // The program is initialised: relations first, so that no end can be missed, then the parent learns the PID.
    internal void Started(Process process, SpawnRequest request)
    {
        Node.Router.Relate(process, request);
        foreach (var (topic, payload) in request.Messages) Node.Router.Deliver(process.Pid, Message.Create(Pid.None, topic, payload.Span));
        request.Reply(process.Pid, null);
    }

    internal void Ended(Process process, ExitResult result)
    {
        (Caller ?? this).Leave();
        Node.ProcessEnded(process, result);
    }

    private static void Refuse(SpawnRequest request, Error error)
    {
        request.Arguments.Return();
        request.Reply(Pid.None, error);
    }

    private Error? TryAdmit(HostState last = HostState.Running)
    {
        // Counted before the state is looked at: a stop either is seen here or waits for this process.
        var count = Interlocked.Increment(ref _count);
        Error? error = null;
        if (_state < HostState.Running || _state > last) error = _state == HostState.NotRunning ? ProcessErrors.HostNotRunning : ProcessErrors.HostStopping;
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

    private Rules? CurrentRules
    {
        get
        {
            if (Spec.Rules is not { } declared) return null;
            var policies = Node.Policies;
            var rules = Volatile.Read(ref _rules);
            if (rules is not null && ReferenceEquals(rules.Policies, policies) && ReferenceEquals(rules.Declared, declared)) return rules;
            var scope = policies.TryFromBlock(declared, out var context, out _) ? context.Scope ?? Security.Scope.Empty : Security.Scope.Empty;
            rules = new Rules(policies, declared, scope);
            Volatile.Write(ref _rules, rules);
            return rules;
        }
    }

    private MailboxLimits LimitsOf(HostSpec spec) =>
        new() { MaxMessages = spec.Limits.MailboxMessages ?? MailboxLimits.DefaultMessages, Budget = _mailboxes };

    private sealed record Rules(PolicyCatalog Policies, SecurityBlock Declared, Scope Scope);
}
