using Aspire.Hosting.Eventing;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Before anything starts: resources may still be changed.</summary>
public class BeforeStartEvent(IServiceProvider services, DistributedApplicationModel model) : IDistributedApplicationEvent
{
    /// <summary>The AppHost's services.</summary>
    public IServiceProvider Services => services;

    /// <summary>All resources.</summary>
    public DistributedApplicationModel Model => model;
}

/// <summary>Every resource has been announced, and those that wait for nothing have been started.</summary>
public class AfterResourcesCreatedEvent(IServiceProvider services, DistributedApplicationModel model) : IDistributedApplicationEvent
{
    /// <summary>The AppHost's services.</summary>
    public IServiceProvider Services => services;

    /// <summary>All resources.</summary>
    public DistributedApplicationModel Model => model;
}

/// <summary>The endpoints of a resource have their addresses.</summary>
public class ResourceEndpointsAllocatedEvent(IResource resource, IServiceProvider services) : IDistributedApplicationResourceEvent
{
    /// <inheritdoc/>
    public IResource Resource => resource;

    /// <summary>The AppHost's services.</summary>
    public IServiceProvider Services => services;
}

/// <summary>What a replica waited for is there, and it starts when those who have subscribed are done; one that fails makes the start fail.</summary>
public class BeforeResourceStartedEvent(IResource resource, IServiceProvider services) : IDistributedApplicationResourceEvent
{
    /// <inheritdoc/>
    public IResource Resource => resource;

    /// <summary>The AppHost's services.</summary>
    public IServiceProvider Services => services;
}

/// <summary>A replica is healthy for the first time since it was started. Those who wait for it wait for the subscribers, too.</summary>
public class ResourceReadyEvent(IResource resource, IServiceProvider services) : IDistributedApplicationResourceEvent
{
    /// <inheritdoc/>
    public IResource Resource => resource;

    /// <summary>The AppHost's services.</summary>
    public IServiceProvider Services => services;
}

/// <summary>A replica has ended, or could not be started.</summary>
public class ResourceStoppedEvent(IResource resource, IServiceProvider services, ResourceEvent resourceEvent) : IDistributedApplicationResourceEvent
{
    /// <inheritdoc/>
    public IResource Resource => resource;

    /// <summary>The AppHost's services.</summary>
    public IServiceProvider Services => services;

    /// <summary>Its last state.</summary>
    public ResourceEvent ResourceEvent => resourceEvent;
}
