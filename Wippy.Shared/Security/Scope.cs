using System.Collections.Immutable;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Security;

/// <summary>An immutable set of policies, each id once. Any thread.</summary>
internal sealed class Scope
{
    private readonly ImmutableArray<Policy> _policies; // in id order

    private Scope(ImmutableArray<Policy> policies) => _policies = policies;

    /// <summary>No policies: says <see cref="Decision.Undefined"/> to everything, which refuses everything.</summary>
    public static Scope Empty { get; } = new([]);

    /// <summary>In id order.</summary>
    public IReadOnlyList<Policy> Policies => _policies;

    public static Scope Of(IEnumerable<Policy> policies) =>
        new([.. policies.DistinctBy(policy => policy.Id).OrderBy(policy => policy.Id)]);

    /// <summary>This scope and one policy more; this scope itself if it has a policy of that id.</summary>
    public Scope With(Policy policy) => Contains(policy.Id) ? this : Of(_policies.Add(policy));

    /// <summary>This scope without a policy; this scope itself if it is not there.</summary>
    public Scope Without(EntryId policy) => Contains(policy) ? new(_policies.RemoveAll(p => p.Id == policy)) : this;

    public bool Contains(EntryId policy) => _policies.Any(p => p.Id == policy);

    /// <summary>
    /// Any deny denies; otherwise any allow allows; otherwise undefined. Allocates nothing unless a condition does.
    /// </summary>
    /// <param name="actor">Null when nobody in particular acts.</param>
    /// <param name="action">For example <c>process.send</c>.</param>
    /// <param name="resource">What it is done to; may be empty.</param>
    /// <param name="attributes">More about the request; null for none.</param>
    /// <param name="decidedBy">The first policy, by id, that decided; null when undefined.</param>
    public Decision Evaluate(
        Actor? actor,
        string action,
        string resource,
        IReadOnlyDictionary<string, object?>? attributes,
        out Policy? decidedBy) => Evaluate(new AccessRequest(actor, action, resource, attributes), out decidedBy);

    /// <summary>As the other one.</summary>
    public Decision Evaluate(in AccessRequest request, out Policy? decidedBy)
    {
        decidedBy = null;
        foreach (var policy in _policies)
        {
            var decision = policy.Evaluate(request);
            if (decision == Decision.Deny)
            {
                decidedBy = policy;
                return Decision.Deny;
            }
            if (decision == Decision.Allow) decidedBy ??= policy;
        }
        return decidedBy is null ? Decision.Undefined : Decision.Allow;
    }
}
