using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Wippy.LocalHosting;

/// <summary>What a resource waits for before it starts.</summary>
internal static class Dependencies
{
    /// <summary>Completes when all dependencies are as the resource wants them.</summary>
    /// <param name="resource">The resource that wants to start.</param>
    /// <param name="notifications">Knows the dependencies' states.</param>
    /// <param name="endIsFinal">A dependency that ends in another way fails the wait; else somebody at the dashboard may start it again.</param>
    /// <param name="log">Told what is being waited for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DistributedApplicationException">A dependency has ended in another way, and that is final; a start command on both is the way out.</exception>
    public static Task WaitAsync(IResource resource, ResourceNotificationService notifications, bool endIsFinal, Action<string> log, CancellationToken cancellationToken) =>
        Task.WhenAll(resource.Annotations.OfType<WaitAnnotation>()
            // Parameters and connection strings have no process to wait for.
            .Where(wait => wait.Resource is ProjectResource or ExecutableResource)
            .Select(wait =>
            {
                log($"Waiting for {wait.Resource.Name} to {Goal(wait)}.");
                return notifications.WaitForAllAsync(wait.Resource.Name, change => IsReached(wait, change, endIsFinal), cancellationToken);
            }));

    private static bool IsReached(WaitAnnotation wait, ResourceEvent change, bool endIsFinal)
    {
        var state = change.Snapshot.State?.Text;
        var ended = KnownResourceStates.TerminalStates.Contains(state);
        switch (wait.WaitType)
        {
            case WaitType.WaitForCompletion when ended && state != KnownResourceStates.FailedToStart && change.Snapshot.ExitCode == wait.ExitCode:
                return true;
            case WaitType.WaitUntilHealthy when change.Snapshot.IsReady:
                return true;
            case WaitType.WaitUntilStarted when state == KnownResourceStates.Running:
                return true;
            case var _ when ended && endIsFinal:
                throw new DistributedApplicationException($"'{wait.Resource.Name}' did not {Goal(wait)}: {ResourceNotificationService.Ended(change)}.");
            default:
                return false;
        }
    }

    private static string Goal(WaitAnnotation wait) => wait.WaitType switch
    {
        WaitType.WaitUntilHealthy => "become healthy",
        WaitType.WaitUntilStarted => "run",
        _ => $"end with exit code {wait.ExitCode}",
    };
}
