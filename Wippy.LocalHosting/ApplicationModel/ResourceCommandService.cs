namespace Aspire.Hosting.ApplicationModel;

/// <summary>Gives commands to replicas. Any thread.</summary>
public class ResourceCommandService
{
    private readonly ResourceNotificationService _notifications;
    private readonly IServiceProvider _services;

    internal ResourceCommandService(ResourceNotificationService notifications, IServiceProvider services)
    {
        _notifications = notifications;
        _services = services;
    }

    /// <summary>Gives a command and waits until it is done.</summary>
    /// <param name="resourceId">A replica; or a resource, if it has one replica only.</param>
    /// <param name="commandName">One of <see cref="KnownResourceCommands"/>, or a name given to <c>WithCommand</c>.</param>
    /// <param name="cancellationToken">Given on to the command.</param>
    /// <returns>Never an exception: what went wrong is in the result.</returns>
    public async Task<ExecuteCommandResult> ExecuteCommandAsync(string resourceId, string commandName, CancellationToken cancellationToken = default)
    {
        var replicas = _notifications.Replicas(resourceId);
        if (replicas.Count != 1)
        {
            return CommandResults.Failure(replicas.Count == 0
                ? $"Resource '{resourceId}' not found."
                : $"Resource '{resourceId}' has several replicas; name one of {string.Join(", ", replicas.Select(replica => replica.ResourceId))}.");
        }
        var command = replicas[0].Resource.Annotations.OfType<ResourceCommandAnnotation>().FirstOrDefault(command => command.Name == commandName);
        if (command is null)
            return CommandResults.Failure($"Resource '{resourceId}' has no command '{commandName}'.");
        try
        {
            return await command.ExecuteCommand(new ExecuteCommandContext
            {
                ServiceProvider = _services,
                ResourceName = replicas[0].ResourceId,
                CancellationToken = cancellationToken,
            }).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            return CommandResults.Failure($"Command '{commandName}' of '{resourceId}' failed: {e.Message}");
        }
    }
}
