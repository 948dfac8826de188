using Wippy.Shared.Registry;

namespace Wippy.Shared.Processes;

/// <summary>
/// Changes the registry on behalf of processes of this node. The policy between the zone of the process and the system zone
/// is asked (<c>registry.apply</c>, <c>registry.apply_version</c>); the scope of the process is the caller's business. Any thread.
/// </summary>
internal interface IRegistryWriter
{
    /// <summary>Applies operations; see <see cref="EntryRegistry.ApplyAsync"/>. They have taken effect on this node, too, when it completes.</summary>
    Task<ApplyResult> ApplyAsync(IReadOnlyList<EntryChange> operations, Process caller);

    /// <summary>Makes another version current; see <see cref="EntryRegistry.ApplyVersionAsync"/>.</summary>
    Task<ApplyResult> ApplyVersionAsync(long version, Process caller);
}
