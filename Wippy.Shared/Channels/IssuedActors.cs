using System.Collections.Concurrent;
using Wippy.Shared.Identity;
using Wippy.Shared.Security;

namespace Wippy.Shared.Channels;

/// <summary>
/// Actors under which this node has started processes on one node of the user zone: that node may speak for them, and their
/// attributes are the ones issued, whatever it claims. Bounded; one beyond the bound is not spoken for. Any thread.
/// </summary>
internal sealed class IssuedActors
{
    /// <summary>Actors per node.</summary>
    public const int MaxActors = 65_536;

    private readonly ConcurrentDictionary<string, Actor> _actors = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Notes that a process acts under this name over there; its latest attributes count.</summary>
    public void Issue(Actor actor)
    {
        if (_actors.ContainsKey(actor.Id)) _actors[actor.Id] = actor;
        else if (Interlocked.Increment(ref _count) <= MaxActors) _actors[actor.Id] = actor;
    }

    /// <summary>
    /// Who acts, when a node says that somebody does: in the trusted zones whom it names; in the user zone an actor that was
    /// issued to it, or one it may speak for, then without attributes, which anybody could claim.
    /// </summary>
    /// <returns>Null when nobody does, or it may not speak for him.</returns>
    public Actor? Believe(Actor? claimed, Zone zone, PolicyCatalog policies)
    {
        if (claimed is null || zone != Zone.User) return claimed;
        if (_actors.TryGetValue(claimed.Id, out var issued)) return issued;
        return policies.UserSpeaksFor(claimed.Id) ? new Actor(claimed.Id) : null;
    }
}
