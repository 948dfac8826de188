using System.Diagnostics;
using System.Globalization;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Names an endpoint of a resource; its address is known once the application runs. As a value it is the URL.</summary>
[DebuggerDisplay("{Resource.Name}:{EndpointName}")]
public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IValueProvider, IManifestExpressionProvider
{
    /// <summary>The resource that listens.</summary>
    public IResourceWithEndpoints Resource => owner;

    /// <summary>Name of the endpoint.</summary>
    public string EndpointName => endpointName;

    /// <summary>The resource has declared such an endpoint.</summary>
    public bool Exists => owner.FindEndpoint(endpointName) is not null;

    /// <summary>The address is known.</summary>
    public bool IsAllocated => owner.FindEndpoint(endpointName)?.AllocatedEndpoint is not null;

    /// <summary>What the resource has declared.</summary>
    /// <exception cref="InvalidOperationException">There is no such endpoint.</exception>
    public EndpointAnnotation EndpointAnnotation => owner.FindEndpoint(endpointName)
        ?? throw new InvalidOperationException($"The endpoint '{endpointName}' is not defined for the resource '{owner.Name}'.");

    /// <summary>Scheme, host and port as a URL.</summary>
    public string Url => Allocated.UriString;

    /// <summary>Host name.</summary>
    public string Host => Allocated.Address;

    /// <summary>The stable port.</summary>
    public int Port => Allocated.Port;

    /// <summary>Scheme of the URL.</summary>
    public string Scheme => EndpointAnnotation.UriScheme;

    private AllocatedEndpoint Allocated => EndpointAnnotation.AllocatedEndpoint
        ?? throw new InvalidOperationException($"The endpoint '{endpointName}' of the resource '{owner.Name}' has no address yet: the application is not started.");

    /// <summary>One part of the address, as a value for an environment variable.</summary>
    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Url);
}

/// <summary>The parts of an endpoint's address.</summary>
public enum EndpointProperty
{
    /// <summary>Scheme, host and port.</summary>
    Url,

    /// <summary>Host name.</summary>
    Host,

    /// <summary>The host's IPv4 address.</summary>
    IPV4Host,

    /// <summary>The stable port.</summary>
    Port,

    /// <summary>Scheme of the URL.</summary>
    Scheme,

    /// <summary>The port of the process itself: each replica has its own, so only the resource itself can use it.</summary>
    TargetPort,

    /// <summary><c>host:port</c>.</summary>
    HostAndPort,
}

/// <summary>One part of an endpoint's address, known once the application runs.</summary>
public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property) : IValueProvider, IManifestExpressionProvider
{
    /// <summary>The endpoint.</summary>
    public EndpointReference Endpoint => endpointReference;

    /// <summary>The part.</summary>
    public EndpointProperty Property => property;

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(property switch
    {
        EndpointProperty.Url => Endpoint.Url,
        EndpointProperty.Host => Endpoint.Host,
        EndpointProperty.IPV4Host => "127.0.0.1",
        EndpointProperty.Port => Endpoint.Port.ToString(CultureInfo.InvariantCulture),
        EndpointProperty.Scheme => Endpoint.Scheme,
        EndpointProperty.HostAndPort => $"{Endpoint.Host}:{Endpoint.Port}",
        _ => throw new InvalidOperationException($"The {property} of endpoint '{Endpoint.EndpointName}' is known only inside the resource '{Endpoint.Resource.Name}'."),
    });
}
