using Microsoft.Extensions.Logging;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua;
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
internal sealed class Runtime : IAsyncDisposable
{
    private readonly RuntimeOptions _options;
    private readonly List<Scheduler> _schedulers = [];
    private readonly List<ProcessHost> _hosts = [];
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
        var registry = new EntryRegistry(snapshot);
        Node = new Node(options.NodeName, clock, registry, loggers);
        Node.Programs = new LuaPrograms(registry, new NativePrograms(registry, natives));
        foreach (var spec in snapshot.Hosts.Where(spec => options.Zone is null || options.Zone == spec.Zone).OrderBy(spec => spec.Id))
        {
            AddHost(spec, spec.Kind == EntryKinds.TerminalHost ? terminal : null);
        }
        if (options.Zone is null or Zone.System) AddHost(Supervisor.ControlHost, null);
    }

    public Node Node { get; }

    /// <summary>Starts hosts. Services follow with <see cref="StartServicesAsync"/>, once the node is connected.</summary>
    public void Start()
    {
        foreach (var scheduler in _schedulers) scheduler.Start();
        foreach (var host in _hosts) host.Start();
    }

    /// <summary>
    /// Starts the supervisor and waits until it has started all services that start by themselves, or tried to, once.
    /// Only where the system zone is.
    /// </summary>
    public async Task StartServicesAsync()
    {
        if (!Node.TryGetHost(Supervisor.ControlHost.Id, out var control)) return;
        var spawned = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        var servicesStarted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        control!.SpawnProgram(
            new SupervisorProgram(Node, servicesStarted),
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
        await Task.WhenAny(servicesStarted.Task, _supervisor.WhenEnded());
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
        foreach (var scheduler in _schedulers) scheduler.Dispose();
        Node.Dispose();
    }

    private async Task StopOnceAsync()
    {
        var began = Node.Clock.GetTimestamp();
        if (_supervisor is not null)
        {
            _supervisor.Post(new Signal(SignalKind.Cancel, Pid.None, Node.Clock.GetUtcNow()) { Reason = "shutdown" });
            await WithinAsync(_supervisor.WhenEnded(), _options.ShutdownTimeout);
        }
        var left = _options.ShutdownTimeout - Node.Clock.GetElapsedTime(began);
        await Task.WhenAll(_hosts.Select(host => host.StopAsync(Min(host.Spec.Lifecycle.StopTimeout, left))));
        foreach (var scheduler in _schedulers) scheduler.Stop();
    }

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

    private void AddHost(HostSpec spec, ITerminal? terminal)
    {
        var scheduler = new Scheduler(spec.Id.ToString(), spec.Workers ?? Environment.ProcessorCount);
        var host = new ProcessHost(Node, spec, scheduler) { Terminal = terminal };
        _schedulers.Add(scheduler);
        _hosts.Add(host);
        Node.AddHost(host);
    }

    private sealed class SupervisorProgram(Node node, TaskCompletionSource servicesStarted) : IProgram
    {
        public EntryId Id => Supervisor.ControlHost.Id;

        public IBehavior CreateBehavior(Process process, Payload arguments) =>
            new NativeBehavior(process, () => new Supervisor(node, servicesStarted), arguments);
    }
}
