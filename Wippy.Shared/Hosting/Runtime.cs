using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Wippy.Shared.Errors;
using Wippy.Shared.Functions;
using Wippy.Shared.Queues;
using Wippy.Shared.Http;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Scheduling;
using Wippy.Shared.Supervision;

namespace Wippy.Shared.Hosting;

/// <summary>
/// A node with everything it runs: its hosts with their schedulers, the programs, and, where the system zone is, the
/// supervisor. Start it once, stop it once.
/// </summary>
internal sealed partial class Runtime : IAsyncDisposable
{
    private readonly RuntimeOptions _options;
    private readonly ITerminal? _terminal;
    private readonly ConcurrentDictionary<EntryId, (ProcessHost Host, Scheduler Scheduler)> _hosts = [];
    private readonly NodeMetrics _metrics;
    private readonly MemoryQueues _queues;
    private readonly Supervisor? _services;
    private readonly TaskCompletionSource _servicesStarted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _handlerLock = new();
    private bool _isStarted;
    private Process? _supervisor;
    private Task? _stopped;

    /// <param name="options">Which node.</param>
    /// <param name="snapshot">The app.</param>
    /// <param name="natives">The .NET process classes this service offers.</param>
    /// <param name="clock">All time comes from here.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="terminal">The console of its terminal hosts, if it has one.</param>
    public Runtime(RuntimeOptions options, Snapshot snapshot, NativeProcesses natives, TimeProvider clock, ILoggerFactory loggers, ITerminal? terminal = null)
    {
        _options = options;
        _terminal = terminal;
        var registry = App.CreateRegistry(snapshot);
        Node = new Node(options.NodeName, clock, registry, loggers) { StrictSecurity = options.StrictSecurity };
        var programs = new LuaPrograms(registry, new NativePrograms(registry, natives));
        Node.Programs = programs;
        Node.Functions = new FunctionPools(Node, programs);
        var hasSupervisor = options.Zone is null or Zone.System;
        _queues = new MemoryQueues(Node) { IsSupervised = hasSupervisor };
        Node.Queues = _queues;
        _metrics = new NodeMetrics(Node);
        foreach (var spec in snapshot.Hosts.Where(IsHere)) AddHost(spec);
        if (hasSupervisor) AddHost(Supervisor.ControlHost);
        if (LuaMonitor.Problem is { } problem) Log.NoMonitor(loggers.CreateLogger<Runtime>(), problem);
        if (options.Zone is { } own && snapshot.Entries.Values.Any(entry => entry.Kind == EntryKinds.HttpEndpoint)) HandlerHost(own);
        if (hasSupervisor)
        {
            Http = new HttpServices(Node, new ZoneCalls(Node, HandlerHost));
            _services = new Supervisor(Node, _servicesStarted, new Dictionary<string, IServiceKind>
            {
                [EntryKinds.HttpService] = Http,
                [EntryKinds.QueueConsumer] = _queues,
            });
            Node.Services = _services;
        }
        registry.Changing += change => FollowServices(change, services => services.StopDeletedAsync(change));
        registry.Changed += change => change.WaitFor(FollowHostsAsync(change));
        registry.Settled += change => FollowServices(change, services => services.StartCreatedAsync(change));
        registry.Settled += change => change.WaitFor(FollowHttpAsync(change));
    }

    public Node Node { get; }

    /// <summary>Its HTTP services; null where the system zone is not.</summary>
    public HttpServices? Http { get; }

    /// <summary>Starts hosts. Services follow with <see cref="StartServicesAsync"/>, once the node is connected.</summary>
    public void Start()
    {
        _isStarted = true;
        foreach (var host in _hosts.Values) Start(host);
        Node.Queues!.Start();
    }

    /// <summary>
    /// Starts the supervisor and waits until it has started all services that start by themselves, or tried to, once.
    /// Only where the system zone is.
    /// </summary>
    public async Task StartServicesAsync()
    {
        if (!Node.TryGetHost(Supervisor.ControlHost.Id, out var control)) return;
        var spawned = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        control!.SpawnProgram(
            new SupervisorProgram(_services!),
            new SpawnRequest
            {
                Entry = Supervisor.ControlHost.Id,
                Host = Supervisor.ControlHost.Id,
                Reply = (pid, error) =>
                {
                    if (Node.Processes.TryGet(pid, out var process)) spawned.SetResult(process);
                    else spawned.SetException(new InvalidOperationException($"the supervisor could not be started: {error?.Message}"));
                },
            });
        _supervisor = await spawned.Task;
        await Task.WhenAny(_servicesStarted.Task, _supervisor.WhenEnded());
    }

    /// <summary>Starts a process on behalf of the runtime itself, without actor and scope.</summary>
    /// <returns>The process, or why there is none.</returns>
    public async Task<(Process? Process, Error? Error)> SpawnAsync(EntryId entry, EntryId host, Payload arguments)
    {
        var started = new TaskCompletionSource<(Process?, Error?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        Node.Router.Spawn(
            new SpawnRequest
            {
                Entry = entry,
                Host = host,
                Arguments = arguments,
                Reply = (pid, error) =>
                {
                    Node.Processes.TryGet(pid, out var process);
                    started.SetResult((process, error));
                },
            },
            sender: null);
        return await started.Task;
    }

    /// <summary>Stops in order: services, dependents first; then hosts; all within the shutdown limit. Further calls await the first.</summary>
    public Task StopAsync() => _stopped ??= StopOnceAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var (_, scheduler) in _hosts.Values) scheduler.Dispose();
        _metrics.Dispose();
        Node.Dispose();
    }

    private async Task StopOnceAsync()
    {
        var began = Node.Clock.GetTimestamp();
        if (_supervisor is null) _queues.Dispose();   // from here on nothing new is handed out
        if (_supervisor is not null)
        {
            _supervisor.Post(new Signal(SignalKind.Cancel, Pid.None, Node.Clock.GetUtcNow()) { Reason = "shutdown" });
            await WithinAsync(_supervisor.WhenEnded(), _options.ShutdownTimeout);
        }
        _queues.Dispose();
        var left = _options.ShutdownTimeout - Node.Clock.GetElapsedTime(began);
        await Task.WhenAll(_hosts.Values.Select(one => one.Host.StopAsync(Min(one.Host.Spec.Lifecycle.StopTimeout, left))));
        foreach (var (_, scheduler) in _hosts.Values) scheduler.Stop();
    }

    // Services go before the hosts they run on, and come after them.
    private void FollowServices(RegistryChange change, Func<Supervisor, Task> follow)
    {
        if (_supervisor is null || !change.Changes.Concerns(change.Before, EntryKinds.IsService)) return;
        change.WaitFor(WhileSupervisedAsync(follow(_services!)));
    }

    private async Task<Error?> FollowHttpAsync(RegistryChange change)
    {
        if (_options.Zone is { } own && change.Changes.Concerns(change.Before, kind => kind == EntryKinds.HttpEndpoint)) HandlerHost(own);
        if (Http is not null && _supervisor is not null && change.Changes.Concerns(change.Before, kind => kind == EntryKinds.HttpService)) await Http.FollowAsync(change.After);
        return null;
    }

    private async Task<Error?> WhileSupervisedAsync(Task following)
    {
        await Task.WhenAny(following, _supervisor!.WhenEnded());
        return null;
    }

    // An update of a host changes its limits; in another zone it is another host.
    private async Task<Error?> FollowHostsAsync(RegistryChange change)
    {
        foreach (var id in change.Changes.Changes.Select(one => one.Id))
        {
            var isRunning = _hosts.TryGetValue(id, out var running);
            var isWanted = change.After.TryGetHost(id, out var spec) && IsHere(spec);
            if (isRunning && (!isWanted || spec!.Zone != running.Host.Zone || spec.Kind != running.Host.Spec.Kind))
            {
                await RemoveHostAsync(running.Host, running.Scheduler);
                isRunning = false;
            }
            if (isRunning && isWanted) running.Host.Spec = spec!;
            else if (isWanted) Start(AddHost(spec!));
        }
        return null;
    }

    private bool IsHere(HostSpec spec) => _options.Zone is null || _options.Zone == spec.Zone;

    private async Task WithinAsync(Task task, TimeSpan limit)
    {
        try
        {
            await task.WaitAsync(limit, Node.Clock);
        }
        catch (TimeoutException)
        {
            // What has not ended by now is ended with its host.
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => b < TimeSpan.Zero ? TimeSpan.Zero : a < b ? a : b;

    private (ProcessHost Host, Scheduler Scheduler) AddHost(HostSpec spec)
    {
        var scheduler = new Scheduler(spec.Id.ToString(), spec.Workers ?? Environment.ProcessorCount);
        var host = new ProcessHost(Node, spec, scheduler) { Terminal = spec.Kind == EntryKinds.TerminalHost ? _terminal : null };
        _metrics.Measure(host, scheduler);
        Node.AddHost(host);
        return _hosts[spec.Id] = (host, scheduler);
    }

    // Handlers of requests have no host entry of their own. Made when the first one is called, because most apps have none.
    private ProcessHost? HandlerHost(Zone zone)
    {
        if (_options.Zone is { } own && own != zone) return null;
        var id = HandlerHosts.Of(zone);
        lock (_handlerLock)
        {
            if (_hosts.TryGetValue(id, out var known)) return known.Host;
            var spec = HostSpec.Compile(new Entry(id, EntryKinds.ProcessHost, data: new Dictionary<string, object?> { ["zone"] = zone.ToText() }));
            var made = AddHost(spec);
            if (_isStarted) Start(made);
            return made.Host;
        }
    }

    private static void Start((ProcessHost Host, Scheduler Scheduler) host)
    {
        host.Scheduler.Start();
        host.Host.Start();
    }

    private async Task RemoveHostAsync(ProcessHost host, Scheduler scheduler)
    {
        await host.StopAsync(host.Spec.Lifecycle.StopTimeout);
        Node.RemoveHost(host);
        Node.Functions!.HostRemoved(host);
        _hosts.TryRemove(host.Spec.Id, out _);
        scheduler.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "processes are interrupted by a standing hook on all hosts, which costs speed, and only after so many instructions, however long these take: {Problem}")]
        public static partial void NoMonitor(ILogger logger, string problem);
    }

    private sealed class SupervisorProgram(Supervisor supervisor) : IProgram
    {
        public EntryId Id => Supervisor.ControlHost.Id;

        public IBehavior CreateBehavior(Process process, Payload arguments) => new NativeBehavior(process, () => supervisor, arguments);
    }
}
