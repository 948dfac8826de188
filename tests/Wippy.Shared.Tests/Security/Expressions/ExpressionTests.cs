using Wippy.Shared.Identity;
using Wippy.Shared.Security;
using Wippy.Shared.Security.Expressions;

namespace Wippy.Shared.Tests.Security.Expressions;

public class ExpressionTests
{
    private static readonly AccessRequest Request = new(
        new Actor("u1", SecurityApp.Map("{role: admin, level: 3, share: 0.5, teams: [core, web], active: true, deep: {er: yes it is}}")),
        "docs.read",
        "{node-1@app:docs|0x00001}",
        SecurityApp.Map("{owner: u1, size: 10, tags: [a, b], nothing: }"));

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("actor.id == 'u1'", true)]
    [InlineData("actor.id == \"u1\" && action == \"docs.read\"", true)]
    [InlineData("actor.id == meta.owner", true)]
    [InlineData("actor[\"id\"] == 'u1' and actor['meta']['role'] == 'admin'", true)]
    [InlineData("actor.meta.role != 'admin'", false)]
    [InlineData("resource == '{app:docs|0x00001}'", true)] // a PID comes without its node
    [InlineData("actor.meta.level == 3 and actor.meta.level == 3.0", true)]
    [InlineData("actor.meta.level == '3'", false)] // a number is no text
    [InlineData("actor.meta.share < 1 && meta.size >= 10 && meta.size <= 10 && meta.size > 9.5", true)]
    [InlineData("'a' < 'b' && 'b' > 'a'", true)]
    [InlineData("actor.meta.active", true)]
    [InlineData("!actor.meta.active", false)]
    [InlineData("not actor.meta.active or true", true)]
    [InlineData("not (actor.meta.active and false)", true)]
    [InlineData("actor.meta.role in ['admin', 'clerk']", true)]
    [InlineData("actor.meta.role not in ['admin', 'clerk']", false)]
    [InlineData("'core' in actor.meta.teams", true)]
    [InlineData("'role' in actor.meta", true)]
    [InlineData("'nope' in actor.meta", false)]
    [InlineData("'x' in meta.nope", false)]
    [InlineData("action contains 'cs.r'", true)]
    [InlineData("action startsWith 'docs.'", true)]
    [InlineData("action endsWith '.read'", true)]
    [InlineData("action not endsWith '.read'", false)]
    [InlineData("action matches '^docs\\\\.(read|write)$'", true)]
    [InlineData("action not matches '^x'", true)]
    [InlineData("len(action) == 9 and len(meta.tags) == 2 and len(actor.meta) == 6", true)]
    [InlineData("upper(actor.meta.role) == 'ADMIN' && lower('AdMiN') == actor.meta.role && trim(' x ') == 'x'", true)]
    [InlineData("1 + 2 * 3 == 7", true)]
    [InlineData("(1 + 2) * 3 == 9", true)]
    [InlineData("7 / 2 == 3.5 && 7 % 2 == 1 && -7 + 7 == 0", true)]
    [InlineData("10 - 3 - 2 == 5", true)]
    [InlineData("'u' + '1' == actor.id", true)]
    [InlineData("actor.meta.level > 2 ? action == 'docs.read' : false", true)]
    [InlineData("actor.meta.level > 5 ? true : false", false)]
    [InlineData("(meta.nope ?? 'x') == 'x'", true)]
    [InlineData("meta.nope ?? false", false)]
    [InlineData("meta.nope == nil && meta.nothing == nil && unknown == nil", true)]
    [InlineData("meta.nope?.more == nil", true)]
    [InlineData("actor.meta.deep.er == 'yes it is'", true)]
    [InlineData("meta.tags[0] == 'a' && meta.tags[-1] == 'b'", true)]
    [InlineData("meta.tags == ['a', 'b']", true)]
    [InlineData("true or false and false", true)] // and binds tighter
    [InlineData("not false == true", true)]
    [InlineData("false ?? true", false)]
    [InlineData("[] == []", true)]
    public void Holds_Expression(string source, bool expected) => Assert.Equal(expected, Expression.Compile(source).Holds(Request));

    /// <summary>What cannot be computed holds neither as it is nor negated.</summary>
    [Theory]
    [InlineData("meta.nope.more == 1")]
    [InlineData("actor.meta.role < 5")]
    [InlineData("actor.meta.level contains 'x'")]
    [InlineData("meta.nope matches 'x'")]
    [InlineData("meta.size % 0 == 0")]
    [InlineData("meta.tags[7] == 'a'")]
    [InlineData("meta.tags['a'] == 1")]
    [InlineData("len(meta.size) == 1")]
    [InlineData("upper(meta.size) == 'x'")]
    [InlineData("meta.owner + 1 == 2")]
    [InlineData("'a' in meta.size")]
    [InlineData("actor.meta.role and true")]
    [InlineData("actor.meta.role")]
    [InlineData("meta.nope ? true : true")]
    public void Holds_WhatCannotBeComputed_IsNo(string source)
    {
        Assert.False(Expression.Compile(source).Holds(Request));
        Assert.False(Expression.Compile($"not ({source})").Holds(Request));
    }

    [Fact]
    public void Holds_WithoutActor_FieldsOfTheActorCannotBeRead()
    {
        var request = new AccessRequest(null, "a", "b", null);
        Assert.False(Expression.Compile("actor.id == 'u1'").Holds(request));
        Assert.False(Expression.Compile("actor.id != 'u1'").Holds(request));
        Assert.True(Expression.Compile("actor == nil && actor?.id == nil && meta.x == nil").Holds(request));
    }

    [Theory]
    [InlineData("", 1, "expected a value, got the end")]
    [InlineData("actor.id ==", 12, "expected a value, got the end")]
    [InlineData("actor.id == 'u1", 13, "text without its closing '")]
    [InlineData("a = b", 3, "unexpected character '='")]
    [InlineData("a == b c", 8, "expected an operator or the end, got 'c'")]
    [InlineData("(true", 6, "expected ')', got the end")]
    [InlineData("[1, 2", 6, "expected ',', got the end")]
    [InlineData("a. == 1", 4, "expected a name after '.', got '=='")]
    [InlineData("a ? b", 6, "expected ':', got the end")]
    [InlineData("a not == b", 7, "expected in, contains, startsWith, endsWith or matches after 'not', got '=='")]
    [InlineData("1x == 1", 1, "'1x' is not a number")]
    [InlineData("'\\q' == a", 2, "unknown escape; there are \\n \\r \\t \\\\ \\' and \\\"")]
    [InlineData("first(a) == 1", 1, "no function 'first' (there are: len, lower, trim, upper)")]
    [InlineData("a matches b", 11, "'matches' expects its pattern as text in quotes")]
    [InlineData("a matches '('", 11, "'(' is not a regular expression of RE2: ")]
    [InlineData("a matches 'x(?=y)'", 11, "is not a regular expression of RE2: ")]
    [InlineData("actor.id", 0, "")]
    [InlineData("'text'", 1, "the result must be true or false, not text")]
    [InlineData("1 + 1", 1, "the result must be true or false, not a number")]
    [InlineData("nil", 1, "the result must be true or false")]
    [InlineData("true && 1", 6, "'&&' expects true or false, got a number")]
    [InlineData("1 < 'a'", 3, "'<' expects a number, got text")]
    [InlineData("true < false", 6, "'<' expects numbers or text, got true or false")]
    [InlineData("'a' - 1 == 0", 5, "'-' expects a number, got text")]
    [InlineData("1 in 2", 3, "'in' expects a list or a map, got a number")]
    [InlineData("!1", 1, "'!' expects true or false, got a number")]
    [InlineData("action.x == 1", 7, "'.' expects a map, got text")]
    [InlineData("1 ? true : false", 3, "'?' expects true or false, got a number")]
    public void Compile_Malformed_ThrowsWithColumn(string source, int column, string message)
    {
        if (column == 0)
        {
            Expression.Compile(source);   // its type is known only when it is evaluated
            return;
        }
        var e = Assert.Throws<ExpressionException>(() => Expression.Compile(source));
        Assert.Contains(message, e.Message);
        Assert.Equal(column, e.Column);
    }

    [Fact]
    public void Compile_TooDeepTooLongTooMany_Throws()
    {
        Assert.True(Expression.Compile(new string('(', 30) + "true" + new string(')', 30)).Holds(Request));
        Assert.Contains("nested deeper than 64", Assert.Throws<ExpressionException>(() => Expression.Compile(new string('(', 400) + "true" + new string(')', 400))).Message);
        Assert.Contains("nested deeper than 64", Assert.Throws<ExpressionException>(() => Expression.Compile(new string('!', 900) + "true")).Message);
        Assert.Contains("nested deeper than 64", Assert.Throws<ExpressionException>(() => Expression.Compile(string.Concat(Enumerable.Repeat("a?b:", 200)) + "true")).Message);
        Assert.Contains("at most 4096 characters", Assert.Throws<ExpressionException>(() => Expression.Compile(new string(' ', 4097))).Message);
        Assert.Contains("at most 1000 words", Assert.Throws<ExpressionException>(() => Expression.Compile("1" + string.Concat(Enumerable.Repeat("+1", 600)) + "==1")).Message);
        Assert.True(Expression.Compile("0" + string.Concat(Enumerable.Repeat("+1", 490)) + "==490").Holds(Request));
    }

    [Fact]
    public void Policy_OfKindExpr_FiltersFirstAndIsInItsGroups()
    {
        var catalog = SecurityApp.Catalog(
            """
              - {name: own, kind: security.policy.expr, policy: {actions: "docs.*", resources: "*", effect: deny, expression: "actor.id != meta.owner"}, groups: [staff, "other:all"]}
            """);
        Assert.True(catalog.TryGetGroup(new EntryId("app", "staff"), out var scope));
        Assert.True(catalog.TryGetGroup(new EntryId("other", "all"), out _));   // unlike upstream, a namespace that is written counts
        Assert.Equal(Decision.Deny, Evaluate("docs.read", "{owner: u2}"));
        Assert.Equal(Decision.Undefined, Evaluate("docs.read", "{owner: u1}"));
        Assert.Equal(Decision.Undefined, Evaluate("other", "{owner: u2}"));

        Decision Evaluate(string action, string attributes) => scope.Evaluate(new Actor("u1"), action, "x", SecurityApp.Map(attributes), out _);
    }

    [Fact]
    public void Policy_MalformedExpression_IsAProblemWithItsColumn()
    {
        var result = SecurityApp.Load(
            """
              - name: own
                kind: security.policy.expr
                policy:
                  actions: "*"
                  resources: "*"
                  effect: allow
                  expression: "actor.id === 1"
            """);
        Assert.Null(result.Snapshot);
        Assert.Contains("_index.yaml:9:7: error: app:own.policy.expression: column 12: unexpected character '='", result.ToString());
    }
}
