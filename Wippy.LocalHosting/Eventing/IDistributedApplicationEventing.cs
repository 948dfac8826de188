using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Eventing;

/// <summary>Something that happens while the application runs.</summary>
public interface IDistributedApplicationEvent;

/// <summary>Something that happens to one resource.</summary>
public interface IDistributedApplicationResourceEvent : IDistributedApplicationEvent
{
    /// <summary>The resource.</summary>
    IResource Resource { get; }
}

/// <summary>Tells those who have subscribed what happens while the application runs. Any thread.</summary>
public interface IDistributedApplicationEventing
{
    /// <summary>Calls back at every event of a type, each time until the task has completed, in the order of subscription.</summary>
    /// <returns>For <see cref="Unsubscribe"/>.</returns>
    DistributedApplicationEventSubscription Subscribe<T>(Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationEvent;

    /// <summary>As above, for the events of one resource.</summary>
    DistributedApplicationEventSubscription Subscribe<T>(IResource resource, Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationResourceEvent;

    /// <summary>Ends a subscription.</summary>
    void Unsubscribe(DistributedApplicationEventSubscription subscription);

    /// <summary>Calls back those who have subscribed to events of this type, and returns when they are done.</summary>
    /// <exception cref="Exception">What a callback has thrown; those after it are not called.</exception>
    Task PublishAsync<T>(T @event, CancellationToken cancellationToken = default)
        where T : IDistributedApplicationEvent;
}

/// <summary>Who wants to know.</summary>
public class DistributedApplicationEventSubscription(Func<IDistributedApplicationEvent, CancellationToken, Task> callback)
{
    /// <summary>Called at each event.</summary>
    public Func<IDistributedApplicationEvent, CancellationToken, Task> Callback => callback;
}
