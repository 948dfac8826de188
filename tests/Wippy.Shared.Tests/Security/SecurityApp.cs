using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Security;

/// <summary>Policies for a test, declared the way apps declare them.</summary>
internal static class SecurityApp
{
    public static LoadResult Load(string entries)
    {
        using var app = new TempFolder().With("_index.yaml", $"namespace: app\nentries:\n{entries}\n");
        return AppLoader.Load(app.Path, PolicyCatalog.Check);
    }

    public static PolicyCatalog Catalog(string entries)
    {
        var result = Load(entries);
        Assert.Equal("", result.ToString());
        return PolicyCatalog.Compile(result.Snapshot!);
    }

    /// <summary>A policy named <c>app:p</c> for everything, with these fields on top.</summary>
    public static Policy Policy(string actions = "'*'", string resources = "'*'", string effect = "allow", string conditions = "[]", string name = "p")
    {
        var catalog = Catalog(
            $"""
              - name: {name}
                kind: security.policy
                policy:
                  actions: {actions}
                  resources: {resources}
                  effect: {effect}
                  conditions: {conditions}
            """);
        Assert.True(catalog.TryGetPolicy(new EntryId("app", name), out var policy));
        return policy;
    }

    /// <summary>A plain tree from the YAML flow notation of a map.</summary>
    public static IReadOnlyDictionary<string, object?> Map(string yaml)
    {
        var result = Load($"  - name: map\n    kind: registry.entry\n    data: {yaml}\n");
        Assert.Equal("", result.ToString());
        return result.Snapshot!.Entries[new EntryId("app", "map")].Fields;
    }
}
