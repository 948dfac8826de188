using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Wippy.Shared.Security.Expressions;

/// <summary>
/// What operators do with values of a plain tree. One that cannot be computed gives <see cref="Failure"/>, and so does
/// everything that uses it: an exception would cost a caller who provokes it again and again too little, and us too much.
/// </summary>
internal static class Operators
{
    /// <summary>The result that there is none.</summary>
    public static readonly object Failure = new();

    public static readonly object True = true;
    public static readonly object False = false;

    public static readonly IReadOnlyDictionary<string, object?> NoFields = ReadOnlyDictionary<string, object?>.Empty;

    // Text that + may make: more is no text that a policy is about.
    private const int MaxText = 65_536;

    private delegate object? Operator(object? left, object? right);

    public static Evaluator Or(Evaluator left, Evaluator right) => (in AccessRequest request) => left(request) switch
    {
        true => True,
        false => right(request) as bool? is { } value ? Box(value) : Failure,
        _ => Failure,
    };

    public static Evaluator And(Evaluator left, Evaluator right) => (in AccessRequest request) => left(request) switch
    {
        false => False,
        true => right(request) as bool? is { } value ? Box(value) : Failure,
        _ => Failure,
    };

    public static Evaluator Not(Evaluator operand) => (in AccessRequest request) => operand(request) is bool value ? Box(!value) : Failure;

    public static Evaluator Choose(Evaluator condition, Evaluator yes, Evaluator no) => (in AccessRequest request) => condition(request) switch
    {
        true => yes(request),
        false => no(request),
        _ => Failure,
    };

    public static Evaluator Otherwise(Evaluator left, Evaluator right) => (in AccessRequest request) => left(request) ?? right(request);

    public static Evaluator Matches(Evaluator text, Regex pattern) => (in AccessRequest request) => text(request) is string value ? Box(pattern.IsMatch(value)) : Failure;

    /// <summary>An operator whose operands are both needed.</summary>
    /// <param name="name">As written, without a <c>not</c> in front.</param>
    /// <param name="left">What stands before it.</param>
    /// <param name="right">What stands behind it.</param>
    public static Evaluator Binary(string name, Evaluator left, Evaluator right)
    {
        Operator apply = name switch
        {
            "==" => static (a, b) => Box(AreEqual(a, b)),
            "!=" => static (a, b) => Box(!AreEqual(a, b)),
            "<" => static (a, b) => Order(a, b) is { } order ? Box(order < 0) : Failure,
            "<=" => static (a, b) => Order(a, b) is { } order ? Box(order <= 0) : Failure,
            ">" => static (a, b) => Order(a, b) is { } order ? Box(order > 0) : Failure,
            ">=" => static (a, b) => Order(a, b) is { } order ? Box(order >= 0) : Failure,
            "in" => static (a, b) => IsIn(a, b),
            "contains" => static (a, b) => a is string text && b is string part ? Box(text.Contains(part, StringComparison.Ordinal)) : Failure,
            "startsWith" => static (a, b) => a is string text && b is string part ? Box(text.StartsWith(part, StringComparison.Ordinal)) : Failure,
            "endsWith" => static (a, b) => a is string text && b is string part ? Box(text.EndsWith(part, StringComparison.Ordinal)) : Failure,
            "+" => static (a, b) => a is string x && b is string y ? (x.Length + y.Length <= MaxText ? x + y : Failure) : Calculate(a, b, static (x, y) => x + y, static (x, y) => x + y),
            "-" => static (a, b) => Calculate(a, b, static (x, y) => x - y, static (x, y) => x - y),
            "*" => static (a, b) => Calculate(a, b, static (x, y) => x * y, static (x, y) => x * y),
            "/" => static (a, b) => Number(a) is { } x && Number(b) is { } y ? x / y : Failure,
            "%" => static (a, b) => a is long x && b is long y && y != 0 ? (y == -1 ? 0L : x % y) : Failure,
            _ => throw new ArgumentException($"no operator '{name}'", nameof(name)),
        };
        return (in AccessRequest request) =>
        {
            var a = left(request);
            if (ReferenceEquals(a, Failure)) return Failure;
            var b = right(request);
            return ReferenceEquals(b, Failure) ? Failure : apply(a, b);
        };
    }

    public static Evaluator Member(Evaluator whole, string name, bool isOptional) => (in AccessRequest request) => whole(request) switch
    {
        Actor actor => name switch
        {
            "id" => actor.Id,
            "meta" => actor.Meta,
            _ => null,
        },
        IReadOnlyDictionary<string, object?> map => map.GetValueOrDefault(name),
        null when isOptional => null,
        _ => Failure,
    };

    public static Evaluator Index(Evaluator whole, Evaluator index) => (in AccessRequest request) => (whole(request), index(request)) switch
    {
        (IReadOnlyDictionary<string, object?> map, string name) => map.GetValueOrDefault(name),
        (Actor actor, "id") => actor.Id,
        (Actor actor, "meta") => actor.Meta,
        (IReadOnlyList<object?> list, long place) when place >= 0 && place < list.Count => list[(int)place],
        (IReadOnlyList<object?> list, long place) when place < 0 && place >= -list.Count => list[list.Count + (int)place],   // from the end
        _ => Failure,
    };

    public static Evaluator Length(Evaluator operand) => (in AccessRequest request) => operand(request) switch
    {
        string text => (long)text.EnumerateRunes().Count(),
        IReadOnlyList<object?> list => (long)list.Count,
        IReadOnlyDictionary<string, object?> map => (long)map.Count,
        _ => Failure,
    };

    public static Evaluator Change(string function, Evaluator operand) => (in AccessRequest request) => (operand(request), function) switch
    {
        (string text, "lower") => text.ToLowerInvariant(),
        (string text, "upper") => text.ToUpperInvariant(),
        (string text, "trim") => text.Trim(),
        _ => Failure,
    };

    public static Evaluator List(Evaluator[] items) => (in AccessRequest request) =>
    {
        var list = new object?[items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            list[i] = items[i](request);
            if (ReferenceEquals(list[i], Failure)) return Failure;
        }
        return list;
    };

    private static object Box(bool value) => value ? True : False;

    // Unlike in declarative conditions a number never equals text.
    private static bool AreEqual(object? a, object? b) => (a, b) switch
    {
        (null, null) => true,
        (long or double, long or double) => Order(a, b) == 0,
        (string x, string y) => x == y,
        (bool x, bool y) => x == y,
        (IReadOnlyList<object?> x, IReadOnlyList<object?> y) => x.Count == y.Count && x.Zip(y).All(pair => AreEqual(pair.First, pair.Second)),
        (IReadOnlyDictionary<string, object?> x, IReadOnlyDictionary<string, object?> y) =>
            x.Count == y.Count && x.All(field => y.TryGetValue(field.Key, out var other) && AreEqual(field.Value, other)),
        _ => false,
    };

    private static int? Order(object? a, object? b) => (a, b) switch
    {
        (long x, long y) => x.CompareTo(y),
        (string x, string y) => string.CompareOrdinal(x, y),
        (long or double, long or double) when Number(a) is { } x && Number(b) is { } y && !double.IsNaN(x) && !double.IsNaN(y) => x.CompareTo(y),
        _ => null,
    };

    private static object IsIn(object? value, object? whole) => whole switch
    {
        IReadOnlyList<object?> list => Box(list.Any(item => AreEqual(value, item))),
        IReadOnlyDictionary<string, object?> map => value is string name ? Box(map.ContainsKey(name)) : Failure,
        null => False,
        _ => Failure,
    };

    private static object Calculate(object? a, object? b, Func<long, long, long> whole, Func<double, double, double> fraction)
    {
        if (a is long x && b is long y) return whole(x, y);
        return Number(a) is { } p && Number(b) is { } q ? fraction(p, q) : Failure;
    }

    private static double? Number(object? value) => value switch
    {
        long n => Convert.ToDouble(n, CultureInfo.InvariantCulture),
        double d => d,
        _ => null,
    };
}
