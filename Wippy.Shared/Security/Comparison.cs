using System.Globalization;

namespace Wippy.Shared.Security;

/// <summary>
/// How conditions compare values of a plain tree. Every answer may be null: these two cannot be compared that way, and
/// the condition does not hold.
/// </summary>
internal static class Comparison
{
    private const NumberStyles NumericText =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Numbers and numeric text by value, everything else as text. Lists and maps have no text.</summary>
    public static bool? AreEqual(object a, object b)
    {
        if (Text(a) is not { } left || Text(b) is not { } right) return null;
        return IsNumber(a) && IsNumber(b) ? Order(a, b) == 0 : left == right;
    }

    /// <summary>Negative, zero or positive; both must be numbers or numeric text.</summary>
    public static int? Order(object a, object b)
    {
        // Whole numbers and text are compared exactly: ids of many digits must not become equal by rounding.
        if (Exact(a) is { } left && Exact(b) is { } right) return left.CompareTo(right);
        if (Approximate(a) is not { } x || Approximate(b) is not { } y || double.IsNaN(x) || double.IsNaN(y)) return null;
        return x.CompareTo(y);
    }

    /// <summary>Whether a list holds a value; a single value counts as a list of one.</summary>
    public static bool? IsMember(object value, object list)
    {
        if (list is not IReadOnlyList<object?> items) return AreEqual(value, list);
        if (Text(value) is null) return null;
        return items.Any(item => item is not null && AreEqual(value, item) == true);
    }

    /// <summary>Whether a text has a part, or a list a member.</summary>
    public static bool? Contains(object whole, object part) => whole switch
    {
        string text => Text(part) is { } wanted ? text.Contains(wanted, StringComparison.Ordinal) : null,
        IReadOnlyList<object?> => IsMember(part, whole),
        _ => null,
    };

    /// <summary>The text of a single value; null for lists and maps.</summary>
    public static string? Text(object value) => value switch
    {
        string s => s,
        bool b => b ? "true" : "false",
        long or double => Convert.ToString(value, CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>Whether <see cref="Order"/> can place the value.</summary>
    public static bool IsNumber(object value) => value is double || Exact(value) is not null;

    private static decimal? Exact(object value) => value switch
    {
        long n => n,
        string s when decimal.TryParse(s, NumericText, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private static double? Approximate(object value) => value is double d ? d : (double?)Exact(value);
}
