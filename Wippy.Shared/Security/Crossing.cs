using System.Diagnostics;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Security;

/// <summary>
/// One request that goes from a process in one zone to something in another, as the policies between zones see it:
/// conditions name <c>meta.from.zone</c>, <c>meta.to.host</c>, <c>meta.topic</c> and so on.
/// </summary>
/// <param name="From">Where it comes from.</param>
/// <param name="To">Where it goes.</param>
/// <param name="Action">For example <c>process.send</c>.</param>
/// <param name="Resource">For example the target's PID.</param>
/// <param name="Topic">Of a message; null for anything else.</param>
/// <param name="Actor">Who acts; null = nobody in particular.</param>
internal readonly record struct Crossing(CrossingEnd From, CrossingEnd To, string Action, string Resource, string? Topic, Actor? Actor)
{
    /// <summary>
    /// Id of an actor whom the other side names but may not speak for: an attribute, <c>meta.actor</c>, and never an
    /// identity, <c>actor.id</c>. Null for none.
    /// </summary>
    public string? ClaimedActor { get; init; }

    /// <summary>Asks the policy between the two zones.</summary>
    /// <param name="policy">The policies of the day.</param>
    /// <param name="decidedBy">Which of them decided; for logs.</param>
    public bool IsAllowedBy(ChannelPolicy policy, out string decidedBy)
    {
        Debug.Assert(Actions.BetweenNodes.Contains(Action), $"{Action} is missing in Actions.BetweenNodes");
        return policy.Decide(From.Zone, To.Zone, Action, Resource, Attributes, Actor, out decidedBy) == Decision.Allow;
    }

    /// <summary>Whether a policy between the two zones denies it; for what is free where none does.</summary>
    /// <param name="policy">The policies of the day.</param>
    /// <param name="decidedBy">Which of them; empty if none does.</param>
    public bool IsDeniedBy(ChannelPolicy policy, out string decidedBy)
    {
        Debug.Assert(Actions.BetweenNodes.Contains(Action), $"{Action} is missing in Actions.BetweenNodes");
        return policy.Denies(From.Zone, To.Zone, Action, Resource, Attributes, Actor, out decidedBy);
    }

    private Dictionary<string, object?> Attributes => new()
    {
        ["from"] = From.ToAttributes(),
        ["to"] = To.ToAttributes(),
        ["topic"] = Topic,
        ["actor"] = Actor?.Id ?? ClaimedActor,
    };
}

/// <summary>One end of a <see cref="Crossing"/>.</summary>
/// <param name="Node">Node name; empty in embedded mode.</param>
/// <param name="Zone">Its zone.</param>
/// <param name="Host">Entry id of the host.</param>
/// <param name="Entry">Entry id of the process; null when it is not known, or for a process yet to come.</param>
internal readonly record struct CrossingEnd(string Node, Zone Zone, string Host, string? Entry)
{
    public IReadOnlyDictionary<string, object?> ToAttributes() => new Dictionary<string, object?>
    {
        ["node"] = Node,
        ["zone"] = Zone.ToText(),
        ["host"] = Host,
        ["entry"] = Entry,
    };
}
