using Microsoft.Extensions.Configuration;

namespace Wippy.ServiceDefaults;

/// <summary>Service discovery from configuration: the AppHost tells a service where those are that it references.</summary>
public static class ServiceEndpoints
{
    /// <summary>The first address of an endpoint, from <c>services:{name}:{endpoint}:0</c>.</summary>
    /// <param name="configuration">The service's configuration, environment included.</param>
    /// <param name="name">The resource, such as <c>system</c>.</param>
    /// <param name="endpoint">The endpoint, such as <c>channel</c>.</param>
    /// <returns>Such as <c>tcp://localhost:5000</c>; null when the AppHost has not said it.</returns>
    /// <exception cref="InvalidOperationException">The value is not an absolute URL.</exception>
    public static Uri? Find(IConfiguration configuration, string name, string endpoint)
    {
        var key = $"services:{name}:{endpoint}:0";
        return configuration[key] is not { } value ? null
            : Uri.TryCreate(value, UriKind.Absolute, out var url) ? url
            : throw new InvalidOperationException($"{key} is '{value}', expected an absolute URL such as tcp://localhost:5000.");
    }
}
