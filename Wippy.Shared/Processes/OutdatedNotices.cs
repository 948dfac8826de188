using System.Collections.Immutable;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Processes;

/// <summary>
/// Tells the processes that asked for it when the registry has changed their code: their entry, or a library it imports
/// (reference: process §6.5). What to do about it is theirs to decide.
/// </summary>
internal sealed class OutdatedNotices(Node node)
{
    /// <summary>Follows a change of the registry.</summary>
    public void Follow(RegistryChange change)
    {
        var changed = change.Changes.Changes.Select(each => each.Id).ToHashSet();
        var sources = new Dictionary<EntryId, ImmutableSortedSet<EntryId>>();
        foreach (var process in node.Processes.All)
        {
            if (!process.IsUpgradable) continue;
            if (!sources.TryGetValue(process.Entry, out var ids))
            {
                // What it runs is of the version before; what it would run may import others.
                ids = [.. LuaCode.EntriesOf(process.Entry, change.Before).Union(LuaCode.EntriesOf(process.Entry, change.After)).Where(changed.Contains)];
                sources.Add(process.Entry, ids);
            }
            if (ids.Count > 0 && process.AddOutdated(ids)) process.Post(new Signal(SignalKind.Outdated, Pid.None, node.Clock.GetUtcNow()));
        }
    }
}
