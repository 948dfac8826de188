using Wippy.Shared.Identity;
using Wippy.Shared.Security;

namespace Wippy.Shared.Tests.Security;

public sealed class ScopeTests
{
    private static readonly Policy AllowA = SecurityApp.Policy("a", name: "allow-a");
    private static readonly Policy AllowAll = SecurityApp.Policy("'*'", name: "allow-all");
    private static readonly Policy DenyA = SecurityApp.Policy("a", effect: "deny", name: "deny-a");
    private static readonly Policy DenyB = SecurityApp.Policy("b", effect: "deny", name: "z-deny-b");
    private static readonly Actor Someone = new("someone");

    public static TheoryData<string, string> Combinations => new()
    {
        { "", "undefined by " },
        { "allow-a", "allow by app:allow-a" },
        { "deny-a", "deny by app:deny-a" },
        { "z-deny-b", "undefined by " },
        { "allow-a allow-all", "allow by app:allow-a" },
        { "allow-a deny-a", "deny by app:deny-a" },
        { "deny-a allow-a", "deny by app:deny-a" },
        { "allow-all z-deny-b", "allow by app:allow-all" },
    };

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Evaluate_ActionA_DenyBeatsAllowBeatsUndefined(string policies, string expected)
    {
        var scope = policies.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(
            Scope.Empty,
            (scope, name) => scope.With(new[] { AllowA, AllowAll, DenyA, DenyB }.Single(policy => policy.Id.Name == name)));

        var decision = scope.Evaluate(Someone, "a", "x", null, out var decidedBy);

        Assert.Equal(expected, $"{decision.ToText()} by {decidedBy}");
    }

    [Fact]
    public void With_PolicyThatIsThere_ChangesNothing()
    {
        var scope = Scope.Empty.With(DenyA);

        Assert.Same(scope, scope.With(DenyA));
        Assert.Empty(Scope.Empty.Policies);
        Assert.True(scope.Contains(DenyA.Id));
        Assert.False(scope.Contains(AllowA.Id));
    }

    [Fact]
    public void Without_Policy_IsANewScope()
    {
        var scope = Scope.Of([DenyA, AllowA, AllowA]);

        var less = scope.Without(DenyA.Id);

        Assert.Equal([AllowA, DenyA], scope.Policies);
        Assert.Equal([AllowA], less.Policies);
        Assert.Same(less, less.Without(new EntryId("app", "nobody")));
    }

    [Fact]
    public void Evaluate_WithoutConditionsAndAttributes_AllocatesNothing()
    {
        var scope = Scope.Of([AllowA, AllowAll, DenyB]);
        for (var i = 0; i < 100; i++) scope.Evaluate(Someone, "a", "{node@app:h|0x00001}", null, out _);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) scope.Evaluate(Someone, "a", "{node@app:h|0x00001}", null, out _);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(true, "allow", false, true)]
    [InlineData(true, "allow", true, true)]
    [InlineData(true, "deny", false, false)]
    [InlineData(true, "undefined", false, false)]
    [InlineData(true, "empty", false, false)]
    [InlineData(false, "allow", false, true)]
    [InlineData(false, "deny", false, true)] // no actor: the context is incomplete, the scope is not asked
    [InlineData(false, "allow", true, false)]
    [InlineData(true, "none", false, true)]
    [InlineData(true, "none", true, false)]
    [InlineData(false, "none", false, true)]
    [InlineData(false, "none", true, false)]
    public void Permits_ContextAndStrictness_FollowTheTable(bool hasActor, string scope, bool strict, bool expected)
    {
        var context = new SecurityContext(hasActor ? Someone : null, scope switch
        {
            "allow" => Scope.Of([AllowA]),
            "deny" => Scope.Of([AllowAll, DenyA]),
            "undefined" => Scope.Of([DenyB]),
            "empty" => Scope.Empty,
            _ => null,
        });

        Assert.Equal(expected, context.Permits("a", "x", strict: strict));
    }
}
