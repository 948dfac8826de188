using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Supervision;

/// <summary>A <c>process.service</c> entry, compiled: what to start, where, and how to treat its ends.</summary>
/// <param name="Id">The entry.</param>
/// <param name="Process">The process it runs.</param>
/// <param name="Host">The host it runs on.</param>
/// <param name="Input">Arguments of its method, plain values.</param>
/// <param name="Lifecycle">Start, restart, stop.</param>
internal sealed record ServiceSpec(EntryId Id, EntryId Process, EntryId Host, IReadOnlyList<object?> Input, LifecycleSpec Lifecycle)
{
    /// <param name="entry">Validated, of kind <c>process.service</c>.</param>
    public static ServiceSpec Compile(Entry entry) => new(
        entry.Id,
        entry.Resolve((string)entry.Fields["process"]!),
        entry.Resolve((string)entry.Fields["host"]!),
        entry.Fields.GetValueOrDefault("input") as IReadOnlyList<object?> ?? [],
        LifecycleSpec.Compile(entry));

    /// <summary>All services of a registry version, in id order.</summary>
    public static IReadOnlyList<ServiceSpec> All(Snapshot snapshot) =>
        [.. snapshot.Entries.Values.Where(entry => entry.Kind == EntryKinds.ProcessService).Select(Compile)];
}
