namespace Aspire.Hosting.ApplicationModel;

/// <summary>Handed to a callback that fills in environment variables, at every start of a replica.</summary>
public class EnvironmentCallbackContext(
    DistributedApplicationExecutionContext executionContext, IResource resource, Dictionary<string, object>? environmentVariables = null, CancellationToken cancellationToken = default)
{
    /// <summary>How the AppHost runs.</summary>
    public DistributedApplicationExecutionContext ExecutionContext => executionContext;

    /// <summary>The resource that starts.</summary>
    public IResource Resource => resource;

    /// <summary>The variables so far; a value is a text or an <see cref="IValueProvider"/>.</summary>
    public Dictionary<string, object> EnvironmentVariables { get; } = environmentVariables ?? [];

    /// <summary>Cancelled when the start is.</summary>
    public CancellationToken CancellationToken => cancellationToken;
}

internal sealed record EnvironmentCallbackAnnotation(Action<EnvironmentCallbackContext> Callback) : IResourceAnnotation;

internal sealed record ArgumentsAnnotation(IReadOnlyList<object> Values) : IResourceAnnotation;
