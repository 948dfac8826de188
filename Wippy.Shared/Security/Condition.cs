using Wippy.Shared.Registry;

namespace Wippy.Shared.Security;

/// <summary>
/// One condition of a policy, compiled: a field of the request, an operator, and a value or another field. It holds or
/// it does not; a field that is missing and a comparison that makes no sense both count as "does not", for the negated
/// operators too.
/// </summary>
internal sealed class Condition : ICondition
{
    /// <summary>Whether two values relate as the operator says; null when they cannot be compared.</summary>
    private delegate bool? Relation(object actual, object expected);

    private readonly RequestField _field;
    private readonly Relation _relation;
    private readonly object? _value;
    private readonly RequestField? _valueFrom;
    private readonly bool? _mustExist;

    private Condition(RequestField field, Relation relation, object? value, RequestField? valueFrom, bool? mustExist)
    {
        _field = field;
        _relation = relation;
        _value = value;
        _valueFrom = valueFrom;
        _mustExist = mustExist;
    }

    public bool Holds(in AccessRequest request)
    {
        var actual = _field.Read(request);
        if (_mustExist is { } mustExist) return mustExist == (actual is not null);
        var expected = _valueFrom is null ? _value : _valueFrom.Read(request);
        return actual is not null && expected is not null && _relation(actual, expected) == true;
    }

    /// <summary>Compiles a condition of a validated entry; <paramref name="path"/> is its place there.</summary>
    /// <returns>Null, with a problem, when it could never be evaluated.</returns>
    public static Condition? Compile(Entry entry, string path, EntryFields fields, ProblemList problems)
    {
        if (ParseField("field") is not { } field) return null;
        var name = fields.Text("operator")!;
        var value = fields.Value("value");
        var valueFrom = fields.Text("value_from");
        if ((value is null) == (valueFrom is null)) return Reject(null, "expected either 'value' or 'value_from'");
        if (name is "exists" or "nexists")
        {
            return value is bool exists
                ? new Condition(field, Comparison.AreEqual, null, null, exists == (name == "exists"))
                : Reject("value", $"'{name}' expects true or false");
        }
        if (name is "matches" or "nmatches") return CompileMatch();
        if (name is ("lt" or "gt" or "lte" or "gte") && value is not null && !Comparison.IsNumber(value))
        {
            return Reject("value", $"'{name}' expects a number");
        }

        RequestField? otherField = null;
        if (valueFrom is not null && (otherField = ParseField("value_from")) is null) return null;
        return new Condition(field, RelationOf(name), value, otherField, null);

        RequestField? ParseField(string key)
        {
            var text = fields.Text(key)!;
            var parsed = RequestField.Parse(text);
            if (parsed is null) Reject(key, $"expected actor.id, actor.meta.<name>, action, resource or meta.<name>, got '{text}'");
            return parsed;
        }

        Condition? CompileMatch()
        {
            if (value is not string pattern) return Reject(value is null ? "value_from" : "value", $"'{name}' expects its pattern as text in 'value'");
            try
            {
                var regex = Re2.Compile(pattern);
                Relation matches = (actual, _) => Comparison.Text(actual) is { } text ? regex.IsMatch(text) : null;
                return new Condition(field, name == "matches" ? matches : Not(matches), value, null, null);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                return Reject("value", $"'{pattern}' is not a regular expression of RE2: {e.Message}");
            }
        }

        Condition? Reject(string? key, string message)
        {
            problems.Error(entry, key is null ? path : FieldPath.Member(path, key), message);
            return null;
        }
    }

    private static Relation RelationOf(string name) => name switch
    {
        "eq" => Comparison.AreEqual,
        "ne" => Not(Comparison.AreEqual),
        "lt" => (actual, expected) => Comparison.Order(actual, expected) < 0,
        "gt" => (actual, expected) => Comparison.Order(actual, expected) > 0,
        "lte" => (actual, expected) => Comparison.Order(actual, expected) <= 0,
        "gte" => (actual, expected) => Comparison.Order(actual, expected) >= 0,
        "in" => Comparison.IsMember,
        "nin" => Not(Comparison.IsMember),
        "contains" => Comparison.Contains,
        "ncontains" => Not(Comparison.Contains),
        _ => throw new ArgumentException($"no operator '{name}'", nameof(name)),
    };

    private static Relation Not(Relation relation) => (actual, expected) => !relation(actual, expected);
}
