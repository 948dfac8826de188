using System.Collections.Immutable;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;

namespace Wippy.Shared.Processes;

/// <summary>The registry where it is written: in embedded mode, and on the system node of a deployment.</summary>
internal sealed class RegistryWriter(Node node) : IRegistryWriter
{
    public const string Apply = "registry.apply";
    public const string ApplyVersion = "registry.apply_version";

    /// <inheritdoc/>
    public Task<ApplyResult> ApplyAsync(IReadOnlyList<EntryChange> operations, Process caller) =>
        ApplyAsync(operations, EndOf(caller), caller.Security.Actor, claimed: null);

    /// <inheritdoc/>
    public Task<ApplyResult> ApplyVersionAsync(long version, Process caller) =>
        ApplyVersionAsync(version, EndOf(caller), caller.Security.Actor, claimed: null);

    /// <summary>As <see cref="ApplyAsync(IReadOnlyList{EntryChange}, Process)"/>, for a process anywhere.</summary>
    /// <param name="operations">What to do.</param>
    /// <param name="from">Who asks.</param>
    /// <param name="actor">Who acts, if it is taken for that.</param>
    /// <param name="claimed">Whom it says to act for, if it is not.</param>
    public Task<ApplyResult> ApplyAsync(IReadOnlyList<EntryChange> operations, in CrossingEnd from, Actor? actor, string? claimed) =>
        Refusal(Apply, from, actor, claimed) is { } refusal
            ? Task.FromResult(ApplyResult.Refused(refusal))
            : node.Registry.ApplyAsync(operations, GuardOf(from.Zone));

    /// <summary>As <see cref="ApplyVersionAsync(long, Process)"/>, for a process anywhere.</summary>
    public Task<ApplyResult> ApplyVersionAsync(long version, in CrossingEnd from, Actor? actor, string? claimed) =>
        Refusal(ApplyVersion, from, actor, claimed) is { } refusal
            ? Task.FromResult(ApplyResult.Refused(refusal))
            : node.Registry.ApplyVersionAsync(version, GuardOf(from.Zone));

    private Error? Refusal(string action, in CrossingEnd from, Actor? actor, string? claimed)
    {
        if (node.ChannelPolicy.IsOpen(from.Zone, Zone.System, action)) return null;
        var crossing = new Crossing(from, new CrossingEnd(node.Name, Zone.System, "", null), action, "", null, actor) { ClaimedActor = claimed };
        if (crossing.IsAllowedBy(node.ChannelPolicy, out var decidedBy)) return null;
        node.Denials.Add(crossing, decidedBy);
        return ProcessErrors.RegistryDenied;
    }

    // Whatever a policy says, less trusted code does not change what runs (DESIGN §8).
    private static EntryGuard? GuardOf(Zone zone) => zone == Zone.User ? PlainEntriesOnly : null;

    private static Error? PlainEntriesOnly(ImmutableSortedDictionary<EntryId, Entry> before, ImmutableSortedDictionary<EntryId, Entry> after)
    {
        var touched = ChangeSet.Gone(before, after).Select(id => before[id])
            .Concat(ChangeSet.Changed(before, after))
            .Concat(ChangeSet.Changed(before, after).Select(entry => before.GetValueOrDefault(entry.Id)).OfType<Entry>());
        var other = touched.FirstOrDefault(entry => entry.Kind != EntryKinds.PlainEntry);
        return other is null
            ? null
            : new Error(ErrorKind.PermissionDenied, $"not allowed to change {other.Id} ({other.Kind}): the user zone changes entries of kind {EntryKinds.PlainEntry} only");
    }

    private CrossingEnd EndOf(Process process) => new(node.Name, process.Host.Zone, process.Host.Name, process.Entry.ToString());
}
