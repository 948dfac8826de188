using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Wippy.Shared.Errors;
using Wippy.Shared.Security;

namespace Wippy.Shared.Lua;

/// <summary>
/// Regular expressions that programs give (syntax: <see cref="Re2"/>), compiled once for all processes. Matching takes time
/// linear in the subject; what it takes for a pattern is bounded by the limits here. Any thread.
/// </summary>
internal static class LuaRegexes
{
    /// <summary>Characters of a pattern.</summary>
    public const int MaxPatternLength = 1_000;

    /// <summary>Parts of a pattern when counted repetitions such as <c>(ab){100}</c> are written out.</summary>
    public const int MaxSize = 10_000;

    /// <summary>How long one search may take; a call cannot be interrupted otherwise.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(1);

    /// <summary>The complaint about a search that took longer.</summary>
    public static readonly Error TooSlow = new(ErrorKind.LimitExceeded, $"a search with a regular expression took more than {MaxTime.TotalSeconds:0} s");

    private static readonly Regex NamedGroup = new(@"\G\(\?P?<([A-Za-z_][0-9A-Za-z_]*)>", RegexOptions.CultureInvariant);

    private const int MaxCached = 256;

    private static readonly ConcurrentDictionary<string, LuaRegex> Cache = new(StringComparer.Ordinal);

    /// <summary>Compiles a pattern.</summary>
    /// <returns>Null with the reason.</returns>
    public static LuaRegex? Compile(string pattern, out Error? problem)
    {
        problem = null;
        if (Cache.TryGetValue(pattern, out var known)) return known;
        if (pattern.Length > MaxPatternLength)
        {
            problem = new Error(ErrorKind.LimitExceeded, $"a regular expression of {pattern.Length} characters (the limit is {MaxPatternLength})");
            return null;
        }
        if (Size(pattern) > MaxSize)
        {
            problem = new Error(ErrorKind.LimitExceeded, $"regular expression '{pattern}': its repetitions stand for more than {MaxSize} parts (the limit)");
            return null;
        }
        try
        {
            var names = new List<string> { "" };
            var regex = new LuaRegex(Re2.Compile(TakeNames(pattern, names), MaxTime), names);
            // Patterns come and go; a full cache starts again, which costs one compilation each.
            if (Cache.Count >= MaxCached) Cache.Clear();
            Cache[pattern] = regex;
            return regex;
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            problem = new Error(ErrorKind.Invalid, $"invalid regular expression '{pattern}': {Reason(wrong)}");
            return null;
        }
    }

    /// <summary>Runs a search.</summary>
    /// <returns>Null, or that it took more than <see cref="MaxTime"/>.</returns>
    public static Error? Guard<T>(Func<T> search, out T? result)
    {
        try
        {
            result = search();
            return null;
        }
        catch (RegexMatchTimeoutException)
        {
            result = default;
            return TooSlow;
        }
    }

    // Takes the names off groups, because .NET would number named ones after all others, RE2 in the order written.
    private static string TakeNames(string pattern, List<string> names)
    {
        var result = new StringBuilder(pattern.Length);
        for (var i = 0; i < pattern.Length; i++)
        {
            var start = i;
            switch (pattern[i])
            {
                case '\\':
                    i++;
                    break;
                case '[':
                    i = EndOfClass(pattern, i);
                    break;
                case '(' when NamedGroup.Match(pattern, i) is { Success: true } named:
                    var name = named.Groups[1].Value;
                    if (names.Contains(name)) throw new ArgumentException($"two groups are named '{name}'");
                    names.Add(name);
                    result.Append('(');
                    i += named.Length - 1;
                    continue;
                case '(' when i + 1 == pattern.Length || pattern[i + 1] != '?':
                    names.Add("");
                    break;
            }
            result.Append(pattern, start, Math.Min(i + 1, pattern.Length) - start);
        }
        return result.ToString();
    }

    // A class is one part; a ] that comes first in it does not end it.
    private static int EndOfClass(string pattern, int index)
    {
        index += index + 1 < pattern.Length && pattern[index + 1] == '^' ? 2 : 1;
        if (index < pattern.Length && pattern[index] == ']') index++;
        for (; index < pattern.Length && pattern[index] != ']'; index++)
        {
            if (pattern[index] == '\\') index++;
        }
        return index;
    }

    // How many parts a pattern has when counted repetitions are written out, as engines do. What is not well-formed is left to the compiler.
    private static long Size(string pattern)
    {
        var outer = new Stack<long>();
        long size = 0;   // of the group that is open
        long part = 0;   // of the part just read, which a count would multiply
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '(':
                    outer.Push(size);
                    size = 0;
                    continue;
                case ')':
                    part = size + 1;
                    size = part + (outer.TryPop(out var before) ? before : 0);
                    continue;
                case '{' when Count(pattern, ref i) is { } count:
                    size += part * (count - 1);
                    part *= count;
                    if (size > MaxSize) return size;
                    continue;
                case '\\':
                    i++;
                    break;
                case '[':
                    i = EndOfClass(pattern, i);
                    break;
            }
            size++;
            part = 1;
        }
        return size;
    }

    // The larger number of {n}, {n,} or {n,m}, whose end becomes the index; null if there is no such count.
    private static long? Count(string pattern, ref int index)
    {
        var end = pattern.IndexOf('}', index);
        if (end < 0) return null;
        long largest = 1;
        foreach (var number in pattern[(index + 1)..end].Split(','))
        {
            if (!number.All(char.IsAsciiDigit)) return null;
            if (number.Length > 0) largest = Math.Max(largest, long.TryParse(number, CultureInfo.InvariantCulture, out var count) ? Math.Min(count, int.MaxValue) : int.MaxValue);
        }
        index = end;
        return largest;
    }

    // .NET repeats the pattern in front and speaks of its own options.
    private static string Reason(Exception wrong)
    {
        if (wrong is RegexParseException parse) return $"{Words(parse.Error)} at position {parse.Offset}";
        return wrong is NotSupportedException ? "look-arounds, back references, conditionals and atomic groups are not available" : wrong.Message;
    }

    private static string Words(RegexParseError error)
    {
        var words = new StringBuilder();
        foreach (var c in error.ToString())
        {
            if (char.IsUpper(c) && words.Length > 0) words.Append(' ');
            words.Append(char.ToLowerInvariant(c));
        }
        return words.ToString();
    }
}

/// <summary>A compiled regular expression.</summary>
/// <param name="Regex">Its groups have numbers alone.</param>
/// <param name="GroupNames">By number, from 0 for the whole match; empty for a group without a name.</param>
internal sealed record LuaRegex(Regex Regex, List<string> GroupNames);
