using Wippy.Shared.Identity;
using Wippy.Shared.Security;

namespace Wippy.Shared.Tests.Security;

public sealed class ChannelPolicyTests
{
    private const string ForeignGroup =
        """
          - {name: p, kind: security.policy, policy: {actions: "*", resources: "*", effect: deny}, groups: [user-user]}
        """; // app:user-user, which is not channel:user-user

    [Theory]
    [InlineData(Zone.System, Zone.System, true, true)]
    [InlineData(Zone.System, Zone.User, true, true)]
    [InlineData(Zone.System, Zone.Terminal, true, true)]
    [InlineData(Zone.User, Zone.System, false, false)]
    [InlineData(Zone.User, Zone.User, true, true)]
    [InlineData(Zone.User, Zone.Terminal, true, false)]
    [InlineData(Zone.Terminal, Zone.System, true, true)]
    [InlineData(Zone.Terminal, Zone.User, true, true)]
    [InlineData(Zone.Terminal, Zone.Terminal, true, true)]
    public void Decide_NothingDeclared_FollowsTheDefaults(Zone from, Zone to, bool send, bool spawn)
    {
        var policy = new ChannelPolicy(SecurityApp.Catalog(ForeignGroup));

        Assert.Equal(send ? "allow by default" : "deny by default", Decide(policy, from, to, "process.send"));
        Assert.Equal(spawn ? "allow by default" : "deny by default", Decide(policy, from, to, "process.spawn"));
    }

    [Theory]
    [InlineData(Zone.User, Zone.System, "process.send", "allow by app:p")]
    [InlineData(Zone.User, Zone.System, "process.terminate", "deny by app:q")]
    [InlineData(Zone.User, Zone.System, "process.spawn", "deny by channel:user-system")] // undefined means no
    [InlineData(Zone.System, Zone.User, "process.send", "deny by channel:system-user")] // the default no longer counts
    [InlineData(Zone.System, Zone.User, "process.cancel", "allow by app:r")]
    [InlineData(Zone.User, Zone.User, "process.spawn", "allow by default")]
    public void Decide_DeclaredGroup_ReplacesTheDefaultOfItsPair(Zone from, Zone to, string action, string expected)
    {
        var policy = new ChannelPolicy(SecurityApp.Catalog(
            """
              - {name: p, kind: security.policy, policy: {actions: process.send, resources: "{app:echo|*", effect: allow}, groups: ["channel:user-system"]}
              - {name: q, kind: security.policy, policy: {actions: process.terminate, resources: "*", effect: deny}, groups: ["channel:user-system"]}
              - {name: r, kind: security.policy, policy: {actions: process.cancel, resources: "*", effect: allow}, groups: ["channel:system-user"]}
            """));

        Assert.Equal(expected, Decide(policy, from, to, action));
    }

    [Fact]
    public void Decide_DeclaredGroup_SeesActorAndAttributes()
    {
        var policy = new ChannelPolicy(SecurityApp.Catalog(
            """
              - name: p
                kind: security.policy
                policy:
                  actions: "*"
                  resources: "*"
                  effect: allow
                  conditions:
                    - {field: actor.id, operator: eq, value: agent}
                    - {field: meta.topic, operator: eq, value: report}
                groups: ["channel:user-system"]
            """));

        Assert.Equal("allow by app:p", Decide(policy, Zone.User, Zone.System, "process.send", "{topic: report}", new Actor("agent")));
        Assert.Equal("deny by channel:user-system", Decide(policy, Zone.User, Zone.System, "process.send", "{topic: other}", new Actor("agent")));
        Assert.Equal("deny by channel:user-system", Decide(policy, Zone.User, Zone.System, "process.send", "{topic: report}"));
    }

    private static string Decide(ChannelPolicy policy, Zone from, Zone to, string action, string attributes = "{}", Actor? actor = null)
    {
        var decision = policy.Decide(from, to, action, "{app:echo|0x00001}", SecurityApp.Map(attributes), actor, out var decidedBy);
        return $"{decision.ToText()} by {decidedBy}";
    }
}
