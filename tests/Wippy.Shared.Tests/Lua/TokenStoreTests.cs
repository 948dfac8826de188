using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Shared.Tests.Security;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

public class TokenStoreTests
{
    private const string Declared =
        """
          - {name: data, kind: store.memory}
          - {name: tokens, kind: security.token_store, store: data, token_key: secret}
          - {name: others, kind: security.token_store, store: data, token_key: another}
          - {name: short, kind: security.token_store, store: data, default_expiration: 1s, token_length: 16}
          - {name: keyless, kind: security.token_store, store: data, token_key: "${env:NOBODY_SET_THIS}"}
          - {name: readers, kind: security.policy, policy: {actions: docs.read, resources: "*", effect: allow}, groups: [staff]}

        """;

    // What each body has: two stores, an actor, a scope.
    private const string Prelude =
        """
        local function kind(err) return err and err:kind() .. ": " .. err:message() or "ok" end
        local tokens, others = security.token_store("app:tokens"), security.token_store("app:others")
        local ann, staff = security.new_actor("ann", { role = "clerk" }), security.named_scope("app:staff")

        """;

    [Fact]
    public void Validate_TokenJustMade_GivesActorAndScope() => Assert.Equal("ann clerk 1 allow", Run("""
        local token = assert(tokens:create(ann, staff, { meta = { device = "phone" } }))
        local actor, scope, err = tokens:validate(token)
        assert(not err, tostring(err))
        return actor:id() .. " " .. actor:meta().role .. " " .. #scope:policies() .. " " .. scope:evaluate(actor, "docs.read", "x")
        """));

    [Fact]
    public void Create_Tokens_AreDifferentAndLongEnough() => Assert.Equal("true true", Run("""
        local a, b = tokens:create(ann, staff), tokens:create(ann, staff)
        return tostring(a ~= b) .. " " .. tostring(#a >= 43 + 1 + 43)
        """));

    [Theory]
    [InlineData("local t = tokens:create(ann, staff); tokens:revoke(t); return kind(select(3, tokens:validate(t)))", "Revoked: token was revoked")]
    [InlineData("local t = tokens:create(ann, staff); tokens:revoke(t); return tostring(tokens:revoke(t))", "true")]
    [InlineData("local t = tokens:create(ann, staff, { expiration = 50 }); time.sleep('60ms'); return kind(select(3, tokens:validate(t)))", "Expired: token has expired")]
    [InlineData("local t = tokens:create(ann, staff, { expiration = '1m' }); time.sleep('59s'); return kind(select(3, tokens:validate(t)))", "ok")]
    [InlineData("local t = tokens:create(ann, staff, { expiration = '1m' }); time.sleep('3h'); return kind(select(3, tokens:validate(t)))", "NotFound: token not found")]
    [InlineData("local s = security.token_store('app:short'); local t = s:create(ann, staff); time.sleep('2s'); return kind(select(3, s:validate(t)))", "Expired: token has expired")]
    [InlineData("local t = tokens:create(ann, staff); return kind(select(3, others:validate(t)))", "Invalid: not a token of this store")]
    [InlineData("local t = tokens:create(ann, staff); return kind(select(3, tokens:validate('A' .. t)))", "Invalid: not a token of this store")]
    [InlineData("return kind(select(3, tokens:validate('')))", "Invalid: not a token of this store")]
    [InlineData("return kind(select(3, tokens:validate('a.b')))", "Invalid: not a token of this store")]
    [InlineData("return kind(select(3, tokens:validate('*.*')))", "Invalid: not a token of this store")]
    [InlineData("return kind(select(2, tokens:revoke('a.b')))", "Invalid: not a token of this store")]
    [InlineData("tokens:close(); return kind(select(3, tokens:validate('a.b')))", "Invalid: token store is closed")]
    [InlineData("tokens:close(); return kind(select(2, tokens:create(ann, staff)))", "Invalid: token store is closed")]
    [InlineData("return kind(select(2, security.token_store('app:nothing')))", "NotFound: token store not found: app:nothing")]
    [InlineData("return kind(select(2, security.token_store('app:data')))", "NotFound: token store not found: app:data")]
    [InlineData("return kind(select(2, security.token_store('app:keyless')))", "Invalid: app:keyless: token_key is the environment variable NOBODY_SET_THIS, which has no value")]
    [InlineData("return kind(select(2, tokens:create(ann, staff, { expiration = 0 })))", "Invalid: expiration must be a duration such as \"1h\" or a number of milliseconds, more than zero")]
    [InlineData("return kind(select(2, tokens:create(ann, staff, { expiration = 'soon' })))", "Invalid: expiration must be a duration such as \"1h\" or a number of milliseconds, more than zero")]
    [InlineData("return kind(select(2, tokens:create(ann, staff, { meta = 1 })))", "Invalid: meta must be a table")]
    [InlineData("return select(2, pcall(tokens.create, tokens, 'ann', staff)):match('bad.*')", "bad argument #2 to 'create' (actor expected, got string)")]
    [InlineData("return select(2, pcall(tokens.create, tokens, ann, 1)):match('bad.*')", "bad argument #3 to 'create' (scope expected, got number)")]
    [InlineData("return select(2, pcall(tokens.validate, 1, 'x')):match('bad.*')", "bad argument #1 to 'validate' (security.TokenStore expected, got number)")]
    [InlineData("return select(2, pcall(tokens.revoke, 1, 'x')):match('bad.*')", "bad argument #1 to 'revoke' (security.TokenStore expected, got number)")]
    public void Call_Outcome(string body, string expected) => Assert.Equal(expected, Run(body));

    [Fact]
    public void Store_HoldsNoToken() => Assert.Equal("false", Run("""
        local token = tokens:create(ann, staff)
        local items = store.get("app:data"):list().items
        local secret = token:match("^[^.]+")
        return tostring(items[1].key:find(secret, 1, true) ~= nil)
        """));

    [Fact]
    public async Task Validate_PolicyOfTheScopeIsGone_Invalid()
    {
        using var node = Node("local t = tokens:create(ann, staff); process.inbox():receive(); return kind(select(3, tokens:validate(t)))");
        var main = node.Spawn("main");
        Assert.Null((await node.Node.Registry.ApplyAsync([EntryChange.Delete(new EntryId("app", "readers"))])).Error);
        node.Node.Router.TryRoute(main.Process!, main.Pid, Wippy.Shared.Messaging.Topic.Of("go"), "x"u8, out var route);
        route.Send(main.Process!, Wippy.Shared.Messaging.Topic.Of("go"), [0x90]);
        node.Scheduler.RunUntilIdle();
        Assert.Equal("Invalid: policy app:readers of the token's scope no longer exists", main.Value());
    }

    public static TheoryData<string, string, string> Guarded() => new()
    {
        { "security.token_store.get", "return kind(select(2, security.token_store('app:tokens')))", "PermissionDenied: not allowed to get token store: app:tokens" },
        { "security.token.create", "local s = security.token_store('app:tokens'); return kind(select(2, s:create(security.actor(), security.scope())))", "PermissionDenied: not allowed to create token of store: app:tokens" },
        { "security.token.validate", "local s = security.token_store('app:tokens'); local _, _, err = s:validate('a.b'); return err:kind() == 'Invalid' and 'ok' or kind(err)", "PermissionDenied: not allowed to validate token of store: app:tokens" },
        { "security.token.revoke", "local s = security.token_store('app:tokens'); local _, err = s:revoke('a.b'); return err:kind() == 'Invalid' and 'ok' or kind(err)", "PermissionDenied: not allowed to revoke token of store: app:tokens" },
    };

    [Theory]
    [MemberData(nameof(Guarded))]
    public void Call_AllowedDeniedUndefined(string action, string body, string refusal)
    {
        var opens = SecurityApp.Policy("security.token_store.get", "'app:tokens'", name: "opens");
        var allow = SecurityApp.Policy(action, "'app:tokens'");
        var deny = SecurityApp.Policy(action, "'app:tokens'", "deny", name: "q");
        Assert.Equal("ok", As([opens, allow]));
        Assert.Equal(refusal, As([opens, allow, deny]));
        Assert.Equal(refusal, As(action == "security.token_store.get" ? [SecurityApp.Policy(action, "'app:others'")] : [opens]));

        object? As(Policy[] policies) => Run(body, new SecurityContext(new Actor("ann"), Scope.Of(policies)), prelude: "local function kind(err) return err and err:kind() .. ': ' .. err:message() or 'ok' end\n");
    }

    private static object? Run(string body, SecurityContext security = default, string prelude = Prelude)
    {
        using var node = Node(body, prelude);
        var main = node.Start("main", security: security);
        Assert.True(node.RunToEnd(main, TimeSpan.FromHours(4)));
        return main.Value();
    }

    private static TestNode Node(string body, string prelude = Prelude)
    {
        var loaded = SecurityApp.Load(Declared);
        Assert.Equal("", loaded.ToString());
        return new TestNode(
        [
            .. loaded.Snapshot!.Entries.Values,
            new Entry(new EntryId("app", "main"), EntryKinds.LuaProcess, data: new Dictionary<string, object?>
            {
                ["source"] = $"return {{ main = function()\n{prelude}{body}\nend }}",
                ["modules"] = new List<object?> { "security", "time", "store" },
            }),
        ]);
    }
}
