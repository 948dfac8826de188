using Wippy.Shared.Identity;

namespace Wippy.Shared.Security;

/// <summary>
/// Everything that decides what one process may do: its actor and scope, and the rules of the host it runs on. The scope of
/// the process and that of the host must both allow. Immutable; any thread.
/// </summary>
/// <param name="Context">Actor and scope of the process.</param>
/// <param name="Zone">Zone of its host. In the user zone a process without actor or scope has the scope <see cref="UserScope"/>.</param>
/// <param name="Host">Id of its host, for logs.</param>
/// <param name="HostScope">The host's rules; null when it declares none.</param>
/// <param name="Strict">Whether a process without actor or scope is refused everything.</param>
internal readonly record struct Guard(SecurityContext Context, Zone Zone, string Host, Scope? HostScope, bool Strict)
{
    /// <summary>Whether all of them allow a request.</summary>
    /// <param name="action">For example <c>registry.get</c>.</param>
    /// <param name="resource">What it is done to; may be empty.</param>
    /// <param name="attributes">More about the request; null for none.</param>
    /// <param name="decidedBy">The policy that decided, or which rules were missing one.</param>
    public bool Permits(string action, string resource, IReadOnlyDictionary<string, object?>? attributes, out string decidedBy)
    {
        var request = new AccessRequest(Context.Actor, action, resource, attributes);
        decidedBy = "no actor and scope";
        if (Context.IsIncomplete)
        {
            if (Strict)
            {
                decidedBy = "strict mode";
                return false;
            }
            if (Zone == Zone.User && !Allows(UserScope.Instance, request, UserScope.Name, out decidedBy)) return false;
        }
        else if (!Allows(Context.Scope!, request, "no policy of its scope", out decidedBy))
        {
            return false;
        }
        return HostScope is null || Allows(HostScope, request, $"no policy of host {Host}", out decidedBy);
    }

    private static bool Allows(Scope scope, in AccessRequest request, string otherwise, out string decidedBy)
    {
        var decision = scope.Evaluate(request, out var policy);
        decidedBy = policy?.Name ?? otherwise;
        return decision == Decision.Allow;
    }
}
