using Wippy.Shared.Registry;

namespace Wippy.Shared.Processes;

/// <summary>
/// Publishes what happens to the registry on the event bus, as system <c>registry</c>: <c>registry.begin</c>, one event per entry,
/// <c>registry.commit</c>. Entries themselves are not in the events: who may read them is for <c>registry.get</c> to say.
/// </summary>
internal static class RegistryEvents
{
    private const string System = "registry";

    /// <summary>Publishes a change that has taken effect.</summary>
    public static void Publish(EventBus bus, RegistryChange change)
    {
        var version = $"v{change.After.Version}";
        bus.Publish(System, "registry.begin", version);
        foreach (var operation in change.Changes.Changes)
        {
            var kind = (operation.Entry ?? change.Before.Entries[operation.Id]).Kind;
            bus.Publish(System, operation.Name, operation.Id.ToString(), () => new Dictionary<string, object?> { ["kind"] = kind, ["version"] = change.After.Version });
        }
        bus.Publish(System, "registry.commit", version);
    }
}
