using System.Collections.Immutable;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Wippy.LocalHosting;

/// <summary>The URLs people see with a resource: those of its endpoints, then those given by <c>WithUrl</c>.</summary>
internal static class ResourceUrls
{
    /// <param name="resource">A resource whose endpoints have their addresses.</param>
    public static ImmutableArray<UrlSnapshot> Of(IResource resource)
    {
        var urls = resource.Endpoints().Select(endpoint => Of(resource, endpoint)).Concat(resource.Annotations.OfType<ResourceUrlAnnotation>()).ToList();
        return [.. urls.Select((url, i) => new UrlSnapshot(url.Endpoint?.EndpointName, url.Url, IsInternal: false)
        {
            DisplayProperties = new UrlDisplayPropertiesSnapshot(url.DisplayText ?? "", SortOrder: urls.Count - i),
        })];
    }

    private static ResourceUrlAnnotation Of(IResource resource, EndpointAnnotation endpoint)
    {
        var reference = new EndpointReference((IResourceWithEndpoints)resource, endpoint.Name);
        var url = new ResourceUrlAnnotation { Url = reference.Url, Endpoint = reference };
        foreach (var callback in resource.Annotations.OfType<EndpointUrlCallbackAnnotation>())
        {
            if (string.Equals(callback.EndpointName, endpoint.Name, StringComparison.OrdinalIgnoreCase))
                callback.Callback(url);
        }
        // A callback may give a path only.
        if (url.Url.StartsWith('/'))
            url.Url = reference.Url + url.Url;
        return url;
    }
}
