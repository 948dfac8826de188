using Wippy.Shared.Errors;

namespace Wippy.Shared.Processes;

/// <summary>What the scope of a process says about starting another (reference: process §5, §9; security §7).</summary>
internal static class SpawnPermission
{
    /// <summary>Asks for a spawn, in the order of the reference; the host is checked for every variant.</summary>
    /// <param name="process">Who wants to.</param>
    /// <param name="id">The entry as the caller names it.</param>
    /// <param name="host">The host likewise.</param>
    /// <param name="relation">What is to tie the two.</param>
    /// <param name="name">The name the child is to have; null for none.</param>
    /// <returns>Null when permitted.</returns>
    public static Error? RefusalOf(Process process, string id, string host, SpawnRelation relation, string? name = null)
    {
        if (process.ActsFreely && name is null) return null;
        var variant = relation switch
        {
            SpawnRelation.None => "",
            SpawnRelation.Monitored => "monitored ",
            SpawnRelation.Linked => "linked ",
            _ => "linked monitored ",
        };
        if (!Permits(process, "process.spawn", id)) return Denied($"spawn process: {id}");
        if (relation.HasFlag(SpawnRelation.Monitored) && !Permits(process, "process.spawn.monitored", id)) return Denied($"spawn {variant}process: {id}");
        if (relation.HasFlag(SpawnRelation.Linked) && !Permits(process, "process.spawn.linked", id)) return Denied($"spawn {variant}process: {id}");
        return Permits(process, "process.host", host) ? NameRefusalOf(process, name) : Denied($"spawn on host: {host}");
    }

    /// <summary>Asks for an exec.</summary>
    public static Error? ExecRefusalOf(Process process, string id, string host, string? name = null)
    {
        if (!Permits(process, "process.exec", id)) return Denied($"exec process: {id}");
        return Permits(process, "process.host", host) ? NameRefusalOf(process, name) : Denied($"exec on host: {host}");
    }

    /// <summary>Asks for an upgrade; to become what its own entry means now a process needs nobody's leave.</summary>
    public static Error? UpgradeRefusalOf(Process process, Identity.EntryId id) =>
        id == process.Entry || Permits(process, "process.spawn", id.ToString()) ? null : Denied($"upgrade to process: {id}");

    // A name is a name, whoever claims it: a child is no way around process.registry.register.
    private static Error? NameRefusalOf(Process process, string? name) =>
        name is null || Permits(process, "process.registry.register", name) ? null : Denied($"register name: {name}");

    private static bool Permits(Process process, string action, string resource) =>
        process.Permits(action, resource, process.RequestAttributes);

    private static Error Denied(string what) => new(ErrorKind.PermissionDenied, $"not allowed to {what}");
}
