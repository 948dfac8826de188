using System.Text;
using System.Text.RegularExpressions;

namespace Wippy.Shared.Security;

/// <summary>
/// Regular expressions in the syntax of RE2 (github.com/google/re2/wiki/Syntax), which is what policies are written in,
/// on .NET's engine without backtracking: like RE2's, its time is linear in the subject.
/// </summary>
internal static class Re2
{
    /// <summary>Compiles a pattern; a match may be anywhere in the subject.</summary>
    /// <param name="pattern">In the syntax of RE2.</param>
    /// <param name="matchTimeout">How long a search may take; without a limit if not given.</param>
    /// <exception cref="ArgumentException">Not a pattern.</exception>
    /// <exception cref="NotSupportedException">A construct that RE2 does not have either, such as a look-around.</exception>
    public static Regex Compile(string pattern, TimeSpan? matchTimeout = null) =>
        new(Translate(pattern), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, matchTimeout ?? Regex.InfiniteMatchTimeout);

    /// <summary>
    /// Rewrites what .NET reads differently. An unguarded <c>$</c> would also match before a final line break, and
    /// <c>\d \w \s</c> would take in digits, letters and spaces of every script: both would let a policy match more
    /// than its author wrote.
    /// </summary>
    private static string Translate(string pattern)
    {
        var isMultiline = Regex.IsMatch(pattern, @"\(\?[a-zA-Z]*m");
        var result = new StringBuilder();
        var classStart = -1; // index of the first character after [ or [^, while inside a class
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                result.Append(Escape(pattern[++i], classStart >= 0));
            }
            else if (classStart >= 0)
            {
                if (c == ']' && i > classStart) classStart = -1;
                if (c == '[' && pattern.AsSpan(i).StartsWith("[:")) throw new ArgumentException("named classes such as [:alpha:] are not supported, write a range");
                result.Append(c == '[' ? "\\[" : c); // to .NET a bare one could start a subtraction
            }
            else if (c == '[')
            {
                result.Append(c);
                if (i + 1 < pattern.Length && pattern[i + 1] == '^') result.Append(pattern[++i]);
                classStart = i + 1;
            }
            else if (c == '$' && !isMultiline)
            {
                result.Append("\\z");
            }
            else if (pattern.AsSpan(i).StartsWith("(?P<"))
            {
                result.Append("(?<");
                i += 3;
            }
            else
            {
                result.Append(c);
            }
        }
        return result.ToString();
    }

    private static string Escape(char c, bool inClass) => (c, inClass) switch
    {
        ('d', true) => "0-9",
        ('w', true) => "0-9A-Za-z_",
        ('s', true) => "\\t\\n\\f\\r ",
        ('d', false) => "[0-9]",
        ('w', false) => "[0-9A-Za-z_]",
        ('s', false) => "[\\t\\n\\f\\r ]",
        ('D', false) => "[^0-9]",
        ('W', false) => "[^0-9A-Za-z_]",
        ('S', false) => "[^\\t\\n\\f\\r ]",
        _ => $"\\{c}",
    };
}
