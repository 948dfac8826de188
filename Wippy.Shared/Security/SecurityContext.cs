namespace Wippy.Shared.Security;

/// <summary>Under whose name and by which rules a process or call runs; inherited by what it starts.</summary>
/// <param name="Actor">Who acts; null = nobody in particular.</param>
/// <param name="Scope">What the actor may do; null = no rules were set.</param>
internal readonly record struct SecurityContext(Actor? Actor, Scope? Scope)
{
    /// <summary>Whether actor or scope is missing, so that there are no rules to ask.</summary>
    public bool IsIncomplete => Actor is null || Scope is null;

    /// <summary>
    /// The guard of every operation. With actor and scope only an explicit allow permits. If one of them is missing there
    /// is nothing to ask: permitted, or refused when <paramref name="strict"/>.
    /// </summary>
    public bool Permits(string action, string resource, IReadOnlyDictionary<string, object?>? attributes = null, bool strict = false) =>
        Actor is null || Scope is null
            ? !strict
            : Scope.Evaluate(Actor, action, resource, attributes, out _) == Decision.Allow;
}
