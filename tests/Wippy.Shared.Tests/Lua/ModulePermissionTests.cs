using Wippy.Shared.Security;
using Wippy.Shared.Tests.Security;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

/// <summary>Each action that a module asks for: permitted by an allow, refused by a deny, refused when no policy says anything.</summary>
public class ModulePermissionTests
{
    /// <summary>Action, resource, an expression that asks, the refusal as kind and message.</summary>
    public static TheoryData<string, string, string, string> Actions() => new()
    {
        { "events.subscribe", "app", "events.subscribe('app')", "Invalid: not allowed to subscribe to events: app" },
        { "events.send", "app", "events.send('app', 'kind', '/path')", "Invalid: not allowed to send events: app" },
        { "funcs.call", "app:main", "funcs.async('app:main')", "PermissionDenied: not allowed: app:main" },
    };

    [Theory]
    [MemberData(nameof(Actions))]
    public void Call_AllowDenyUndefined_PermittedOnlyByAllow(string action, string resource, string call, string refusal)
    {
        Assert.Equal("permitted", Ask(call, Policy("allow", action, resource)));
        Assert.Equal(refusal, Ask(call, Policy("deny", action, resource)));
        Assert.Equal(refusal, Ask(call, Policy("allow", action, $"{resource}.other")));
        Assert.Equal(refusal, Ask(call, Policy("allow", $"{action}.other", resource)));
    }

    private static Policy Policy(string effect, string action, string resource) =>
        SecurityApp.Policy(actions: $"'{action}'", resources: $"'{resource}'", effect: effect);

    private static string? Ask(string call, Policy policy)
    {
        using var node = TestNode.WithLua(("main", $$"""
            return { main = function()
              local value, err = {{call}}
              if err then return err:kind() .. ": " .. err:message() end
              return value and "permitted" or "nothing"
            end }
            """));
        return (string?)node.Spawn("main", security: new SecurityContext(new Actor("user:1"), Scope.Of([policy]))).Value();
    }
}
