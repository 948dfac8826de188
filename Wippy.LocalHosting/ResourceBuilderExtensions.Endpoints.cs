using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Where a process listens, and how it is asked for its health.</summary>
public static partial class ResourceBuilderExtensions
{
    /// <summary>Declares an endpoint.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="port">The stable port; null = a free one.</param>
    /// <param name="targetPort">The port of the process; null = a free one.</param>
    /// <param name="scheme">Scheme of the URL; null = that of the protocol.</param>
    /// <param name="name">Name of the endpoint; null = the scheme.</param>
    /// <param name="env">The variable that tells the process its target port.</param>
    /// <param name="isProxied">False: one port, held by the process itself. Null = true.</param>
    /// <param name="isExternal">Meant for the world outside. Null = false.</param>
    /// <param name="protocol">Null = TCP.</param>
    /// <exception cref="DistributedApplicationException">The resource has an endpoint of that name.</exception>
    public static IResourceBuilder<T> WithEndpoint<T>(this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, string? scheme = null,
        string? name = null, string? env = null, bool? isProxied = null, bool? isExternal = null, ProtocolType? protocol = null)
        where T : IResourceWithEndpoints
    {
        var endpoint = new EndpointAnnotation(protocol ?? ProtocolType.Tcp, scheme, transport: null, name, port, targetPort, isExternal, isProxied)
        {
            TargetPortEnvironmentVariable = env,
        };
        if (builder.Resource.FindEndpoint(endpoint.Name) is not null)
        {
            throw new DistributedApplicationException(
                $"Endpoint with name '{endpoint.Name}' already exists on resource '{builder.Resource.Name}': give this one another name, or change that one with WithEndpoint(\"{endpoint.Name}\", endpoint => ...).");
        }
        return builder.WithAnnotation(endpoint);
    }

    /// <summary>Changes an endpoint, or declares it.</summary>
    public static IResourceBuilder<T> WithEndpoint<T>(this IResourceBuilder<T> builder, string endpointName, Action<EndpointAnnotation> callback, bool createIfNotExists = true)
        where T : IResourceWithEndpoints
    {
        var endpoint = builder.Resource.FindEndpoint(endpointName);
        if (endpoint is null)
        {
            if (!createIfNotExists)
                return builder;
            endpoint = new EndpointAnnotation(ProtocolType.Tcp, name: endpointName);
            builder.WithAnnotation(endpoint);
        }
        callback(endpoint);
        return builder;
    }

    /// <summary>Declares an HTTP endpoint, by default named <c>http</c>.</summary>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(this IResourceBuilder<T> builder,
        int? port = null, int? targetPort = null, string? name = null, string? env = null, bool? isProxied = null)
        where T : IResourceWithEndpoints => builder.WithEndpoint(port, targetPort, "http", name, env, isProxied);

    /// <summary>Marks all HTTP endpoints as meant for the world outside.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        foreach (var endpoint in builder.Resource.Endpoints().Where(endpoint => endpoint.UriScheme is "http" or "https"))
            endpoint.IsExternal = true;
        return builder;
    }

    /// <summary>Names an endpoint of the resource, which may be declared later.</summary>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, string name)
        where T : IResourceWithEndpoints => new(builder.Resource, name);

    /// <summary>A replica is healthy when a GET answers with the status.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="path">Null = <c>/</c>.</param>
    /// <param name="statusCode">Null = 200.</param>
    /// <param name="endpointName">Null = the first HTTP endpoint.</param>
    /// <exception cref="DistributedApplicationException">There is no such HTTP endpoint.</exception>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        var endpoint = builder.Resource.Endpoints().FirstOrDefault(endpoint =>
            endpoint.UriScheme is "http" or "https" && (endpointName is null || string.Equals(endpoint.Name, endpointName, StringComparison.OrdinalIgnoreCase)))
            ?? throw new DistributedApplicationException(
                $"Could not add a health check to resource '{builder.Resource.Name}': it has no HTTP endpoint{(endpointName is null ? "" : $" '{endpointName}'")}; declare it before.");
        var (check, status) = (path ?? "/", statusCode ?? 200);
        return builder.WithAnnotation(new HttpHealthCheckAnnotation($"{builder.Resource.Name}_{endpoint.Name}_{check}_{status}_check", endpoint.UriScheme, check, status, endpoint.Name));
    }

    internal static IEnumerable<EndpointAnnotation> Endpoints(this IResource resource) => resource.Annotations.OfType<EndpointAnnotation>();

    internal static EndpointAnnotation? FindEndpoint(this IResource resource, string name) =>
        resource.Endpoints().FirstOrDefault(endpoint => string.Equals(endpoint.Name, name, StringComparison.OrdinalIgnoreCase));
}
