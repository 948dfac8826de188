using Aspire.Hosting.ApplicationModel;

namespace Wippy.LocalHosting;

/// <summary>Who stops before whom: what uses, waits for or belongs to a resource stops before it. Pure.</summary>
internal static class StopOrder
{
    /// <summary>Groups of resources to stop one after the other; within a group the order does not matter.</summary>
    /// <remarks>References may form circles (two services that call each other); the reference that closes one is left out of account.</remarks>
    public static IReadOnlyList<IReadOnlySet<IResource>> Levels(IEnumerable<IResource> resources)
    {
        var heights = new Dictionary<IResource, int>();
        return [.. resources.GroupBy(resource => Height(resource, heights))
            .OrderByDescending(group => group.Key)
            .Select(group => group.ToHashSet())];
    }

    /// <summary>Length of the longest chain of dependencies below the resource.</summary>
    private static int Height(IResource resource, Dictionary<IResource, int> heights)
    {
        if (heights.TryGetValue(resource, out var known))
            return known;
        heights[resource] = 0;
        var dependencies = resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(relationship => relationship.Resource);
        return heights[resource] = dependencies.Select(dependency => Height(dependency, heights) + 1).DefaultIfEmpty(0).Max();
    }
}
