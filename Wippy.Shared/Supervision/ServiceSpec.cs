using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Supervision;

/// <summary>An entry that is started and stopped, compiled: what to start, where, and how to treat its ends.</summary>
/// <param name="Id">The entry.</param>
/// <param name="Kind">Its kind; what follows is of a <c>process.service</c> only.</param>
/// <param name="Process">The process it runs.</param>
/// <param name="Host">The host it runs on.</param>
/// <param name="Input">Arguments of its method, plain values.</param>
/// <param name="Lifecycle">Start, restart, stop. It requires, besides what it says, the services that its entry refers to.</param>
internal sealed record ServiceSpec(EntryId Id, string Kind, EntryId Process, EntryId Host, IReadOnlyList<object?> Input, LifecycleSpec Lifecycle)
{
    public bool IsProcess => Kind == EntryKinds.ProcessService;

    /// <param name="entry">Validated, of a kind with a lifecycle.</param>
    /// <param name="snapshot">The version it belongs to.</param>
    public static ServiceSpec Compile(Entry entry, Snapshot snapshot)
    {
        var lifecycle = LifecycleSpec.Compile(entry);
        var needed = Dependencies.Of(entry).Where(id => snapshot.Entries.TryGetValue(id, out var other) && EntryKinds.IsService(other.Kind));
        lifecycle = lifecycle with
        {
            // Hosts are always there.
            AutoStart = lifecycle.AutoStart || entry.Kind is EntryKinds.ProcessHost or EntryKinds.TerminalHost,
            Requires = [.. lifecycle.Requires.Union(needed)],
        };
        EntryId Reference(string field) => entry.Fields.GetValueOrDefault(field) is string id && entry.Kind == EntryKinds.ProcessService ? entry.Resolve(id) : EntryId.None;
        return new ServiceSpec(entry.Id, entry.Kind, Reference("process"), Reference("host"), entry.Fields.GetValueOrDefault("input") as IReadOnlyList<object?> ?? [], lifecycle);
    }

    /// <summary>All services of a registry version, in id order.</summary>
    public static IReadOnlyList<ServiceSpec> All(Snapshot snapshot) =>
        [.. snapshot.Entries.Values.Where(entry => EntryKinds.IsService(entry.Kind)).Select(entry => Compile(entry, snapshot))];
}
