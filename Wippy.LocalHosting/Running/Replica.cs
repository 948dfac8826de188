using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Wippy.LocalHosting;

/// <summary>
/// One process of a resource, through all its runs.
/// <code>
/// NotStarted --start--> Waiting --dependencies ready--> Starting --launched--> Running
/// Waiting, Starting --dependency ended, no such command--> FailedToStart
/// Waiting, Starting --stop--> NotStarted
/// Running --ends with 0--> Finished      Running --ends otherwise--> Exited
/// Running --stop--> Stopping --ends--> Exited
/// NotStarted, FailedToStart, Finished, Exited --start--> Waiting
/// </code>
/// Each run is one task (<see cref="RunAsync"/>) that makes these steps in order; only it publishes states. Any thread may start, stop and kill.
/// </summary>
internal sealed class Replica(
    IResource resource, IReadOnlyDictionary<EndpointAnnotation, PortProxy> proxies, ProcessGuard guard, Secrets secrets,
    LaunchBuilder launches, Dashboard dashboard, Terminals terminals, ResourceNotificationService notifications, ResourceLoggerService logs, HealthProbe health,
    IDistributedApplicationEventing eventing, IServiceProvider services, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly string _instanceId = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", 8);
    private Run? _run;
    private bool _closed;

    /// <summary><c>{resource}-{instance}</c>.</summary>
    public string Id => $"{resource.Name}-{_instanceId}";

    public IResource Resource => resource;

    private HttpHealthCheckAnnotation[] HealthChecks => [.. resource.Annotations.OfType<HttpHealthCheckAnnotation>()];

    /// <summary>Publishes the replica before anything has happened to it.</summary>
    public void Announce() => Publish(snapshot => snapshot with
    {
        CreationTimeStamp = Now(),
        State = KnownResourceStates.NotStarted,
        HealthReports = [.. HealthChecks.Select(check => new HealthReportSnapshot(check.Name, Status: null, Description: null, ExceptionText: null))],
        Urls = ResourceUrls.Of(resource),
        Relationships = [.. resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(relationship => new RelationshipSnapshot(relationship.Resource.Name, relationship.Type))],
    });

    /// <summary>Begins a run.</summary>
    /// <returns>False when one is under way, or the replica is closed.</returns>
    public bool TryStart()
    {
        lock (_lock)
        {
            if (_closed || _run is not null)
                return false;
            var run = _run = new Run();
            // Up to its first wait the run is on this thread: the state has changed when this returns.
            run.Task = CompleteAsync(run);
            return true;
        }
    }

    /// <summary>Ends the current run, if there is one, and returns when its process is gone.</summary>
    /// <param name="grace">How long the process may take after it was asked.</param>
    public async Task StopAsync(TimeSpan grace)
    {
        if (Current() is not { } run)
            return;
        await run.Stop.CancelAsync().ConfigureAwait(false);
        try
        {
            await run.Task.WaitAsync(grace, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Log($"Did not end within {grace.TotalSeconds:0.###} s: killed.");
            await run.Kill.CancelAsync().ConfigureAwait(false);
            await run.Task.ConfigureAwait(false);
        }
    }

    /// <summary>As <see cref="StopAsync"/>, and there will be no other run.</summary>
    public Task CloseAsync(TimeSpan grace)
    {
        lock (_lock)
            _closed = true;
        return StopAsync(grace);
    }

    /// <summary>Ends the process of the current run without asking.</summary>
    public void Kill() => Current()?.Kill.Cancel();

    private Run? Current()
    {
        lock (_lock)
            return _run;
    }

    private async Task CompleteAsync(Run run)
    {
        var end = await RunAsync(run.Stop.Token, run.Kill.Token).ConfigureAwait(false);
        lock (_lock)
        {
            // Together: who sees the end can start again, and the new run's states come after it.
            _run = null;
            Publish(end);
        }
        if (notifications.TryGetCurrentState(Id, out var last) && KnownResourceStates.TerminalStates.Contains(last?.Snapshot.State?.Text))
            await TellAsync(new ResourceStoppedEvent(resource, services, last!), run.Kill.Token).ConfigureAwait(false);
    }

    /// <returns>The last state.</returns>
    private async Task<Func<CustomResourceSnapshot, CustomResourceSnapshot>> RunAsync(CancellationToken stop, CancellationToken kill)
    {
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(stop, kill);
        var targets = new TargetPorts(resource);
        Launch launch;
        ReplicaTerminal? terminal;
        IRunningProcess process;
        try
        {
            (launch, terminal, process) = await LaunchAsync(targets, cancelled.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            return snapshot => snapshot with { State = KnownResourceStates.NotStarted };
        }
        catch (Exception e)
        {
            Log($"Failed to start: {e.Message}");
            return snapshot => snapshot with { State = KnownResourceStates.FailedToStart };
        }

        using (process)
        using (var ended = new CancellationTokenSource())
        {
            foreach (var (endpoint, proxy) in proxies)
                proxy.Add(targets[endpoint]);
            PublishRunning(launch, terminal, process.Id);
            var checks = Task.WhenAll(HealthChecks.Select(check => health.RunAsync(check, targets[check.EndpointName], Report, ended.Token)));

            var ready = AnnounceReadyAsync(ended.Token);

            int exitCode;
            // Disposing a registration waits for its callback: Stopping is never published after the end.
            using (stop.Register(() => Terminate(process)))
            using (kill.Register(process.Kill))
                exitCode = await process.Exit.ConfigureAwait(false);

            foreach (var (endpoint, proxy) in proxies)
                proxy.Remove(targets[endpoint]);
            await ended.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(checks, ready).ConfigureAwait(false);
            Log($"Ended with exit code {exitCode}.");
            var state = exitCode == 0 && !cancelled.IsCancellationRequested ? KnownResourceStates.Finished : KnownResourceStates.Exited;
            return snapshot => snapshot with { State = state, ExitCode = exitCode, StopTimeStamp = Now() };
        }
    }

    /// <summary>The run up to a process.</summary>
    private async Task<(Launch, ReplicaTerminal?, IRunningProcess)> LaunchAsync(TargetPorts targets, CancellationToken cancelled)
    {
        if (resource.Annotations.OfType<WaitAnnotation>().Any())
        {
            Publish(snapshot => snapshot with { State = KnownResourceStates.Waiting, ExitCode = null });
            await Dependencies.WaitAsync(resource, notifications, endIsFinal: dashboard.Otlp is null, Log, cancelled).ConfigureAwait(false);
        }
        Publish(snapshot => snapshot with { State = KnownResourceStates.Starting, ExitCode = null });
        await eventing.PublishAsync(new BeforeResourceStartedEvent(resource, services), cancelled).ConfigureAwait(false);
        var terminal = await terminals.OpenAsync(Id, resource, Log, cancelled).ConfigureAwait(false);
        var launch = await launches.BuildAsync(resource, _instanceId, targets, cancelled).ConfigureAwait(false);
        LogLaunch(launch);
        cancelled.ThrowIfCancellationRequested();
        IRunningProcess process = terminal is null
            ? ChildProcess.Start(launch, guard, (line, isError) => Log(line, isError ? LogSource.Error : LogSource.Output), time)
            : await terminals.StartAsync(launch, Id, terminal).ConfigureAwait(false);
        return (launch, terminal, process);
    }

    private void PublishRunning(Launch launch, ReplicaTerminal? terminal, int pid)
    {
        Log($"Running{(terminal is null ? "" : " on its terminal in the dashboard")}, pid {pid}.");
        Publish(snapshot => snapshot with
        {
            State = KnownResourceStates.Running,
            WasReady = false,
            StartTimeStamp = Now(),
            StopTimeStamp = null,
            HealthReports = [.. snapshot.HealthReports.Select(report => new HealthReportSnapshot(report.Name, Status: null, Description: null, ExceptionText: null))],
            EnvironmentVariables = [.. launch.Environment.Select(variable => new EnvironmentVariableSnapshot(variable.Key, variable.Value, IsFromSpec: true))],
            Properties =
            [
                new ResourcePropertySnapshot("executable.path", launch.Command),
                new ResourcePropertySnapshot("executable.args", launch.Arguments),
                new ResourcePropertySnapshot("executable.workDir", launch.WorkingDirectory),
                new ResourcePropertySnapshot("executable.pid", pid),
                .. Properties(terminal),
                .. resource.Annotations.OfType<IProjectMetadata>().Select(project => new ResourcePropertySnapshot("project.path", project.ProjectPath)),
            ],
        });
    }

    /// <summary>By which the dashboard finds the terminal. Each replica has its own there: the dashboard counts from 0 within one resource name.</summary>
    private static IEnumerable<ResourcePropertySnapshot> Properties(ReplicaTerminal? terminal) => terminal is null ? [] :
    [
        new("terminal.enabled", "true"),
        new("terminal.replicaIndex", "0"),
        new("terminal.replicaCount", "1"),
        new("terminal.consumerUdsPath", terminal.ConsumerSocket) { IsSensitive = true },
    ];

    private void Terminate(IRunningProcess process)
    {
        Publish(snapshot => snapshot with { State = KnownResourceStates.Stopping });
        Log("Asked to end.");
        process.Terminate();
    }

    private void Report(HealthReportSnapshot report, bool isQuiet)
    {
        Log(report.Status == HealthStatus.Healthy ? "Healthy." : $"Not healthy{(isQuiet ? " yet" : "")}: {report.Description}", isQuiet ? LogSource.Detail : LogSource.AppHost);
        Publish(snapshot => snapshot with { HealthReports = [.. snapshot.HealthReports.Select(old => old.Name == report.Name ? report : old)] });
    }

    private async Task AnnounceReadyAsync(CancellationToken ended)
    {
        try
        {
            await notifications.WaitForResourceAsync(Id, change => change.Snapshot.HealthStatus == HealthStatus.Healthy, ended).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        if (await TellAsync(new ResourceReadyEvent(resource, services), ended).ConfigureAwait(false))
            Publish(snapshot => snapshot with { WasReady = true });
    }

    /// <returns>False when a subscriber has failed.</returns>
    private async Task<bool> TellAsync<T>(T @event, CancellationToken cancellationToken)
        where T : IDistributedApplicationResourceEvent
    {
        try
        {
            await eventing.PublishAsync(@event, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e)
        {
            Log($"A subscriber of {typeof(T).Name} has failed: {e.Message}");
            return false;
        }
    }

    private void LogLaunch(Launch launch)
    {
        Detail($"Command: {string.Join(' ', [launch.Command, .. launch.Arguments])}");
        Detail($"Folder: {launch.WorkingDirectory}");
        foreach (var (name, value) in launch.Environment)
            Detail($"Environment: {name}={value}");

        void Detail(string line) => Log(secrets.Mask(line), LogSource.Detail);
    }

    private void Log(string line) => Log(line, LogSource.AppHost);

    private void Log(string line, LogSource source) => logs.Append(resource, Id, line, source);

    private void Publish(Func<CustomResourceSnapshot, CustomResourceSnapshot> change) => notifications.PublishUpdateAsync(resource, Id, change);

    private DateTime Now() => time.GetUtcNow().UtcDateTime;

    private sealed class Run
    {
        public CancellationTokenSource Stop { get; } = new();

        public CancellationTokenSource Kill { get; } = new();

        public Task Task { get; set; } = Task.CompletedTask;
    }
}
