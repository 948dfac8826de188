using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Polly;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Supervision;

/// <summary>
/// Starts, watches, restarts and stops the services of a deployment (reference: services-and-supervision). It is itself
/// a process, on the system node, and monitors each service's process wherever that runs; so a lost node is a failed
/// run like any other. It ends after CANCEL, when all services have stopped. What becomes of one service is decided in
/// <see cref="Service"/>, the order between them here, and so whether a service that runs already goes on: one that an earlier
/// supervisor has started, or this one before it lost sight of its node.
/// </summary>
/// <param name="node">The node it runs on.</param>
/// <param name="started">Completed when every service that starts by itself was started, or failed to, once.</param>
/// <param name="kinds">The services that are no processes, by kind; one of another kind has nothing to start and runs when it should.</param>
internal sealed partial class Supervisor(Node node, TaskCompletionSource started, IReadOnlyDictionary<string, IServiceKind> kinds) : NativeProcess, IServiceActions, IServiceStates
{
    private const string EventSystem = "supervisor";
    private const string StoppingReason = "service stopping";

    // Nodes that have lost their system node dial every second. What runs on one of them is not started on another meanwhile.
    private static readonly TimeSpan ReturnTime = TimeSpan.FromSeconds(3);

    private readonly Dictionary<EntryId, Service> _services = [];
    private readonly Dictionary<Pid, Service> _processes = [];
    private readonly ConcurrentDictionary<EntryId, ServiceStatus> _states = new();   // written by the supervisor, read by any thread
    private readonly Dictionary<Pid, EntryId> _leaving = [];   // processes of services that are not to go on
    private readonly List<(Service Service, int Attempt)> _held = [];   // spawns that have to wait
    private readonly List<RunningService> _undecided = [];     // wait for what comes of a start that is under way
    private readonly List<Action> _whenTried = [];          // wait until no service is in its first start
    private readonly List<Stopping> _stopping = [];
    private readonly TaskCompletionSource _finished = new();
    private readonly TaskCompletionSource<SynchronizationContext> _context = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ResiliencePipeline<NextRun?> _restarts = RestartPolicy.Pipeline(node.Clock);
    private readonly Random _random = new();
    private readonly ILogger _logger = node.Loggers.CreateLogger<Supervisor>();
    private NativeContext _self = null!;
    private bool _isAdvancing;
    private bool _hasSettled;      // whether others have had their time to return
    private bool _isSettling;

    /// <summary>The internal host that supervisors run on.</summary>
    public static HostSpec ControlHost { get; } = HostSpec.Compile(new Entry(
        new EntryId(HostSpec.InternalNamespace, "control"),
        EntryKinds.ProcessHost,
        data: new Dictionary<string, object?> { ["zone"] = "system", ["host"] = new Dictionary<string, object?> { ["workers"] = 1L } }));

    /// <inheritdoc/>
    public IReadOnlyList<ServiceStatus> All => [.. _states.Values.OrderBy(state => state.Id)];

    /// <inheritdoc/>
    public ServiceStatus? Find(EntryId id) => _states.GetValueOrDefault(id);

    TimeProvider IServiceActions.Clock => node.Clock;

    ResiliencePipeline<NextRun?> IServiceActions.Restarts => _restarts;

    /// <inheritdoc/>
    public override async Task<object?> RunAsync(NativeContext process)
    {
        _self = process;
        _context.SetResult(SynchronizationContext.Current!);
        foreach (var spec in ServiceSpec.All(node.Registry.Current)) Register(spec);
        Begin(_services.Values.Select(service => service.Spec).Where(spec => spec.Lifecycle.AutoStart));
        WhenTried(started.SetResult);
        _ = ReadEventsAsync();
        await _finished.Task;
        return null;
    }

    /// <summary>Stops the services that a change of the registry deletes, dependents first. Any thread.</summary>
    public Task StopDeletedAsync(RegistryChange change) => InContextAsync(done => Stop(ChangeSet.Gone(change.Before.Entries, change.After.Entries), () =>
    {
        foreach (var id in ChangeSet.Gone(change.Before.Entries, change.After.Entries)) Remove(id);
        done();
    }));

    /// <summary>
    /// Starts what a change has created and starts by itself, and waits until it was started once; notes the rest for the
    /// next start. Any thread.
    /// </summary>
    public Task StartCreatedAsync(RegistryChange change) => InContextAsync(done =>
    {
        var created = new List<ServiceSpec>();
        foreach (var entry in ChangeSet.Changed(change.Before.Entries, change.After.Entries).Where(entry => EntryKinds.IsService(entry.Kind)))
        {
            var spec = ServiceSpec.Compile(entry, change.After);
            if (_services.TryGetValue(entry.Id, out var known))
            {
                known.Spec = spec;
                Publish("service.update", known.Status);
                continue;
            }
            Register(spec);
            if (spec.Lifecycle.AutoStart) created.Add(spec);
        }
        Begin(created);
        WhenTried(done);
    });

    /// <inheritdoc/>
    public void Joined(bool isReturning, IReadOnlyList<RunningService> running, Action taken) => _ = InContextAsync(done =>
    {
        if (isReturning && !_hasSettled) Settle();
        foreach (var run in running) TakeOver(run);
        taken();
        done();
    });

    double IServiceActions.NextRandom() => _random.NextDouble();

    void IServiceActions.Spawn(Service service, int attempt)
    {
        if (service.Spec.IsProcess && HasToWait(service)) _held.Add((service, attempt));
        else if (service.Spec.IsProcess) SpawnProcess(service, attempt);
        else if (kinds.TryGetValue(service.Spec.Kind, out var kind)) _ = StartAsync(service, attempt, kind);
        else service.Spawned(attempt, Pid.None, null);
    }

    void IServiceActions.Cancel(Service service, int attempt, Pid pid)
    {
        if (!pid.IsNone) _self.Ask(AskKind.Cancel, pid, StoppingReason);
        else if (kinds.TryGetValue(service.Spec.Kind, out var kind)) _ = StopAsync(service, attempt, kind);
        else service.Ended(attempt, null);
    }

    private void SpawnProcess(Service service, int attempt)
    {
        var security = default(SecurityContext);
        if (service.Spec.Lifecycle.Security is { } block && !node.Policies.TryFromBlock(block, out security, out var unknown))
        {
            service.Spawned(attempt, Pid.None, unknown);
            return;
        }
        using var buffer = new ByteBuffer();
        PayloadValues.WriteArguments(buffer, service.Spec.Input);
        // Each start is a trace of its own: what the service does then was not caused by what others have done.
        var span = PendingSpan.Start("service", ActivityKind.Internal, cause: null)?
            .Named($"{service.Spec.Id} {(service.Failures == 0 ? "start" : "restart")}")
            .With(RuntimeTracing.Service, service.Spec.Id.ToString())
            .With(RuntimeTracing.Failures, service.Failures);
        _self.Spawn(service.Spec.Process, service.Spec.Host, SpawnRelation.Monitored, Payload.Copy(buffer.WrittenSpan), security, new ServiceMark(service.Spec.Id, DigestOf(service.Spec)), (pid, error) =>
        {
            span?.End(error?.Message);
            if (error is null) _processes[pid] = service;
            service.Spawned(attempt, pid, error);
        }, span?.Cause);
    }

    void IServiceActions.Terminate(Pid pid) => _self.Ask(AskKind.Terminate, pid);

    Action IServiceActions.After(TimeSpan delay, Action elapsed) => _self.After(delay, elapsed);

    void IServiceActions.Changed(Service service, Error? error)
    {
        switch (service.State)
        {
            case ServiceState.Running or ServiceState.Stopped when IsPassive(service): break;   // of no interest to anybody
            case ServiceState.Running: Log.Running(_logger, service.Spec.Id); break;
            case ServiceState.Exited when error is null: Log.Exited(_logger, service.Spec.Id); break;
            case ServiceState.Exited: Log.ExitedFinally(_logger, service.Spec.Id, error.Message); break;
            case ServiceState.Failed when !service.IsWanted: Log.StopTimeout(_logger, service.Spec.Id, service.Details!); break;
            case ServiceState.Failed when service.IsOver: Log.OutOfAttempts(_logger, service.Spec.Id, service.Failures, service.Details!); break;
            case ServiceState.Failed: Log.Failed(_logger, service.Spec.Id, service.Failures, service.Details!); break;
            case ServiceState.Stopped: Log.Stopped(_logger, service.Spec.Id); break;
        }
        var status = _states[service.Spec.Id] = service.Status;
        Publish("service.update", status);
        if (service.State == ServiceState.Starting) Publish("service.start", status);
        if (service.State == ServiceState.Stopping) Publish("service.stop", status);
        Reconsider(service);
        Advance();
    }

    void IServiceActions.Wanted(Service service)
    {
        _states[service.Spec.Id] = service.Status;
        Advance();
    }

    private bool IsPassive(Service service) => !service.Spec.IsProcess && !kinds.ContainsKey(service.Spec.Kind);

    private static async Task StartAsync(Service service, int attempt, IServiceKind kind)
    {
        var context = SynchronizationContext.Current!;
        var error = await kind.StartAsync(service.Spec.Id, failure => context.Post(_ => service.Ended(attempt, failure), null));
        service.Spawned(attempt, Pid.None, error);
    }

    private static async Task StopAsync(Service service, int attempt, IServiceKind kind)
    {
        await kind.StopAsync(service.Spec.Id);
        service.Ended(attempt, null);
    }

    private async Task ReadEventsAsync()
    {
        while (true)
        {
            var news = await _self.NextSignalAsync();
            if (news.Kind == SignalKind.Cancel) Stop(_services.Keys, () => _finished.TrySetResult());
            if (news.Kind == SignalKind.Exit) Ended(news.From, news.Result!.Error);
        }
    }

    private void Ended(Pid pid, Error? error)
    {
        if (_processes.Remove(pid, out var service)) service.Ended(pid, error);
        if (_leaving.Remove(pid)) SpawnHeld();
    }

    private void Settle()
    {
        if (_isSettling) return;
        _isSettling = true;
        _self.After(ReturnTime, () =>
        {
            (_isSettling, _hasSettled) = (false, true);
            SpawnHeld();
        });
    }

    // A service runs once: the process that comes second is the one to go.
    private void TakeOver(RunningService run)
    {
        var service = _services.GetValueOrDefault(run.Mark.Id);
        if (service is { State: ServiceState.Starting } && !IsHeld(service))
        {
            _undecided.Add(run);
            return;
        }
        if (WhyNot(service, run) is { } why)
        {
            Dismiss(run, service?.Spec.Lifecycle.StopTimeout ?? LifecycleSpec.DefaultStopTimeout, why);
            return;
        }
        Log.Adopted(_logger, run.Mark.Id, run.Pid);
        _processes[run.Pid] = service!;
        if (service!.Spec.Lifecycle.Security is { } block && node.Policies.TryFromBlock(block, out var security, out _) && security.Actor is { } actor && node.Peers.TryGetValue(run.Pid.Node, out var peer))
        {
            peer.Issue(actor);
        }
        service.Adopt(run.Pid, run.StartedAt);
        _ = WatchAsync(run.Pid);
    }

    private string? WhyNot(Service? service, RunningService run)
    {
        if (service is not { IsWanted: true, Spec.IsProcess: true }) return "there is no such service";
        if (run.Mark.Digest != DigestOf(service.Spec)) return "its entries have changed";
        if (run.Pid.Host != service.Spec.Host.ToString() || !node.Registry.Current.TryGetHost(service.Spec.Host, out var host) || host.Zone != node.Router.ZoneOf(run.Pid)) return "it is not on the host of the service";
        return service.State switch
        {
            ServiceState.Unknown when !service.IsOver => null,
            ServiceState.Failed => null,
            ServiceState.Starting when IsHeld(service) => null,
            var state => $"the service is {state.ToString().ToLowerInvariant()}",
        };
    }

    private bool IsHeld(Service service) => _held.Exists(held => held.Service == service && service.Awaits(held.Attempt));

    // Not at once: the service is in the middle of its change.
    private void Reconsider(Service service)
    {
        foreach (var run in _undecided.Where(run => run.Mark.Id == service.Spec.Id).ToList())
        {
            _undecided.Remove(run);
            _context.Task.Result.Post(_ => TakeOver(run), null);
        }
    }

    private void Dismiss(RunningService run, TimeSpan limit, string why)
    {
        Log.Dismissed(_logger, run.Mark.Id, run.Pid, why);
        _leaving[run.Pid] = run.Mark.Id;
        _ = WatchAsync(run.Pid);
        _self.Ask(AskKind.Cancel, run.Pid, StoppingReason);
        _self.After(limit, () =>
        {
            if (_leaving.ContainsKey(run.Pid)) _self.Ask(AskKind.Terminate, run.Pid);
        });
    }

    // One that has ended before it was watched has failed: what else has become of it nobody knows.
    private async Task WatchAsync(Pid pid)
    {
        if (await _self.MonitorAsync(pid.ToString()) is { } gone) Ended(pid, gone with { Retryable = true });
    }

    private bool HasToWait(Service service) =>
        _leaving.ContainsValue(service.Spec.Id) || (_isSettling && !node.TryGetHost(service.Spec.Host, out _));

    private void SpawnHeld()
    {
        var held = _held.ToList();
        _held.Clear();
        foreach (var (service, attempt) in held.Where(one => one.Service.Awaits(one.Attempt))) ((IServiceActions)this).Spawn(service, attempt);
    }

    // What it is started from: its own entry and that of its process.
    private string DigestOf(ServiceSpec spec) =>
        node.Registry.Current.Entries.GetValueOrDefault(spec.Id)?.Hash + node.Registry.Current.Entries.GetValueOrDefault(spec.Process)?.Hash;

    private async Task InContextAsync(Action<Action> work)
    {
        var context = await _context.Task.ConfigureAwait(false);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        context.Post(_ => work(done.SetResult), null);
        await done.Task.ConfigureAwait(false);
    }

    private void Register(ServiceSpec spec)
    {
        var service = new Service(spec, this);
        _services[spec.Id] = service;
        var status = _states[spec.Id] = service.Status;
        Publish("service.register", status);
    }

    private void Remove(EntryId id)
    {
        if (!_services.Remove(id, out var service)) return;
        _states.TryRemove(id, out _);
        Publish("service.remove", service.Status);
    }

    // Wanted from now on, with what they require; each starts when that runs.
    private void Begin(IEnumerable<ServiceSpec> wanted)
    {
        var order = StartOrder.Of(wanted, _services.ToDictionary(pair => pair.Key, pair => pair.Value.Spec), id => node.Registry.Current.Entries.ContainsKey(id));
        for (var level = 0; level < order.Levels.Count; level++)
        {
            foreach (var spec in order.Levels[level]) _services[spec.Id].Want(level);
        }
        foreach (var (id, why) in order.Blocked) Block(_services[id], why);
        Advance();
    }

    private void Block(Service service, string why)
    {
        Log.Blocked(_logger, why);
        service.Block(why);
    }

    private void WhenTried(Action then)
    {
        _whenTried.Add(then);
        Advance();
    }

    // Dependents first, one level at a time.
    private void Stop(IEnumerable<EntryId> ids, Action then)
    {
        var services = ids.Select(id => _services.GetValueOrDefault(id)).OfType<Service>();
        _stopping.Add(new Stopping(new Queue<List<Service>>(services.GroupBy(s => s.Level).OrderByDescending(level => level.Key).Select(level => level.ToList())), then));
        Advance();
    }

    // Does what has become possible. Every change of a state leads here, also those this makes.
    private void Advance()
    {
        if (_isAdvancing) return;
        _isAdvancing = true;
        while (StartWaiting() || StopNext())
        {
        }
        _isAdvancing = false;
        if (_whenTried.Count == 0 || _services.Values.Any(service => service.State == ServiceState.Starting && !service.WasTried)) return;
        var done = _whenTried.ToList();
        _whenTried.Clear();
        foreach (var then in done) then();
    }

    private bool StartWaiting()
    {
        var changed = false;
        foreach (var service in _services.Values.Where(s => s.IsWaiting).OrderBy(s => s.Spec.Id).ToList())
        {
            var required = service.Spec.Lifecycle.Requires.Select(id => _services.GetValueOrDefault(id)).OfType<Service>().ToList();
            if (required.Find(r => r.IsOver && !r.HasRun && r.Spec.Lifecycle.Startup == StartupMode.Required) is { } failed)
            {
                Block(service, $"service startup blocked: {service.Spec.Id} requires {failed.Spec.Id}, which {(failed.HasBegun ? "has failed" : "cannot start")}");
                changed = true;
            }
            else if (required.All(r => r.HasRun || (r.Spec.Lifecycle.Startup == StartupMode.Optional && (r.WasTried || r.IsOver))))
            {
                service.Start();
                changed = true;
            }
        }
        return changed;
    }

    private bool StopNext()
    {
        foreach (var batch in _stopping)
        {
            if (batch.Current.Exists(service => !service.IsAtRest)) continue;
            if (batch.Levels.TryDequeue(out var level))
            {
                batch.Current = level;
                foreach (var service in level) service.Stop();
            }
            else
            {
                _stopping.Remove(batch);
                batch.Then();
            }
            return true;
        }
        return false;
    }

    private void Publish(string kind, ServiceStatus status) => node.Events.Publish(EventSystem, kind, status.Id.ToString(), status.ToFields);

    private sealed class Stopping(Queue<List<Service>> levels, Action then)
    {
        public Queue<List<Service>> Levels => levels;

        public List<Service> Current { get; set; } = [];

        public Action Then => then;
    }

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Error, "{Message}")]
        public static partial void Blocked(ILogger logger, string message);

        [LoggerMessage(2002, LogLevel.Information, "service {Service} is running")]
        public static partial void Running(ILogger logger, EntryId service);

        [LoggerMessage(2003, LogLevel.Information, "service {Service} has exited")]
        public static partial void Exited(ILogger logger, EntryId service);

        [LoggerMessage(2004, LogLevel.Error, "service {Service} has exited and is not restarted: {Error}")]
        public static partial void ExitedFinally(ILogger logger, EntryId service, string error);

        [LoggerMessage(2005, LogLevel.Warning, "service {Service} failed ({Failures} in a row) and is started again: {Error}")]
        public static partial void Failed(ILogger logger, EntryId service, int failures, string error);

        [LoggerMessage(2006, LogLevel.Error, "service {Service} failed {Failures} times in a row and is not restarted: {Error}")]
        public static partial void OutOfAttempts(ILogger logger, EntryId service, int failures, string error);

        [LoggerMessage(2007, LogLevel.Warning, "service {Service} was terminated: {Why}")]
        public static partial void StopTimeout(ILogger logger, EntryId service, string why);

        [LoggerMessage(2008, LogLevel.Information, "service {Service} has stopped")]
        public static partial void Stopped(ILogger logger, EntryId service);

        [LoggerMessage(2009, LogLevel.Information, "service {Service} goes on as {Pid}")]
        public static partial void Adopted(ILogger logger, EntryId service, Pid pid);

        [LoggerMessage(2010, LogLevel.Warning, "service {Service} runs as {Pid}, which is asked to end: {Why}")]
        public static partial void Dismissed(ILogger logger, EntryId service, Pid pid, string why);
    }
}
