using Wippy.Shared.Identity;
using Wippy.Shared.Security;
using Wippy.Shared.Tests.Security;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

public class SecurityModuleTests
{
    private const string Policies =
        """
          - {name: readers, kind: security.policy, policy: {actions: docs.read, resources: "doc:*", effect: allow}, groups: [staff]}
          - {name: no_secrets, kind: security.policy, policy: {actions: "docs.*", resources: "doc:secret", effect: deny}, groups: [staff]}
          - {name: admins, kind: security.policy, policy: {actions: "*", resources: "*", effect: allow, conditions: [{field: actor.meta.role, operator: eq, value: admin}]}}
        """;

    [Fact]
    public void Objects_OfDeclaredPolicies_AnswerAndStayAsTheyAre()
    {
        Assert.Equal("done", Run("""
            local function same(a, b) assert(a == b, tostring(a) .. " is not " .. tostring(b)) end
            local staff = assert(security.named_scope("app:staff"))
            local ann = security.new_actor("ann", { role = "admin" })
            same(#staff:policies(), 2)
            same(staff:policies()[1]:id(), "app:no_secrets")
            same(staff:evaluate(ann, "docs.read", "doc:1"), "allow")
            same(staff:evaluate(ann, "docs.read", "doc:secret"), "deny")
            same(staff:evaluate(ann, "docs.write", "doc:1"), "undefined")

            local admins = assert(security.policy("app:admins"))
            same(admins:id(), "app:admins")
            same(admins:evaluate(ann, "x", "y"), "allow")
            same(admins:evaluate(security.new_actor("bob"), "x", "y"), "undefined")

            local wider = staff:with(admins)
            same(wider:evaluate(ann, "docs.write", "doc:1"), "allow")
            same(staff:evaluate(ann, "docs.write", "doc:1"), "undefined")
            same(wider:contains("app:admins"), true)
            same(wider:contains(admins), true)
            same(wider:contains({ ns = "app", name = "admins" }), true)
            same(staff:contains("app:admins"), false)
            same(#wider:with(admins):policies(), 3)
            same(#wider:without("app:admins"):policies(), 2)
            same(#wider:without({ "app", "admins" }):policies(), 2)
            same(#wider:without(admins):without(admins):policies(), 2)
            same(#security.new_scope({ admins, admins }):policies(), 1)
            return "done"
            """));
    }

    [Fact]
    public void ActorScopeAndCan_WithBoth_AreThoseOfTheProcess()
    {
        var context = new SecurityContext(new Actor("ann", new Dictionary<string, object?> { ["role"] = "clerk" }), Catalog().Group("app:staff"));
        Assert.Equal("ann clerk app:readers true false false", Run(
            """
            local function can(action, resource, meta) return tostring(security.can(action, resource, meta)) end
            return table.concat({
              security.actor():id(), security.actor():meta().role, security.scope():policies()[2]:id(),
              can("docs.read", "doc:1"), can("docs.read", "doc:secret"), can("docs.write", "doc:1") }, " ")
            """,
            context));
    }

    [Fact]
    public void Can_WithoutScope_IsFalse() =>
        Assert.Equal(false, Run("return security.can('docs.read', 'doc:1')", new SecurityContext(new Actor("ann"), null)));

    [Fact]
    public void Can_Attributes_AreSeenByConditions()
    {
        var policy = SecurityApp.Policy(conditions: "[{field: meta.owner.id, operator: eq, value_from: actor.id}]");
        Assert.Equal("true false false", Run(
            """
            return tostring(security.can("x", "y", { owner = { id = "ann" } })) .. " " ..
              tostring(security.can("x", "y", { owner = { id = "bob" } })) .. " " .. tostring(security.can("x", "y"))
            """,
            new SecurityContext(new Actor("ann"), Scope.Of([policy]))));
    }

    public static TheoryData<string, string, string, string> Guarded() => new()
    {
        { "security.policy.get", "app:readers", "local p, err = security.policy('app:readers'); return p and p:id() or err:kind() .. ': ' .. err:message()", "Invalid: permission denied: access policy" },
        { "security.policy_group.get", "app:staff", "local s, err = security.named_scope('app:staff'); return s and 'app:staff' or err:kind() .. ': ' .. err:message()", "Invalid: permission denied: access policy group" },
        { "security.scope.create", "custom", "local ok, err = pcall(security.new_scope); return ok and 'custom' or err:match('not.*')", "not allowed to create custom scopes" },
        { "security.scope.create", "with", "local ok, err = pcall(function() return security.scope():with(security.scope():policies()[1]) end); return ok and 'with' or err:match('not.*')", "not allowed to create custom scopes" },
        { "security.scope.create", "without", "local ok, err = pcall(function() return security.scope():without('app:p') end); return ok and 'without' or err:match('not.*')", "not allowed to create custom scopes" },
        { "security.actor.create", "user:7", "local ok, a = pcall(security.new_actor, 'user:7'); return ok and a:id() or a:match('not.*')", "not allowed to create actor with ID: user:7" },
    };

    [Theory]
    [MemberData(nameof(Guarded))]
    public void Call_AllowedDeniedUndefined(string action, string resource, string body, string refusal)
    {
        var allow = SecurityApp.Policy(action, $"'{resource}'");
        var deny = SecurityApp.Policy(action, $"'{resource}'", "deny", name: "q");
        var other = SecurityApp.Policy("other.action");
        Assert.Equal(resource, Run(body, new SecurityContext(new Actor("ann"), Scope.Of([allow]))));
        Assert.Equal(refusal, Run(body, new SecurityContext(new Actor("ann"), Scope.Of([allow, deny]))));
        Assert.Equal(refusal, Run(body, new SecurityContext(new Actor("ann"), Scope.Of([other]))));
        // Somebody without rules may; nobody may when security is strict.
        if (action != "security.scope.create" || resource == "custom")
        {
            Assert.Equal(resource, Run(body, default));
            Assert.Equal(refusal, Run(body, default, strict: true));
        }
    }

    private static PolicyCatalog Catalog() => SecurityApp.Catalog(Policies);

    private static object? Run(string body, SecurityContext security = default, bool strict = false)
    {
        var policies = SecurityApp.Load(Policies).Snapshot!.Entries.Values;
        using var node = new TestNode([.. policies, TestNode.Lua("main", $"return {{ main = function()\n{body}\nend }}")]);
        node.Node.StrictSecurity = strict;
        return node.Spawn("main", security: security).Value();
    }
}

internal static class CatalogExtensions
{
    public static Scope Group(this PolicyCatalog catalog, string id)
    {
        Assert.True(EntryId.TryParse(id, out var group));
        Assert.True(catalog.TryGetGroup(group, out var scope));
        return scope;
    }
}
