using System.Text.RegularExpressions;

namespace Wippy.Shared.Tests.Editor;

/// <summary>A signature as <see cref="Wippy.Shared.Lua.LuaLibrary"/> describes it, taken apart.</summary>
/// <param name="Parameters">Names, with a question mark behind those that may be left out, and types.</param>
/// <param name="Results">Types; behind one with an exclamation mark comes the error.</param>
internal sealed record LuaSignature(IReadOnlyList<(string Name, string Type)> Parameters, IReadOnlyList<string> Results)
{
    /// <exception cref="FormatException">Not a signature.</exception>
    public static LuaSignature Parse(string text)
    {
        var end = Closing(text);
        var match = Regex.Match(text[end..], @"^\)(: (.+))?$");
        if (!match.Success) throw new FormatException($"not a signature: {text}");
        return new LuaSignature(
            [.. Split(text[1..end]).Select(Parameter)],
            [.. Split(match.Groups[2].Value).SelectMany(result => result.EndsWith('!') ? (string[])[$"{result[..^1].TrimEnd('?')}?", "error?"] : [result])]);
    }

    private static (string Name, string Type) Parameter(string text)
    {
        var match = Regex.Match(text, @"^(\.\.\.|\w+\??)(: (.+))?$");
        if (!match.Success) throw new FormatException($"not a parameter: {text}");
        return (match.Groups[1].Value, match.Groups[3].Length > 0 ? match.Groups[3].Value : "any");
    }

    // Where the parenthesis at the beginning ends.
    private static int Closing(string text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += Nesting(text[i]);
            if (depth == 0) return i;
        }
        throw new FormatException($"not a signature: {text}");
    }

    // At the commas that are not inside brackets.
    private static List<string> Split(string text)
    {
        var parts = new List<string>();
        var (depth, start) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += Nesting(text[i]);
            if (text[i] != ',' || depth > 0) continue;
            parts.Add(text[start..i].Trim());
            start = i + 1;
        }
        if (text.Length > 0) parts.Add(text[start..].Trim());
        return parts;
    }

    private static int Nesting(char c) => c switch { '(' or '{' or '<' or '[' => 1, ')' or '}' or '>' or ']' => -1, _ => 0 };
}
