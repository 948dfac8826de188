using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Security;

/// <summary>All policies and groups of one registry version. Immutable; any thread.</summary>
internal sealed class PolicyCatalog
{
    private readonly FrozenDictionary<EntryId, Policy> _policies;
    private readonly FrozenDictionary<EntryId, Scope> _groups;

    private readonly Pattern[] _userSpeaksFor;

    private PolicyCatalog(IReadOnlyCollection<Policy> policies, Pattern[] userSpeaksFor, ZoneModules modules)
    {
        Modules = modules;
        _userSpeaksFor = userSpeaksFor;
        _policies = policies.ToFrozenDictionary(policy => policy.Id);
        var groups = new Dictionary<EntryId, List<Policy>>();
        foreach (var policy in policies)
        {
            foreach (var group in policy.Groups.Distinct())
            {
                if (!groups.TryGetValue(group, out var members)) groups.Add(group, members = []);
                members.Add(policy);
            }
        }
        _groups = groups.ToFrozenDictionary(group => group.Key, group => Scope.Of(group.Value));
        BetweenZones = new ChannelPolicy(this);
    }

    /// <summary>What may pass between zones.</summary>
    public ChannelPolicy BetweenZones { get; }

    /// <summary>What modules zones grant.</summary>
    public ZoneModules Modules { get; }

    /// <summary>Compiles the policies of a registry version that passed <see cref="Check"/>.</summary>
    /// <exception cref="InvalidOperationException">It did not.</exception>
    public static PolicyCatalog Compile(Snapshot snapshot)
    {
        var problems = new ProblemList();
        var catalog = Compile(snapshot.Entries, problems);
        return problems.HasErrors
            ? throw new InvalidOperationException($"registry version {snapshot.Version} was not checked: {problems.Sorted()[0]}")
            : catalog;
    }

    /// <summary>
    /// The part of validation that needs policies (an <see cref="EntryCheck"/>): conditions make sense, and services and hosts
    /// name groups and policies that exist.
    /// </summary>
    public static void Check(ImmutableSortedDictionary<EntryId, Entry> entries, ProblemList problems)
    {
        var catalog = Compile(entries, problems);
        // A policy that does not compile is missing from its groups; to call those unknown would only mislead.
        if (entries.Values.Any(e => EntryKinds.IsPolicy(e.Kind) && problems.HasErrorsIn(e.Id))) return;
        foreach (var entry in entries.Values.Where(e => EntryKinds.IsService(e.Kind) && !problems.HasErrorsIn(e.Id)))
        {
            Check(LifecycleSpec.Compile(entry).Security, "lifecycle.security");
            if (entry.Kind == EntryKinds.ProcessHost) Check(HostSpec.Compile(entry).Rules, "");

            void Check(SecurityBlock? block, string path)
            {
                if (block is null) return;
                foreach (var (field, message) in catalog.UnknownNames(block)) problems.Error(entry, FieldPath.Member(path, field), message);
            }
        }
    }

    public bool TryGetPolicy(EntryId id, [NotNullWhen(true)] out Policy? policy) => _policies.TryGetValue(id, out policy);

    /// <summary>A group as a scope. A group exists once a policy names it.</summary>
    public bool TryGetGroup(EntryId id, [NotNullWhen(true)] out Scope? scope) => _groups.TryGetValue(id, out scope);

    /// <summary>Whether nodes of the user zone may name this actor as the one who acts (<c>security.zone</c>, <c>speaks_for</c>).</summary>
    public bool UserSpeaksFor(string actor) => Array.Exists(_userSpeaksFor, pattern => pattern.Matches(actor));

    /// <summary>
    /// The context that a service's security block asks for. Without groups and policies it has no scope, and without
    /// an actor nobody acts.
    /// </summary>
    /// <returns>False, with an error naming every unknown group and policy; the service must not start then.</returns>
    public bool TryFromBlock(SecurityBlock block, out SecurityContext context, [NotNullWhen(false)] out Error? error)
    {
        var unknown = UnknownNames(block).Select(name => name.Message).ToList();
        if (unknown.Count > 0)
        {
            context = default;
            error = new Error(ErrorKind.NotFound, string.Join("; ", unknown));
            return false;
        }
        var policies = block.Groups.SelectMany(group => _groups[group].Policies).Concat(block.Policies.Select(id => _policies[id]));
        var actor = block.ActorId is null ? null : new Actor(block.ActorId, block.ActorMeta);
        var scope = block.Groups.Count + block.Policies.Count == 0 ? null : Scope.Of(policies);
        context = new SecurityContext(actor, scope);
        error = null;
        return true;
    }

    private static PolicyCatalog Compile(ImmutableSortedDictionary<EntryId, Entry> entries, ProblemList problems)
    {
        var policies = new List<Policy>();
        foreach (var entry in entries.Values.Where(e => EntryKinds.IsPolicy(e.Kind) && !problems.HasErrorsIn(e.Id)))
        {
            if (Policy.Compile(entry, problems) is { } policy) policies.Add(policy);
        }
        var zones = entries.Values.Where(e => e.Kind == EntryKinds.SecurityZone && !problems.HasErrorsIn(e.Id)).ToList();
        var userZones = zones.Select(entry => new EntryFields(entry.Fields)).Where(fields => fields.Text("zone") == Zone.User.ToText());
        return new PolicyCatalog(policies, [.. userZones.SelectMany(fields => fields.Texts("speaks_for")).Select(text => new Pattern(text))], ZoneModules.Compile(zones));
    }

    /// <summary>The field in the block, and what is wrong with it.</summary>
    private IEnumerable<(string Field, string Message)> UnknownNames(SecurityBlock block)
    {
        for (var i = 0; i < block.Groups.Count; i++)
        {
            if (!_groups.ContainsKey(block.Groups[i])) yield return (FieldPath.Item("groups", i), Unknown("policy group", block.Groups[i], _groups.Keys));
        }
        for (var i = 0; i < block.Policies.Count; i++)
        {
            if (!_policies.ContainsKey(block.Policies[i])) yield return (FieldPath.Item("policies", i), Unknown("policy", block.Policies[i], _policies.Keys));
        }
    }

    private static string Unknown(string what, EntryId id, IEnumerable<EntryId> known) =>
        $"no {what} '{id}'{NearMiss.Suggest(id.ToString(), known.Select(k => k.ToString()))}";
}
