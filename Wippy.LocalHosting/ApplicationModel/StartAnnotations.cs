namespace Aspire.Hosting.ApplicationModel;

/// <summary>What a resource waits for.</summary>
public enum WaitType
{
    /// <summary>The dependency runs and all its health checks are healthy.</summary>
    WaitUntilHealthy,

    /// <summary>The dependency has ended with the expected exit code.</summary>
    WaitForCompletion,

    /// <summary>The dependency runs.</summary>
    WaitUntilStarted,
}

/// <summary>The resource starts only after another has reached a state.</summary>
public class WaitAnnotation(IResource resource, WaitType waitType, int exitCode = 0) : IResourceAnnotation
{
    /// <summary>The dependency.</summary>
    public IResource Resource => resource;

    /// <summary>The state.</summary>
    public WaitType WaitType => waitType;

    /// <summary>The exit code expected by <see cref="WaitType.WaitForCompletion"/>.</summary>
    public int ExitCode => exitCode;
}

/// <summary>How many processes the resource consists of.</summary>
public class ReplicaAnnotation(int replicas = 1) : IResourceAnnotation
{
    /// <summary>1 or more.</summary>
    public int Replicas => replicas;
}

/// <summary>The resource starts only on command.</summary>
public class ExplicitStartupAnnotation : IResourceAnnotation;

/// <summary>An HTTP GET that tells whether a replica is healthy.</summary>
internal sealed record HttpHealthCheckAnnotation(string Name, string Scheme, string Path, int StatusCode, string EndpointName) : IResourceAnnotation;

/// <summary>The resource is related to another: uses it, waits for it, or belongs to it.</summary>
public sealed class ResourceRelationshipAnnotation(IResource resource, string type) : IResourceAnnotation
{
    /// <summary>The other resource.</summary>
    public IResource Resource => resource;

    /// <summary><c>Reference</c>, <c>WaitFor</c> or <c>Parent</c>.</summary>
    public string Type => type;
}

internal static class KnownRelationshipTypes
{
    public const string Parent = "Parent";
    public const string Reference = "Reference";
    public const string WaitFor = "WaitFor";
}
