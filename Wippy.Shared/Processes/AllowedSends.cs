using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Processes;

/// <summary>
/// Sends of one process that the policies have allowed. Actor and scope of a process never change, so its own policies
/// decide by the target alone; the policy between zones sees the topic and the target's entry, too. What they said
/// holds as long as the registry does not change them. Bounded; refusals are not kept, each of them is counted. Any thread.
/// </summary>
internal sealed class AllowedSends
{
    private const int Slots = 32;

    private readonly Send?[] _sends = new Send?[Slots];   // any thread; a lost write costs a question, no more

    /// <summary>Whether a send was allowed before.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="entry">The target's entry, and the topic, if the policy between zones is asked; else default.</param>
    /// <param name="topic">What about.</param>
    /// <param name="crosses">Whether the policy between zones is asked.</param>
    /// <param name="version">What tells the policies of the day from others: <see cref="ProcessHost.PolicyVersion"/>.</param>
    public bool Contains(in Pid target, EntryId? entry, Topic topic, bool crosses, object version)
    {
        var known = Volatile.Read(ref _sends[Slot(target, topic)]);
        return known is not null
            && ReferenceEquals(known.Version, version)
            && known.Target.Number == target.Number
            && known.Crosses == crosses
            && known.Target == target
            && (!crosses || (known.Topic.Equals(topic) && known.Entry == entry));
    }

    /// <summary>Notes that it was allowed.</summary>
    public void Add(in Pid target, EntryId? entry, Topic topic, bool crosses, object version) =>
        Volatile.Write(ref _sends[Slot(target, topic)], new Send(target, entry, topic, crosses, version));

    private static int Slot(in Pid target, Topic topic) => ((int)target.Number ^ topic.GetHashCode()) & (Slots - 1);

    private sealed record Send(Pid Target, EntryId? Entry, Topic Topic, bool Crosses, object Version);
}
