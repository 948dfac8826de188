using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A change of one replica.</summary>
public class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    /// <summary>The resource.</summary>
    public IResource Resource => resource;

    /// <summary>The replica, as in <c>system-k3x9a7b2</c>.</summary>
    public string ResourceId => resourceId;

    /// <summary>What it looks like since.</summary>
    public CustomResourceSnapshot Snapshot => snapshot;
}

/// <summary>Knows the state of every replica and tells about changes. Any thread.</summary>
public class ResourceNotificationService
{
    private readonly IServiceProvider _services;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceEvent> _current = [];
    private readonly List<ChannelWriter<ResourceEvent>> _watchers = [];

    internal ResourceNotificationService(IServiceProvider services) => _services = services;

    /// <summary>Replaces the snapshot of a replica and tells every watcher.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="resourceId">The replica.</param>
    /// <param name="stateFactory">Makes the new snapshot from the old one; it runs under a lock, so it must not wait.</param>
    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        lock (_lock)
        {
            var old = _current.TryGetValue(resourceId, out var last) ? last.Snapshot : Nothing(resource);
            var snapshot = stateFactory(old);
            var change = new ResourceEvent(resource, resourceId, snapshot with { Commands = [.. Commands(resource, snapshot)] });
            _current[resourceId] = change;
            foreach (var watcher in _watchers)
                watcher.TryWrite(change);
        }
        return Task.CompletedTask;
    }

    /// <summary>The last known state of a replica.</summary>
    public bool TryGetCurrentState(string resourceId, out ResourceEvent? resourceEvent)
    {
        lock (_lock)
            return _current.TryGetValue(resourceId, out resourceEvent);
    }

    /// <summary>First the current state of every replica, then every change, without end.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var batch in WatchBatchesAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var change in batch)
                yield return change;
        }
    }

    /// <summary>As <see cref="WatchAsync"/>; the first batch is the current state of every replica, also when there are none.</summary>
    internal async IAsyncEnumerable<IReadOnlyList<ResourceEvent>> WatchBatchesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var changes = Channel.CreateUnbounded<ResourceEvent>(new UnboundedChannelOptions { SingleReader = true });
        ResourceEvent[] current;
        lock (_lock)
        {
            current = [.. _current.Values];
            _watchers.Add(changes.Writer);
        }
        try
        {
            yield return current;
            while (await changes.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var batch = new List<ResourceEvent>();
                while (changes.Reader.TryRead(out var change))
                    batch.Add(change);
                yield return batch;
            }
        }
        finally
        {
            lock (_lock)
                _watchers.Remove(changes.Writer);
        }
    }

    /// <summary>Waits until a replica of the resource is in a state.</summary>
    /// <param name="resourceName">A resource or one replica of it.</param>
    /// <param name="targetState">One of <see cref="KnownResourceStates"/>; null = running.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, change => IsIn(change.Snapshot, targetState ?? KnownResourceStates.Running), cancellationToken);

    /// <summary>Waits until a replica of the resource is in one of the states.</summary>
    /// <returns>That state.</returns>
    public async Task<string> WaitForResourceAsync(string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var change = await WaitForResourceAsync(resourceName, change => targetStates.Any(state => IsIn(change.Snapshot, state)), cancellationToken).ConfigureAwait(false);
        return change.Snapshot.State!.Text;
    }

    /// <summary>Waits until a change of a replica of the resource satisfies the predicate.</summary>
    public async Task<ResourceEvent> WaitForResourceAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        await foreach (var change in WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            if (IsOf(change, resourceName) && predicate(change))
                return change;
        }
        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>Waits until every replica of the resource runs, all its health checks are healthy and the subscribers of <see cref="ResourceReadyEvent"/> are done.</summary>
    /// <exception cref="DistributedApplicationException">A replica has ended or could not be started.</exception>
    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForAllAsync(resourceName, change =>
        {
            if (KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text))
                throw new DistributedApplicationException($"Resource '{resourceName}' cannot become healthy: {Ended(change)}.");
            return change.Snapshot.IsReady;
        }, cancellationToken);

    /// <summary>Waits until all replicas satisfy the predicate at the same time; the predicate throws when they never will.</summary>
    internal async Task<ResourceEvent> WaitForAllAsync(string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken)
    {
        var replicas = new Dictionary<string, bool>();
        await foreach (var change in WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!IsOf(change, resourceName))
                continue;
            replicas[change.ResourceId] = predicate(change);
            if (replicas.Count == Replicas(resourceName).Count && replicas.Values.All(done => done))
                return change;
        }
        throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>The current states of a resource's replicas, or of the one replica with that id.</summary>
    internal IReadOnlyList<ResourceEvent> Replicas(string resourceName)
    {
        lock (_lock)
            return [.. _current.Values.Where(change => IsOf(change, resourceName))];
    }

    /// <summary>How a replica ended, in words.</summary>
    internal static string Ended(ResourceEvent change) => change.Snapshot switch
    {
        { ExitCode: { } code } => $"{change.ResourceId} has ended with exit code {code}",
        _ => $"{change.ResourceId} is {change.Snapshot.State?.Text}",
    };

    private IEnumerable<ResourceCommandSnapshot> Commands(IResource resource, CustomResourceSnapshot snapshot)
    {
        var context = new UpdateCommandStateContext { ResourceSnapshot = snapshot, ServiceProvider = _services };
        foreach (var command in resource.Annotations.OfType<ResourceCommandAnnotation>())
            yield return new ResourceCommandSnapshot(command, command.UpdateState(context));
    }

    private static CustomResourceSnapshot Nothing(IResource resource) => new()
    {
        ResourceType = resource.GetType().Name.Replace("Resource", ""),
        Properties = [],
    };

    private static bool IsOf(ResourceEvent change, string name) =>
        string.Equals(change.Resource.Name, name, StringComparison.OrdinalIgnoreCase) || string.Equals(change.ResourceId, name, StringComparison.OrdinalIgnoreCase);

    private static bool IsIn(CustomResourceSnapshot snapshot, string state) => string.Equals(snapshot.State?.Text, state, StringComparison.OrdinalIgnoreCase);
}
