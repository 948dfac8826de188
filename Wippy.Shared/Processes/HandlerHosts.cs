using Wippy.Shared.Identity;

namespace Wippy.Shared.Processes;

/// <summary>
/// The hosts of calls that no process makes, such as handlers of requests: one for each zone, declared by no entry. What
/// is spawned there is called as a function.
/// </summary>
internal static class HandlerHosts
{
    private const string Namespace = "node";
    private const string Prefix = "handlers.";

    /// <summary>The host of a zone.</summary>
    public static EntryId Of(Zone zone) => new(Namespace, Prefix + zone.ToText());

    /// <summary>The zone of such a host.</summary>
    /// <returns>False for every other id.</returns>
    public static bool TryZone(EntryId host, out Zone zone)
    {
        zone = default;
        return host.Namespace == Namespace && host.Name.StartsWith(Prefix, StringComparison.Ordinal) && Zones.TryParse(host.Name[Prefix.Length..], out zone);
    }
}
