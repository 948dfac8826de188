using Polly;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Supervision;

/// <summary>What a service asks of its supervisor. All answers come as calls of the service's own methods, later.</summary>
internal interface IServiceActions
{
    TimeProvider Clock { get; }

    /// <summary>See <see cref="RestartPolicy.Pipeline"/>.</summary>
    ResiliencePipeline<NextRun?> Restarts { get; }

    /// <summary>From 0 to 1, uniform.</summary>
    double NextRandom();

    /// <summary>Begins a run; answers with <see cref="Service.Spawned"/>, then, at its end, with one of <see cref="Service.Ended(Pid, Error?)"/>.</summary>
    void Spawn(Service service, int attempt);

    /// <summary>Asks a run to end.</summary>
    void Cancel(Service service, int attempt, Pid pid);

    /// <summary>Ends a process.</summary>
    void Terminate(Pid pid);

    /// <summary>Calls back after some time.</summary>
    /// <returns>What gives that up; it may be too late.</returns>
    Action After(TimeSpan delay, Action elapsed);

    /// <summary>It is not wanted any more, and its state is what it was.</summary>
    void Wanted(Service service);

    /// <summary>The state has changed.</summary>
    void Changed(Service service, Error? error);
}

/// <summary>
/// One service: a state machine without threads, told by its supervisor what happens (reference: services-and-supervision §1, §4, §6).
/// </summary>
/// <remarks>
/// <code>
/// unknown/stopped/exited/failed --Start--> starting --spawned--> running
/// starting --error or too late--> failed or exited
/// running  --normal end, terminal error--> exited       running --error--> failed
/// failed   --delay, while attempts are left--> starting
/// unknown/starting/failed --Adopt--> running
/// running/starting/failed --Stop--> stopping --> stopped   (too late: failed, and the process is terminated)
/// </code>
/// </remarks>
internal sealed class Service(ServiceSpec spec, IServiceActions actions)
{
    private CancellationTokenSource _unwanted = new();            // ends the wait for the next start
    private TaskCompletionSource<NextRun?> _next = new();        // of the last run: completed at its end; null for none
    private (Pid Pid, DateTimeOffset StartedAt)? _adopted;        // the run to come, if it has begun already
    private Action? _notTooLong;   // gives up the limit of the start that is under way
    private int _attempt;        // numbers runs, so that what is late is known for it
    private int _starts;
    private long _began;         // timestamp of the last start
    private Pid _pid;
    private DateTimeOffset? _startedAt;
    private DateTimeOffset _updated = actions.Clock.GetUtcNow();

    /// <summary>What its entry says; changes count from the next start on.</summary>
    public ServiceSpec Spec { get; set; } = spec;

    /// <summary>Its place in the order of starts: it needs only services of lower levels.</summary>
    public int Level { get; private set; }

    public ServiceState State { get; private set; }

    /// <summary>Whether it should run.</summary>
    public bool IsWanted { get; private set; }

    /// <summary>Failed starts and runs in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>Why it is in its state, or null.</summary>
    public string? Details { get; private set; }

    /// <summary>Whether it was ever started.</summary>
    public bool HasBegun => _attempt > 0;

    /// <summary>Whether it was never started, but should be: as soon as what it needs runs.</summary>
    public bool IsWaiting => IsWanted && !HasBegun && !IsOver;

    /// <summary>Whether it was started, and that succeeded or failed, at least once.</summary>
    public bool WasTried { get; private set; }

    /// <summary>Whether it has run; a service that needs it may start.</summary>
    public bool HasRun { get; private set; }

    /// <summary>Whether it will not start any more by itself.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether it has no process and waits for nothing.</summary>
    public bool IsAtRest => State is not (ServiceState.Starting or ServiceState.Running or ServiceState.Stopping) && (IsOver || !IsWanted);

    public ServiceStatus Status => new(
        Spec.Id, State.ToString().ToLowerInvariant(), IsWanted ? "running" : "stopped", Failures, _updated, _startedAt, Details)
    {
        Restarts = Math.Max(0, _starts - 1),
        Pid = _pid,
    };

    /// <summary>It should run from now on; its supervisor starts it when what it needs runs.</summary>
    public void Want(int level)
    {
        Level = level;
        IsWanted = true;
    }

    /// <summary>Starts it, and again after each failure while it is wanted and attempts are left.</summary>
    /// <remarks><c>async void</c>: an exception that is a mistake of ours fails the supervisor, as everywhere in a native process.</remarks>
    public async void Start()
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, _unwanted.Token);
        // A wait that was over already when it was given up must not lead to another run.
        var last = await actions.Restarts.ExecuteOutcomeAsync(static async (loop, service) => Outcome.FromResult(loop.CancellationToken.IsCancellationRequested ? null : await service.RunOnceAsync()), context, this);
        ResilienceContextPool.Shared.Return(context);
        if (last.Exception is not OperationCanceledException) last.ThrowIfException();
    }

    private Task<NextRun?> RunOnceAsync()
    {
        var attempt = ++_attempt;
        // What follows an end comes after whatever told of it has returned.
        var next = _next = new TaskCompletionSource<NextRun?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _began = actions.Clock.GetTimestamp();
        if (_adopted is { } run)
        {
            _adopted = null;
            GoOn(run.Pid, run.StartedAt);
            return next.Task;
        }
        _starts++;
        _pid = Pid.None;
        MoveTo(ServiceState.Starting, null);
        _notTooLong = actions.After(Spec.Lifecycle.StartTimeout, () =>
        {
            if (attempt == _attempt && State == ServiceState.Starting) Failed(new Error(ErrorKind.Timeout, $"start timeout after {Text(Spec.Lifecycle.StartTimeout)}", Retryable: true));
        });
        actions.Spawn(this, attempt);
        return next.Task;
    }

    /// <summary>Gives it up before its first start: what it needs is not there.</summary>
    public void Block(string why)
    {
        IsOver = true;
        Details = why;
        actions.Changed(this, null);
    }

    /// <summary>Whether it waits for the answer to a spawn.</summary>
    public bool Awaits(int attempt) => attempt == _attempt && (State == ServiceState.Starting || (State == ServiceState.Stopping && _pid.IsNone));

    /// <summary>Goes on with a process that runs already, which is no start of this supervisor. Not while it has another one.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="startedAt">When it was started.</param>
    public void Adopt(Pid pid, DateTimeOffset startedAt)
    {
        // Neither a start that waits for its time nor one that is held comes any more.
        _unwanted.Cancel();
        _unwanted = new CancellationTokenSource();
        _next.TrySetResult(null);
        _adopted = (pid, startedAt);
        Start();
    }

    private void GoOn(Pid pid, DateTimeOffset startedAt)
    {
        var age = actions.Clock.GetUtcNow() - startedAt;
        _began -= (long)(Math.Max(0, age.TotalSeconds) * actions.Clock.TimestampFrequency);
        _starts = Math.Max(_starts, 1);
        _pid = pid;
        _startedAt = startedAt;
        WasTried = HasRun = true;
        IsOver = false;
        MoveTo(ServiceState.Running, null);
    }

    /// <summary>The answer to a spawn.</summary>
    /// <param name="attempt">Which.</param>
    /// <param name="pid">Its process; none for a service that is no process.</param>
    /// <param name="error">Null when it runs.</param>
    public void Spawned(int attempt, Pid pid, Error? error)
    {
        if (!Awaits(attempt))
        {
            if (error is null) EndLate(attempt, pid);
            return;
        }
        if (State == ServiceState.Stopping)
        {
            WasTried = true;
            _pid = pid;
            if (error is null) actions.Cancel(this, attempt, pid);
            else Stopped();
            return;
        }
        if (error is null)
        {
            _pid = pid;
            _startedAt = actions.Clock.GetUtcNow();
            WasTried = HasRun = true;
            MoveTo(ServiceState.Running, null);
        }
        else if (RestartPolicy.AfterSpawn(error) == ServiceState.Failed)
        {
            Failed(error);
        }
        else
        {
            Exited(error);
        }
    }

    /// <summary>Its process has ended.</summary>
    /// <param name="pid">Which; another than the current one does not count.</param>
    /// <param name="error">How; null for a normal return.</param>
    public void Ended(Pid pid, Error? error)
    {
        if (pid != _pid || _pid.IsNone) return;
        _pid = Pid.None;
        End(error);
    }

    /// <summary>A run that is no process has ended.</summary>
    /// <param name="attempt">Which; another than the current one does not count.</param>
    /// <param name="error">How; null when it was asked to.</param>
    public void Ended(int attempt, Error? error)
    {
        if (attempt == _attempt) End(error);
    }

    private void End(Error? error)
    {
        if (State == ServiceState.Stopping) Stopped();
        else if (State == ServiceState.Running && RestartPolicy.AfterRun(error) == ServiceState.Exited) Exited(error);
        else if (State == ServiceState.Running) Failed(error!);
    }

    /// <summary>Stops it for good; also while a retry is pending.</summary>
    public void Stop()
    {
        if (!IsWanted) return;
        IsWanted = false;
        var attempt = _attempt;
        switch (State)
        {
            case ServiceState.Starting or ServiceState.Running:
                var runs = State == ServiceState.Running;
                MoveTo(ServiceState.Stopping, null);
                actions.After(Spec.Lifecycle.StopTimeout, () =>
                {
                    if (attempt != _attempt || State != ServiceState.Stopping) return;
                    if (!_pid.IsNone) actions.Terminate(_pid);
                    _attempt++;   // what is still to come of it is too late
                    IsOver = true;
                    _next.TrySetResult(null);
                    MoveTo(ServiceState.Failed, new Error(ErrorKind.Timeout, $"stop timeout after {Text(Spec.Lifecycle.StopTimeout)}"));
                });
                if (runs) actions.Cancel(this, attempt, _pid);
                break;
            case ServiceState.Failed when !IsOver:
                _unwanted.Cancel();
                Stopped();
                break;
            default:
                IsOver = true;   // it has ended before, or never began
                actions.Wanted(this);
                break;
        }
    }

    private void EndLate(int attempt, Pid pid)
    {
        if (pid.IsNone) actions.Cancel(this, attempt, pid);
        else actions.Terminate(pid);
    }

    private void Stopped()
    {
        IsOver = true;
        _next.TrySetResult(null);
        MoveTo(ServiceState.Stopped, null);
    }

    private void Exited(Error? error)
    {
        WasTried = IsOver = true;
        _next.TrySetResult(null);
        MoveTo(ServiceState.Exited, error);
    }

    private void Failed(Error error)
    {
        WasTried = true;
        // A run that was stable begins a new count, in which this failure is the first.
        if (State == ServiceState.Running && actions.Clock.GetElapsedTime(_began) >= Spec.Lifecycle.StableThreshold) Failures = 0;
        Failures++;
        IsOver = !RestartPolicy.MayRetry(Spec.Lifecycle.Restart, Failures);
        _next.TrySetResult(IsOver ? null : new NextRun(Spec.Lifecycle.Restart.Backoff.Delay(Failures, actions.NextRandom())));
        MoveTo(ServiceState.Failed, error);
    }

    private void MoveTo(ServiceState state, Error? error)
    {
        if (State == ServiceState.Starting) _notTooLong?.Invoke();
        State = state;
        Details = error?.Message;
        _updated = actions.Clock.GetUtcNow();
        actions.Changed(this, error);
    }

    private static string Text(TimeSpan time) => GoDuration.Format(time.Ticks * TimeSpan.NanosecondsPerTick);
}
