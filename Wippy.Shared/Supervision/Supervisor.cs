using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;

namespace Wippy.Shared.Supervision;

/// <summary>
/// Starts, watches, restarts and stops the services of a deployment (reference: services-and-supervision). It is itself
/// a process, on the system node, and monitors each service's process wherever that runs; so a lost node is a failed
/// run like any other. It ends after CANCEL, when all services have stopped.
/// </summary>
/// <param name="node">The node it runs on.</param>
/// <param name="started">Completed when every service that starts by itself has been started, or has failed to, once.</param>
internal sealed partial class Supervisor(Node node, TaskCompletionSource started) : NativeProcess
{
    private readonly ConcurrentDictionary<EntryId, Service> _services = [];   // read by those who show it, too
    private readonly Dictionary<string, TaskCompletionSource<NativeEvent>> _exits = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<SynchronizationContext> _context = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ILogger _logger = node.Loggers.CreateLogger<Supervisor>();
    private NativeContext _self = null!;

    /// <summary>The internal host that supervisors run on.</summary>
    public static HostSpec ControlHost { get; } = HostSpec.Compile(new Entry(
        new EntryId("node", "control"),
        EntryKinds.ProcessHost,
        data: new Dictionary<string, object?> { ["zone"] = "system", ["host"] = new Dictionary<string, object?> { ["workers"] = 1L } }));

    /// <summary>The services as they are now. Any thread; a snapshot.</summary>
    public IReadOnlyList<ServiceStatus> Services =>
        [.. _services.Values.Select(service => new ServiceStatus(service.Spec.Id, service.State, service.Restarts, service.Pid))];

    /// <inheritdoc/>
    public override async Task<object?> RunAsync(NativeContext process)
    {
        _self = process;
        StartServices(ServiceSpec.All(node.Registry.Current).Where(service => service.Lifecycle.AutoStart));
        _context.SetResult(SynchronizationContext.Current!);
        var firstRuns = Task.WhenAll(_services.Values.Select(service => service.FirstRun.Task)).ContinueWith(_ => started.TrySetResult(), TaskScheduler.Default);
        var reading = ReadEventsAsync();
        await _cancelled.Task;
        await StopAsync(_services.Keys);
        await firstRuns;
        return null;
    }

    /// <summary>Stops the services that a change of the registry has deleted. Any thread.</summary>
    public Task StopDeletedAsync(RegistryChange change) => InContextAsync(() => StopAsync(change.After.GoneSince(change.Before)));

    /// <summary>
    /// Starts what a change has created and starts by itself, and waits until it runs or could not be started; notes the
    /// rest for the next start. Any thread.
    /// </summary>
    public Task StartCreatedAsync(RegistryChange change) => InContextAsync(() =>
    {
        var changed = change.After.ChangedSince(change.Before).Where(entry => entry.Kind == EntryKinds.ProcessService).Select(ServiceSpec.Compile).ToList();
        foreach (var spec in changed)
        {
            if (_services.TryGetValue(spec.Id, out var service)) service.Spec = spec;
        }
        var created = changed.Where(spec => spec.Lifecycle.AutoStart && !change.Before.Entries.ContainsKey(spec.Id));
        return Task.WhenAll(StartServices(created).Select(service => service.FirstRun.Task));
    });

    // Until the process ends, since stopping services end, too.
    private async Task ReadEventsAsync()
    {
        while (true)
        {
            var news = await _self.NextEventAsync();
            if (news.Kind == NativeEventKind.Cancel) _cancelled.TrySetResult();
            if (news.Kind == NativeEventKind.Exit) ExitOf(news.From).TrySetResult(news);
        }
    }

    private async Task InContextAsync(Func<Task> work)
    {
        var context = await _context.Task;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        context.Post(async _ =>
        {
            await work();
            done.SetResult();
        }, null);
        await done.Task;
    }

    private List<Service> StartServices(IEnumerable<ServiceSpec> wanted)
    {
        var all = ServiceSpec.All(node.Registry.Current).ToDictionary(spec => spec.Id);
        var order = StartOrder.Of(wanted, all, id => node.Registry.Current.Entries.ContainsKey(id));
        foreach (var message in order.Blocked.Values) Log.Blocked(_logger, message);
        var services = new List<Service>();
        for (var level = 0; level < order.Levels.Count; level++)
        {
            foreach (var spec in order.Levels[level])
            {
                if (_services.TryGetValue(spec.Id, out var known) && !known.Run.IsCompleted) continue;
                services.Add(_services[spec.Id] = new Service(spec, level));
            }
        }
        foreach (var service in services) service.Run = RunAsync(service);
        return services;
    }

    // One service from its first start to its last end.
    private async Task RunAsync(Service service)
    {
        foreach (var requirement in service.Spec.Lifecycle.Requires)
        {
            if (_services.TryGetValue(requirement, out var required)) await Task.WhenAny(required.FirstRun.Task, service.Stopping.Task);
        }
        var failures = 0;
        while (!service.Stopping.Task.IsCompleted)
        {
            var spec = service.Spec;
            var began = node.Clock.GetTimestamp();
            var error = await RunOnceAsync(service);
            if (service.State is ServiceState.Stopped) return;
            if (service.State is ServiceState.Exited)
            {
                if (error is null) Log.Exited(_logger, spec.Id);
                else Log.ExitedFinally(_logger, spec.Id, error.Message);
                return;
            }
            if (node.Clock.GetElapsedTime(began) >= spec.Lifecycle.StableThreshold) failures = 0;
            failures++;
            if (!RestartPolicy.MayRetry(spec.Lifecycle.Restart, failures))
            {
                Log.OutOfAttempts(_logger, spec.Id, failures, error!.Message);
                return;
            }
            service.Restarts++;
            var delay = spec.Lifecycle.Restart.InitialDelay;
            Log.Failed(_logger, spec.Id, error!.Message, delay);
            await Task.WhenAny(_self.DelayAsync(delay), service.Stopping.Task);
        }
        service.State = ServiceState.Stopped;
        service.FirstRun.TrySetResult();   // it may have had none
    }

    private async Task<Error?> RunOnceAsync(Service service)
    {
        service.State = ServiceState.Starting;
        var error = await SpawnAsync(service);
        service.FirstRun.TrySetResult();
        if (error is not null)
        {
            service.State = RestartPolicy.AfterSpawn(error);
            return error;
        }
        service.State = ServiceState.Running;
        Log.Running(_logger, service.Spec.Id, service.Pid);
        if (service.Stopping.Task.IsCompleted) await StopAsync(service);   // it was being started when it was told to stop
        var exit = await ExitOf(service.Pid).Task;
        _exits.Remove(service.Pid);
        service.State = service.Stopping.Task.IsCompleted ? ServiceState.Stopped : RestartPolicy.AfterRun(exit.Error);
        return exit.Error;
    }

    private async Task<Error?> SpawnAsync(Service service)
    {
        var security = default(SecurityContext);
        if (service.Spec.Lifecycle.Security is { } block && !node.Policies.TryFromBlock(block, out security, out var unknown)) return unknown;
        using var buffer = new ByteBuffer();
        PayloadValues.WriteArguments(buffer, service.Spec.Input);
        var payload = Payload.Copy(buffer.WrittenSpan);
        var (pid, error) = await _self.SpawnAsync(service.Spec.Process, service.Spec.Host, SpawnRelation.Monitored, payload, security);
        service.Pid = pid.IsNone ? "" : pid.ToString();
        return error;
    }

    // Dependents first; one level at a time.
    private async Task StopAsync(IEnumerable<EntryId> ids)
    {
        var stopping = ids.Select(id => _services.GetValueOrDefault(id)).OfType<Service>().ToList();
        foreach (var service in stopping) service.Stopping.TrySetResult();
        foreach (var level in stopping.GroupBy(service => service.Level).OrderByDescending(level => level.Key))
        {
            await Task.WhenAll(level.Where(s => s.State == ServiceState.Running).Select(StopAsync));
            await Task.WhenAll(level.Select(service => service.Run));
        }
        foreach (var service in stopping) _services.TryRemove(service.Spec.Id, out _);
    }

    private async Task StopAsync(Service service)
    {
        service.State = ServiceState.Stopping;
        var ended = ExitOf(service.Pid).Task;
        await _self.CancelAsync(service.Pid, "service stopping");
        var limit = service.Spec.Lifecycle.StopTimeout;
        if (await Task.WhenAny(ended, _self.DelayAsync(limit)) != ended)
        {
            Log.StopTimeout(_logger, service.Spec.Id, limit);
            await _self.TerminateAsync(service.Pid);
        }
        Log.Stopped(_logger, service.Spec.Id);
    }

    private TaskCompletionSource<NativeEvent> ExitOf(string pid)
    {
        if (!_exits.TryGetValue(pid, out var exit)) _exits[pid] = exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return exit;
    }

    private sealed class Service(ServiceSpec spec, int level)
    {
        /// <summary>What its entry says; changes take effect at the next start.</summary>
        public ServiceSpec Spec { get; set; } = spec;

        public int Level => level;

        /// <summary>From its first start to its last end.</summary>
        public Task Run { get; set; } = Task.CompletedTask;

        /// <summary>Completes when it is asked to stop for good.</summary>
        public TaskCompletionSource Stopping { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ServiceState State { get; set; }

        public string Pid { get; set; } = "";

        /// <summary>How often it was started again after a failure.</summary>
        public int Restarts { get; set; }

        /// <summary>Completes when the first start has succeeded or failed: those who require it go on then.</summary>
        public TaskCompletionSource FirstRun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Error, "{Message}")]
        public static partial void Blocked(ILogger logger, string message);

        [LoggerMessage(2002, LogLevel.Information, "service {Service} is running as {Pid}")]
        public static partial void Running(ILogger logger, EntryId service, string pid);

        [LoggerMessage(2003, LogLevel.Information, "service {Service} has exited")]
        public static partial void Exited(ILogger logger, EntryId service);

        [LoggerMessage(2004, LogLevel.Error, "service {Service} has exited and is not restarted: {Error}")]
        public static partial void ExitedFinally(ILogger logger, EntryId service, string error);

        [LoggerMessage(2005, LogLevel.Warning, "service {Service} failed: {Error}; next start in {Delay}")]
        public static partial void Failed(ILogger logger, EntryId service, string error, TimeSpan delay);

        [LoggerMessage(2006, LogLevel.Error, "service {Service} failed {Failures} times in a row and is not restarted: {Error}")]
        public static partial void OutOfAttempts(ILogger logger, EntryId service, int failures, string error);

        [LoggerMessage(2007, LogLevel.Warning, "service {Service} did not stop within {Limit} and was terminated")]
        public static partial void StopTimeout(ILogger logger, EntryId service, TimeSpan limit);

        [LoggerMessage(2008, LogLevel.Information, "service {Service} has stopped")]
        public static partial void Stopped(ILogger logger, EntryId service);
    }
}

/// <summary>A service for those who show it.</summary>
/// <param name="Id">Its entry.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Restarts">How often it was started again after a failure.</param>
/// <param name="Pid">Its last process; empty before the first.</param>
internal sealed record ServiceStatus(EntryId Id, ServiceState State, int Restarts, string Pid);
