namespace Aspire.Hosting.ApplicationModel;

/// <summary>A URL to show with the resource.</summary>
public sealed class ResourceUrlAnnotation : IResourceAnnotation
{
    /// <summary>The URL; a path alone is appended to the endpoint's address.</summary>
    public required string Url { get; set; }

    /// <summary>What to show instead of, or beside, the URL.</summary>
    public string? DisplayText { get; set; }

    /// <summary>The endpoint it belongs to, if any.</summary>
    public EndpointReference? Endpoint { get; init; }
}

internal sealed record EndpointUrlCallbackAnnotation(string EndpointName, Action<ResourceUrlAnnotation> Callback) : IResourceAnnotation;
