using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Security;

/// <summary>
/// A <c>security.policy</c> or <c>security.policy.expr</c> entry, compiled once: actions, resources, an effect, and conditions
/// that must all hold.
/// Immutable; any thread.
/// </summary>
internal sealed class Policy
{
    private readonly Pattern[] _actions;
    private readonly Pattern[] _resources;
    private readonly ICondition[] _conditions;
    private readonly Decision _effect;

    private Policy(EntryId id, Pattern[] actions, Pattern[] resources, ICondition[] conditions, Decision effect, IReadOnlyList<EntryId> groups)
    {
        Id = id;
        Name = id.ToString();
        _actions = actions;
        _resources = resources;
        _conditions = conditions;
        _effect = effect;
        Groups = groups;
    }

    public EntryId Id { get; }

    /// <summary>The id as text; made once, because it goes into logs and spans with every decision.</summary>
    public string Name { get; }

    /// <summary>The groups it is in; a bare name means the policy's own namespace.</summary>
    public IReadOnlyList<EntryId> Groups { get; }

    /// <summary>Compiles a validated entry of one of the two kinds.</summary>
    /// <returns>Null, with problems, when a condition or the expression makes no sense.</returns>
    public static Policy? Compile(Entry entry, ProblemList problems)
    {
        var fields = new EntryFields(entry.Fields);
        var policy = fields.Section("policy");
        var conditions = entry.Kind == EntryKinds.SecurityPolicy
            ? CompileConditions(entry, policy, problems)
            : [ExpressionCondition.Compile(entry, policy.Text("expression")!, problems)];
        if (conditions.Contains(null)) return null;
        return new Policy(
            entry.Id,
            Patterns(policy.Texts("actions")),
            Patterns(policy.Texts("resources")),
            conditions!,
            policy.Text("effect") == "allow" ? Decision.Allow : Decision.Deny,
            fields.Texts("groups").Select(entry.Resolve).ToList());
    }

    /// <summary>The effect if action, resource and all conditions apply; otherwise undefined.</summary>
    public Decision Evaluate(in AccessRequest request)
    {
        if (!CoversAction(request) || !CoversResource(request)) return Decision.Undefined;
        foreach (var condition in _conditions)
        {
            if (!condition.Holds(request)) return Decision.Undefined;
        }
        return _effect;
    }

    public override string ToString() => Name;

    private bool CoversAction(in AccessRequest request)
    {
        foreach (ref readonly var pattern in _actions.AsSpan())
        {
            if (pattern.Matches(request.Action)) return true;
        }
        return false;
    }

    private bool CoversResource(in AccessRequest request)
    {
        foreach (ref readonly var pattern in _resources.AsSpan())
        {
            if (request.IsOn(pattern)) return true;
        }
        return false;
    }

    private static ICondition?[] CompileConditions(Entry entry, EntryFields policy, ProblemList problems) => policy.Items("conditions")
        .Select((condition, i) => Condition.Compile(
            entry,
            FieldPath.Item("policy.conditions", i),
            new EntryFields((IReadOnlyDictionary<string, object?>)condition!),
            problems))
        .ToArray();

    private static Pattern[] Patterns(IReadOnlyList<string> texts) => texts.Select(text => new Pattern(text)).ToArray();
}
