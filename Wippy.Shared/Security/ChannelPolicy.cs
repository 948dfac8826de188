using Wippy.Shared.Identity;

namespace Wippy.Shared.Security;

/// <summary>
/// What may pass from one zone to another, whoever acts. Policies in the group <c>channel:from-to</c>, for example
/// <c>channel:user-system</c>, replace the default for that pair:
/// <code>
/// from \ to   system    user      terminal
/// system      all       all       all
/// user        nothing   all       process.send, events.send
/// terminal    all       all       all
/// </code>
/// Immutable; any thread.
/// </summary>
internal sealed class ChannelPolicy
{
    /// <summary>Names the default as the one who decided.</summary>
    public const string Default = "default";

    private static readonly Zone[] AllZones = [Zone.System, Zone.User, Zone.Terminal];

    private readonly (string Name, Scope? Scope)[] _declared = new (string, Scope?)[AllZones.Length * AllZones.Length];   // by Pair

    public ChannelPolicy(PolicyCatalog catalog)
    {
        foreach (var from in AllZones)
        {
            foreach (var to in AllZones)
            {
                var group = new EntryId("channel", $"{from.ToText()}-{to.ToText()}");
                catalog.TryGetGroup(group, out var scope);
                _declared[Pair(from, to)] = (group.ToString(), scope);
            }
        }
    }

    /// <summary>Decides about one request that crosses from one zone to another, or stays in one.</summary>
    /// <param name="from">The zone of the caller.</param>
    /// <param name="to">The zone of what is acted upon.</param>
    /// <param name="action">For example <c>process.send</c>.</param>
    /// <param name="resource">For example the target's PID.</param>
    /// <param name="attributes">Where the request comes from and goes to; null for none.</param>
    /// <param name="actor">Who acts; null = nobody in particular.</param>
    /// <param name="decidedBy">The policy; or the group when none of its policies applied; or <see cref="Default"/>.</param>
    /// <returns>Allow or deny, never undefined.</returns>
    public Decision Decide(
        Zone from,
        Zone to,
        string action,
        string resource,
        IReadOnlyDictionary<string, object?>? attributes,
        Actor? actor,
        out string decidedBy)
    {
        var (group, scope) = _declared[Pair(from, to)];
        if (scope is null)
        {
            decidedBy = Default;
            return DefaultAllows(from, to, action) ? Decision.Allow : Decision.Deny;
        }
        var decision = scope.Evaluate(actor, action, resource, attributes, out var policy);
        decidedBy = policy?.Name ?? group;
        return decision == Decision.Allow ? Decision.Allow : Decision.Deny;
    }

    /// <summary>Whether a declared policy denies a request; one that says nothing does not. Parameters as of <see cref="Decide"/>.</summary>
    public bool Denies(
        Zone from,
        Zone to,
        string action,
        string resource,
        IReadOnlyDictionary<string, object?>? attributes,
        Actor? actor,
        out string decidedBy)
    {
        decidedBy = "";
        if (_declared[Pair(from, to)].Scope is not { } scope || scope.Evaluate(actor, action, resource, attributes, out var policy) != Decision.Deny) return false;
        decidedBy = policy!.Name;
        return true;
    }

    /// <summary>Whether any policy is declared for the pair.</summary>
    public bool IsDeclared(Zone from, Zone to) => _declared[Pair(from, to)].Scope is not null;

    /// <summary>Whether no policy is declared for the pair and the default allows everything.</summary>
    public bool IsOpen(Zone from, Zone to) => _declared[Pair(from, to)].Scope is null && DefaultAllows(from, to);

    /// <summary>Whether no policy is declared for the pair and the default allows the action: nothing more to ask.</summary>
    public bool IsOpen(Zone from, Zone to, string action) => _declared[Pair(from, to)].Scope is null && DefaultAllows(from, to, action);

    /// <summary>Whether no policy is declared for the pair and the default denies the action.</summary>
    public bool IsClosed(Zone from, Zone to, string action) => _declared[Pair(from, to)].Scope is null && !DefaultAllows(from, to, action);

    private static int Pair(Zone from, Zone to) => ((int)from * AllZones.Length) + (int)to;

    private static bool DefaultAllows(Zone from, Zone to) => from != Zone.User || to == Zone.User;

    private static bool DefaultAllows(Zone from, Zone to, string action) =>
        DefaultAllows(from, to) || (to == Zone.Terminal && action is "process.send" or "events.send");   // of events a program gets what it has subscribed to
}
