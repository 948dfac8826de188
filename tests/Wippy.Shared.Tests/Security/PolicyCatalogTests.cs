using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;

namespace Wippy.Shared.Tests.Security;

public sealed class PolicyCatalogTests
{
    private const string Policies =
        """
          - {name: read, kind: security.policy, policy: {actions: read, resources: "*", effect: allow}, groups: [staff, other:all]}
          - {name: write, kind: security.policy, policy: {actions: write, resources: "*", effect: allow}, groups: [staff, staff]}
          - {name: alone, kind: security.policy, policy: {actions: "*", resources: "*", effect: deny}}

        """;

    [Theory]
    [InlineData("app:staff", "app:read app:write")]
    [InlineData("other:all", "app:read")]
    [InlineData("app:all", null)]
    [InlineData("app:read", null)] // a policy is no group
    public void TryGetGroup_ByFullId(string group, string? expected)
    {
        var found = SecurityApp.Catalog(Policies).TryGetGroup(EntryId.Parse(group), out var scope);

        Assert.Equal(expected is not null, found);
        Assert.Equal(expected, found ? string.Join(' ', scope!.Policies) : null);
    }

    [Theory]
    [InlineData("app:alone", true)]
    [InlineData("app:staff", false)]
    public void TryGetPolicy_ByFullId(string id, bool expected) =>
        Assert.Equal(expected, SecurityApp.Catalog(Policies).TryGetPolicy(EntryId.Parse(id), out _));

    [Fact]
    public void TryFromBlock_GroupsAndPolicies_MakeOneScope()
    {
        var found = TryFromBlock("actor: {id: me, meta: {role: clerk}}, groups: [staff, other:all], policies: [app:alone, read]", out var context);

        Assert.True(found);
        Assert.Equal("me", context.Actor!.Id);
        Assert.Equal("clerk", context.Actor.Meta["role"]);
        Assert.Equal("app:alone app:read app:write", string.Join(' ', context.Scope!.Policies));
    }

    [Fact]
    public void TryFromBlock_NoNames_HasNoScope()
    {
        Assert.True(TryFromBlock("actor: {id: me}", out var context));

        Assert.Equal("me", context.Actor!.Id);
        Assert.Null(context.Scope);
    }

    [Fact]
    public void TryFromBlock_NoActor_HasOnlyAScope()
    {
        Assert.True(TryFromBlock("policies: [read]", out var context));

        Assert.Null(context.Actor);
        Assert.Equal("app:read", Assert.Single(context.Scope!.Policies).Name);
    }

    [Fact]
    public void TryFromBlock_UnknownNames_AreAllNamedAndNothingIsGranted()
    {
        var block = new SecurityBlock("me", SecurityApp.Map("{}"), Ids("app:staff", "app:stuff", "x:y"), Ids("app:reed", "app:read"));

        Assert.False(SecurityApp.Catalog(Policies).TryFromBlock(block, out var context, out var error));

        Assert.Equal(default, context);
        Assert.Equal(ErrorKind.NotFound, error.Kind);
        Assert.Equal("no policy group 'app:stuff' (did you mean 'app:staff'?); no policy group 'x:y'; no policy 'app:reed' (did you mean 'app:read'?)", error.Message);
    }

    [Fact]
    public void Check_ServiceNamingUnknownGroupsAndPolicies_IsAnError()
    {
        var result = SecurityApp.Load(Policies +
            """
              - name: host
                kind: process.host
                lifecycle:
                  security:
                    groups: [staff, stuff]
                    policies: [app:host]
            """);

        Assert.Null(result.Snapshot);
        Assert.Equal(
            """
            _index.yaml:10:25: error: app:host.lifecycle.security.groups[1]: no policy group 'app:stuff' (did you mean 'app:staff'?)
            _index.yaml:11:20: error: app:host.lifecycle.security.policies[0]: no policy 'app:host'
            """,
            result.ToString());
    }

    [Fact]
    public void Check_BrokenPolicy_DoesNotMakeItsGroupUnknown()
    {
        var result = SecurityApp.Load(
            """
              - {name: p, kind: security.policy, policy: {actions: a, resources: b, effect: perhaps}, groups: [g]}
              - {name: q, kind: security.policy, policy: {actions: a, resources: b, effect: deny, conditions: [{field: x, operator: eq}]}, groups: [h]}
              - {name: host, kind: process.host, lifecycle: {security: {groups: [g, h]}}}
            """);

        Assert.Equal(["app:p", "app:q"], result.Problems.Select(problem => problem.Entry?.ToString()));
    }

    [Fact]
    public void Check_PlainEntryWithALifecycleField_IsNoService()
    {
        var result = SecurityApp.Load("  - {name: a, kind: registry.entry, lifecycle: {security: {groups: [5]}}}");

        Assert.NotNull(result.Snapshot);
    }

    [Fact]
    public void Compile_UncheckedSnapshot_IsABug()
    {
        using var app = new Wippy.Testing.TempFolder().With(
            "a.yaml",
            "namespace: app\nname: p\nkind: security.policy\npolicy: {actions: a, resources: b, effect: deny, conditions: [{field: x, operator: eq}]}\n");
        var snapshot = AppLoader.Load(app.Path).Snapshot!;

        Assert.Contains("app:p", Assert.Throws<InvalidOperationException>(() => PolicyCatalog.Compile(snapshot)).Message);
    }

    private static bool TryFromBlock(string block, out SecurityContext context)
    {
        var snapshot = SecurityApp.Load($"{Policies}  - {{name: host, kind: process.host, lifecycle: {{security: {{{block}}}}}}}").Snapshot!;
        var lifecycle = LifecycleSpec.Compile(snapshot.Entries[EntryId.Parse("app:host")]);
        return PolicyCatalog.Compile(snapshot).TryFromBlock(lifecycle.Security!, out context, out _);
    }

    private static List<EntryId> Ids(params string[] ids) => ids.Select(EntryId.Parse).ToList();
}
