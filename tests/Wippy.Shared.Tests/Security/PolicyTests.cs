using Wippy.Shared.Security;

namespace Wippy.Shared.Tests.Security;

public sealed class PolicyTests
{
    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "store.get", true)]
    [InlineData("store.get", "store.get", true)]
    [InlineData("store.get", "store.gets", false)]
    [InlineData("store.get", "Store.get", false)]
    [InlineData("store*", "store", true)]
    [InlineData("store*", "storex", true)]
    [InlineData("store*", "stor", false)]
    [InlineData("store.*", "store.get", true)]
    [InlineData("store.*", "store.key.get", true)]
    [InlineData("store.*", "store", false)]
    [InlineData("store.*", "storex", false)] // the dot is required
    [InlineData("*.read", "file.read", false)]
    [InlineData("*.read", "*.read", true)]
    [InlineData("a*b", "axb", false)]
    [InlineData("a*b", "a*b", true)]
    [InlineData("", "", true)]
    [InlineData("", "x", false)]
    public void Evaluate_Pattern_MatchesActionsAndResourcesAlike(string pattern, string text, bool expected)
    {
        var decision = expected ? Decision.Allow : Decision.Undefined;

        Assert.Equal(decision, Evaluate(SecurityApp.Policy(actions: $"\"{pattern}\""), action: text));
        Assert.Equal(decision, Evaluate(SecurityApp.Policy(resources: $"\"{pattern}\""), resource: text));
        Assert.Equal(decision, Evaluate(SecurityApp.Policy(actions: $"[other, \"{pattern}\"]"), action: text));
    }

    [Theory]
    [InlineData("{app:workers|*", "{app:workers|0x0001f}", true)]
    [InlineData("{app:workers|*", "{user-1.k3x9@app:workers|0x0001f}", true)]
    [InlineData("{app:workers|*", "{user-1.k3x9@app:others|0x0001f}", false)]
    [InlineData("{app:workers|0x0001f}", "{user-1@app:workers|0x0001f}", true)]
    [InlineData("{app:workers|0x0001f}", "{user-1@app:workers|0x00020}", false)]
    [InlineData("{user-1*", "{user-1@app:workers|0x0001f}", false)] // without @ the node is not seen
    [InlineData("{user-1@*", "{user-1@app:workers|0x0001f}", true)]
    [InlineData("{user-1@*", "{user-2@app:workers|0x0001f}", false)]
    [InlineData("{user-1@*", "{app:workers|0x0001f}", false)]
    [InlineData("*", "{user-1@app:workers|0x0001f}", true)]
    [InlineData("x*", "{user-1@app:workers|0x0001f}", false)]
    [InlineData("", "{user-1@app:workers|0x0001f}", false)]
    [InlineData("a@b*", "a@b.example", true)]
    public void Evaluate_PidAsResource_IsSeenWithoutItsNodeUnlessThePatternSaysSo(string pattern, string pid, bool expected)
    {
        var policy = SecurityApp.Policy(resources: $"\"{pattern}\"");

        Assert.Equal(expected ? Decision.Allow : Decision.Undefined, Evaluate(policy, resource: pid));
    }

    [Fact]
    public void Evaluate_ConditionOnPid_SeesItWithoutItsNode()
    {
        var policy = SecurityApp.Policy(conditions: """[{field: resource, operator: eq, value: "{app:h|0x00001}"}]""");

        Assert.Equal(Decision.Allow, Evaluate(policy, resource: "{n@app:h|0x00001}"));
    }

    [Fact]
    public void Evaluate_ActionAndResource_AreBothNeeded()
    {
        var policy = SecurityApp.Policy(actions: "[a, b]", resources: "[x, y]", effect: "deny");

        Assert.Equal(Decision.Deny, Evaluate(policy, "b", "y"));
        Assert.Equal(Decision.Undefined, Evaluate(policy, "b", "z"));
        Assert.Equal(Decision.Undefined, Evaluate(policy, "c", "y"));
    }

    [Theory]
    [InlineData("actor.id", "u1")]
    [InlineData("actor.meta.role", "admin")]
    [InlineData("actor.meta.team.name", "core")]
    [InlineData("action", "act")]
    [InlineData("resource", "res")]
    [InlineData("meta.owner", "u2")]
    [InlineData("meta.deep.er", "yes")]
    [InlineData("owner", "u2")]
    [InlineData("deep.er", "yes")]
    public void Evaluate_Field_IsFoundInTheRequest(string field, string value)
    {
        Assert.Equal(Decision.Allow, Evaluate(Conditional($"{{field: {field}, operator: eq, value: {value}}}")));
        Assert.Equal(Decision.Undefined, Evaluate(Conditional($"{{field: {field}, operator: eq, value: other}}")));
    }

    [Theory]
    [InlineData("actor.meta.nope")]
    [InlineData("actor.meta.role.more")]
    [InlineData("meta.nope")]
    [InlineData("meta.nothing")] // there, but null
    [InlineData("owner.more")]
    [InlineData("deep.nope")]
    public void Evaluate_Field_ThatIsNotThere_IsMissing(string field)
    {
        Assert.Equal(Decision.Undefined, Evaluate(Conditional($"{{field: {field}, operator: exists, value: true}}")));
        Assert.Equal(Decision.Allow, Evaluate(Conditional($"{{field: {field}, operator: nexists, value: true}}")));
    }

    [Fact]
    public void Evaluate_Conditions_MustAllHold()
    {
        const string yes = "{field: actor.id, operator: eq, value: u1}";
        const string no = "{field: actor.id, operator: eq, value: u2}";

        Assert.Equal(Decision.Allow, Evaluate(Conditional($"{yes}, {yes}")));
        Assert.Equal(Decision.Undefined, Evaluate(Conditional($"{yes}, {no}")));
        Assert.Equal(Decision.Undefined, Evaluate(Conditional($"{no}, {yes}")));
    }

    [Fact]
    public void Evaluate_WithoutActor_FieldsOfTheActorAreMissing()
    {
        var policy = Conditional("{field: actor.id, operator: nexists, value: true}, {field: actor.meta.role, operator: nexists, value: true}");

        Assert.Equal(Decision.Allow, policy.Evaluate(new AccessRequest(null, "act", "res", null)));
        Assert.Equal(Decision.Undefined, Evaluate(policy));
    }

    /// <summary>Operator, value in the policy, a value for which it holds, one for which it does not.</summary>
    [Theory]
    [InlineData("eq", "admin", "admin", "Admin")]
    [InlineData("eq", "5", "5", "6")]
    [InlineData("eq", "5", "5.0", "5.5")]
    [InlineData("eq", "5", "'5'", "'5x'")]
    [InlineData("eq", "'10'", "1e1", "[10]")]
    [InlineData("eq", "true", "true", "false")]
    [InlineData("eq", "true", "'true'", "'True'")]
    [InlineData("eq", "9007199254740993", "'9007199254740993'", "9007199254740992")]
    [InlineData("eq", "'1234567890123456789012345678901234567890'", "'1234567890123456789012345678901234567890'", "'1234567890123456789012345678901234567891'")]
    [InlineData("ne", "admin", "clerk", "admin")]
    [InlineData("ne", "5", "6", "'5.0'")]
    [InlineData("ne", "5", "x", "[6]")]
    [InlineData("lt", "5", "4", "5")]
    [InlineData("lt", "5", "'4.9'", "'x'")]
    [InlineData("lt", "'5'", "-1", "true")]
    [InlineData("lte", "5", "5", "5.1")]
    [InlineData("gt", "5", "6", "5")]
    [InlineData("gt", "5", "1e300", ".nan")]
    [InlineData("gte", "5", "5", "4.9")]
    [InlineData("in", "[admin, clerk]", "clerk", "guest")]
    [InlineData("in", "[1, 2]", "'2'", "3")]
    [InlineData("in", "admin", "admin", "adm")]
    [InlineData("in", "[1, 2]", "1", "[1]")]
    [InlineData("nin", "[admin, clerk]", "guest", "admin")]
    [InlineData("nin", "admin", "guest", "admin")]
    [InlineData("nin", "[1]", "2", "[2]")]
    [InlineData("contains", "mi", "admin", "user")]
    [InlineData("contains", "a", "[a, b]", "[ab]")]
    [InlineData("contains", "1", "x1", "11")]
    [InlineData("ncontains", "mi", "user", "admin")]
    [InlineData("ncontains", "a", "[b]", "[a]")]
    [InlineData("ncontains", "a", "bcd", "{a: 1}")]
    [InlineData("matches", "^ad", "admin", "bad")]
    [InlineData("matches", "d", "admin", "user")]
    [InlineData("matches", "'^[0-9]+$'", "42", "\"42\\n\"")]
    [InlineData("matches", "^a$", "a", "[a]")]
    [InlineData("nmatches", "^ad", "bad", "admin")]
    [InlineData("nmatches", "^ad", "user", "[user]")]
    [InlineData("exists", "true", "x", null)]
    [InlineData("exists", "false", null, "x")]
    [InlineData("nexists", "true", null, "x")]
    [InlineData("nexists", "false", "x", null)]
    public void Evaluate_Operator_HoldsOrNot(string @operator, string value, string? holds, string? holdsNot)
    {
        var policy = Conditional($"{{field: x, operator: {@operator}, value: {value}}}");

        Assert.Equal(Decision.Allow, Evaluate(policy, attributes: Attribute(holds)));
        Assert.Equal(Decision.Undefined, Evaluate(policy, attributes: Attribute(holdsNot)));
    }

    [Theory]
    [InlineData("eq", "5")]
    [InlineData("ne", "5")]
    [InlineData("lt", "5")]
    [InlineData("lte", "5")]
    [InlineData("gt", "5")]
    [InlineData("gte", "5")]
    [InlineData("in", "[5]")]
    [InlineData("nin", "[5]")]
    [InlineData("contains", "a")]
    [InlineData("ncontains", "a")]
    [InlineData("matches", "a")]
    [InlineData("nmatches", "a")]
    public void Evaluate_MissingField_MakesTheConditionFalseEvenForADeny(string @operator, string value)
    {
        var condition = $"[{{field: x, operator: {@operator}, value: {value}}}]";

        Assert.Equal(Decision.Undefined, Evaluate(SecurityApp.Policy(effect: "deny", conditions: condition)));
    }

    [Theory]
    [InlineData("eq", "5", "5", true)]
    [InlineData("ne", "5", "6", true)]
    [InlineData("lt", "5", "6", true)]
    [InlineData("lt", "5", "x", false)] // not a number, known only now
    [InlineData("in", "a", "[a, b]", true)]
    [InlineData("in", "a", "{a: b}", false)]
    [InlineData("nin", "c", "[a, b]", true)]
    [InlineData("contains", "abc", "b", true)]
    [InlineData("contains", "abc", "[b]", false)]
    [InlineData("ne", "5", null, false)]
    [InlineData("nin", "5", null, false)]
    public void Evaluate_ValueFrom_TakesAnotherField(string @operator, string value, string? other, bool expected)
    {
        var policy = Conditional($"{{field: x, operator: {@operator}, value_from: meta.y}}");
        var attributes = SecurityApp.Map($"{{x: {value}, y: {other}}}");

        Assert.Equal(expected ? Decision.Allow : Decision.Undefined, Evaluate(policy, attributes: attributes));
    }

    /// <summary>Where RE2 and .NET differ, RE2 counts: otherwise a policy would cover more than its author wrote.</summary>
    [Theory]
    [InlineData(@"^\d+$", "12", true)]
    [InlineData(@"^\d+$", "\u0661", false)] // an Arabic digit
    [InlineData(@"^[\d.]+$", "1.2", true)]
    [InlineData(@"^[\d.]+$", "\u0661", false)]
    [InlineData(@"^\w+$", "ab_1", true)]
    [InlineData(@"^\w+$", "\u00e9", false)]
    [InlineData(@"^\D$", "\u0661", true)]
    [InlineData(@"^a\sb$", "a b", true)]
    [InlineData(@"^a\sb$", "a\u00a0b", false)]
    [InlineData("^a$", "a\n", false)]
    [InlineData("(?m)^a$", "x\na\ny", true)]
    [InlineData(@"^\$$", "$", true)]
    [InlineData("^[$]$", "$", true)]
    [InlineData("^[]a]+$", "]a", true)]
    [InlineData("^[a-z-[b]$", "b", true)] // no subtraction of classes
    [InlineData("^[^$]$", "$", false)]
    [InlineData("^(?P<first>a|b)c$", "bc", true)]
    [InlineData("(?i)^ADMIN$", "admin", true)]
    public void Evaluate_Matches_ReadsThePatternAsRe2Does(string pattern, string text, bool expected)
    {
        var policy = Conditional($"{{field: x, operator: matches, value: '{pattern}'}}");

        Assert.Equal(expected ? Decision.Allow : Decision.Undefined, Evaluate(policy, attributes: new Dictionary<string, object?> { ["x"] = text }));
    }

    [Theory]
    [InlineData("{field: actor.name, operator: eq, value: 1}", "_index.yaml:9:21: error: app:p.policy.conditions[0].field: expected actor.id, actor.meta.<name>, action, resource or meta.<name>, got 'actor.name'")]
    [InlineData("{field: a..b, operator: eq, value: 1}", "field: expected actor.id, actor.meta.<name>, action, resource or meta.<name>, got 'a..b'")]
    [InlineData("{field: x, operator: eq}", "policy.conditions[0]: expected either 'value' or 'value_from'")]
    [InlineData("{field: x, operator: eq, value: 1, value_from: y}", "policy.conditions[0]: expected either 'value' or 'value_from'")]
    [InlineData("{field: x, operator: eq, value_from: actor}", "value_from: expected actor.id, actor.meta.<name>, action, resource or meta.<name>, got 'actor'")]
    [InlineData("{field: x, operator: lt, value: many}", "value: 'lt' expects a number")]
    [InlineData("{field: x, operator: exists, value: 1}", "value: 'exists' expects true or false")]
    [InlineData("{field: x, operator: nexists, value_from: y}", "value: 'nexists' expects true or false")]
    [InlineData("{field: x, operator: matches, value: 5}", "value: 'matches' expects its pattern as text in 'value'")]
    [InlineData("{field: x, operator: nmatches, value_from: y}", "value_from: 'nmatches' expects its pattern as text in 'value'")]
    [InlineData("{field: x, operator: matches, value: 'a('}", "value: 'a(' is not a regular expression of RE2: ")]
    [InlineData("{field: x, operator: matches, value: 'a(?=b)'}", "value: 'a(?=b)' is not a regular expression of RE2: ")]
    [InlineData("{field: x, operator: matches, value: '[[:alpha:]]'}", "value: '[[:alpha:]]' is not a regular expression of RE2: named classes")]
    public void Compile_ConditionThatMakesNoSense_RejectsTheEntry(string condition, string expected)
    {
        var result = SecurityApp.Load(
            $"""
              - name: p
                kind: security.policy
                policy:
                  actions: a
                  resources: b
                  effect: allow
                  conditions: [{condition}]
            """);

        Assert.Null(result.Snapshot);
        Assert.Contains(expected, result.ToString());
        Assert.Single(result.Problems);
    }

    private static Policy Conditional(string conditions) => SecurityApp.Policy(conditions: $"[{conditions}]");

    private static IReadOnlyDictionary<string, object?> Attribute(string? yaml) => SecurityApp.Map(yaml is null ? "{}" : $"{{x: {yaml}}}");

    private static Decision Evaluate(
        Policy policy, string action = "act", string resource = "res", IReadOnlyDictionary<string, object?>? attributes = null)
    {
        var actor = new Actor("u1", SecurityApp.Map("{role: admin, team: {name: core}}"));
        attributes ??= SecurityApp.Map("{owner: u2, deep: {er: 'yes'}, nothing: }");
        return policy.Evaluate(new AccessRequest(actor, action, resource, attributes));
    }
}
