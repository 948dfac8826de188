using System.Collections.Immutable;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Wippy.LocalHosting;

/// <summary>
/// Runs the application: 1. gives every endpoint its address, 2. makes the replicas, 3. starts them, each waiting for its own
/// dependencies, 4. stops them level by level, dependents first. A replica that ends by itself stays ended: restarting is the
/// business of a container platform or of the supervisors inside the services, and a command away for people.
/// </summary>
internal sealed class ApplicationRunner(
    DistributedApplicationModel model, IDistributedApplicationEventing eventing, IOptions<LocalHostingOptions> options, IServiceProvider services)
    : IHostedService, IAsyncDisposable
{
    private readonly Dictionary<EndpointAnnotation, PortProxy> _proxies = [];
    private ImmutableArray<Replica> _replicas = [];
    private Task? _stopping;
    private readonly Lock _lock = new();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var resources = model.Resources.Where(resource => resource is ProjectResource or ExecutableResource).ToArray();
        foreach (var resource in resources)
        {
            AllocateEndpoints(resource);
            await eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, services), cancellationToken).ConfigureAwait(false);
        }
        // All replicas are announced before the first one starts: who waits for a resource sees at once how many there are.
        _replicas = [.. resources.SelectMany(resource => Enumerable.Range(0, ReplicasOf(resource)).Select(_ => NewReplica(resource)))];
        foreach (var replica in _replicas.Where(replica => !replica.Resource.Annotations.OfType<ExplicitStartupAnnotation>().Any()))
            replica.TryStart();
        await eventing.PublishAsync(new AfterResourcesCreatedEvent(services, model), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops everything; called again, waits for the same stop. The token is not asked: a stop that gives up leaves processes behind.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return _stopping ??= Task.Run(StopAllAsync, CancellationToken.None);
    }

    /// <summary>Ends every process without asking.</summary>
    public void Kill()
    {
        foreach (var replica in _replicas)
            replica.Kill();
    }

    public Replica Find(string replicaId) => _replicas.First(replica => replica.Id == replicaId);

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None).ConfigureAwait(false);

    private async Task StopAllAsync()
    {
        var levels = StopOrder.Levels(_replicas.Select(replica => replica.Resource).Distinct());
        foreach (var level in levels)
        {
            var grace = options.Value.StopGrace / levels.Count;
            await Task.WhenAll(_replicas.Where(replica => level.Contains(replica.Resource)).Select(replica => replica.CloseAsync(grace))).ConfigureAwait(false);
        }
        foreach (var proxy in _proxies.Values)
            proxy.Dispose();
    }

    private Replica NewReplica(IResource resource)
    {
        var proxies = resource.Endpoints().Where(_proxies.ContainsKey).ToDictionary(endpoint => endpoint, endpoint => _proxies[endpoint]);
        var replica = ActivatorUtilities.CreateInstance<Replica>(services, resource, proxies);
        replica.Announce();
        return replica;
    }

    private void AllocateEndpoints(IResource resource)
    {
        foreach (var endpoint in resource.Endpoints())
        {
            if (ReplicasOf(resource) > 1 && !endpoint.IsProxied)
            {
                throw new InvalidOperationException(
                    $"Resource '{resource.Name}' uses multiple replicas and a proxy-less endpoint '{endpoint.Name}'. These features do not work together.");
            }
            if (ReplicasOf(resource) > 1 && endpoint.TargetPort is { } targetPort)
            {
                throw new InvalidOperationException(
                    $"Resource '{resource.Name}' uses multiple replicas and the target port {targetPort} for endpoint '{endpoint.Name}'. Each replica needs a port of its own: leave the target port out.");
            }
            var fixedPort = options.Value.RandomizePorts ? null : endpoint.Port;
            if (endpoint.IsProxied)
            {
                var proxy = PortProxy.Listen(fixedPort, $"endpoint '{endpoint.Name}' of resource '{resource.Name}'");
                _proxies.Add(endpoint, proxy);
                endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", proxy.Port);
            }
            else
            {
                endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", fixedPort ?? endpoint.TargetPort ?? FreePort.Next());
            }
        }
    }

    private static int ReplicasOf(IResource resource) => resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;
}
