namespace Wippy.Shared.Security;

/// <summary>What must hold, besides action and resource, for a policy to apply. Immutable; any thread.</summary>
internal interface ICondition
{
    /// <summary>Whether it holds for a request; what cannot be decided does not hold. Never throws.</summary>
    bool Holds(in AccessRequest request);
}
