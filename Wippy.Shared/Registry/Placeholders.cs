using System.Text.RegularExpressions;

namespace Wippy.Shared.Registry;

/// <summary>
/// Environment variables in text: <c>${env:NAME}</c>, <c>${env:NAME|default}</c>, and <c>${NAME|default}</c> with a name in capitals.
/// <c>$${</c> stands for <c>${</c>; any other text is as it is. Pure.
/// </summary>
internal static partial class Placeholders
{
    /// <summary>Whether there is anything to replace.</summary>
    public static bool AreIn(string text) => text.Contains("${", StringComparison.Ordinal) && Placeholder().IsMatch(text);

    /// <summary>Replaces them.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="valueOf">The value of a variable; null or empty for none.</param>
    /// <param name="missing">The first variable that has neither value nor default; null when all do.</param>
    public static string Replace(string text, Func<string, string?> valueOf, out string? missing)
    {
        string? absent = null;
        var replaced = Placeholder().Replace(text, match =>
        {
            if (match.ValueSpan.SequenceEqual("$${")) return "${";
            var name = match.Groups["name"].Value;
            if (valueOf(name) is { Length: > 0 } value) return value;
            if (match.Groups["default"].Success) return match.Groups["default"].Value;
            absent ??= name;
            return match.Value;
        });
        missing = absent;
        return replaced;
    }

    [GeneratedRegex(@"\$\$\{|\$\{env:(?<name>[A-Za-z0-9_.:-]+)(\|(?<default>[^}]*))?\}|\$\{(?<name>[A-Z][A-Z0-9_]*)\|(?<default>[^}]*)\}")]
    private static partial Regex Placeholder();
}
