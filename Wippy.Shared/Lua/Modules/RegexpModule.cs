using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Lua.Text;

namespace Wippy.Shared.Lua.Modules;

/// <summary>
/// <c>text.regexp</c>: regular expressions in the syntax of RE2 (docs/modules/text.md). A Regexp holds its pattern, and
/// finds what it was compiled to in <see cref="LuaRegexes"/>.
/// </summary>
internal static class RegexpModule
{
    private const int PatternValue = 1;

    /// <summary>Bytes of a result that is larger than the text it is made of.</summary>
    private const int MaxResultBytes = 16 * 1024 * 1024;

    private delegate int Search(LuaBehavior behavior, LuaStack stack, LuaRegex regex, LuaSubject subject);

    private static readonly LuaLibrary Methods = new LuaLibrary("text.Regexp")
        .Fallible("match_string(text: string): boolean!", On("match_string", (_, stack, regex, subject) =>
            LuaRegexes.Guard(() => regex.Regex.IsMatch(subject.Text), out var isMatch) is { } late ? LuaResults.Failure(stack, late) : LuaResults.Answer(stack, isMatch)))
        .Fallible("find_string(text: string): string!", First("find_string", (stack, match, _) => stack.Push(match.Value)))
        .Fallible("find_string_submatch(text: string): string[]!", First("find_string_submatch", (stack, match, _) => PushGroups(stack, match)))
        .Fallible("find_string_index(text: string): integer[]!", First("find_string_index", PushPlace))
        .Fallible("find_all_string(text: string): string[]!", All("find_all_string", (stack, match, _) => stack.Push(match.Value)))
        .Fallible("find_all_string_submatch(text: string): string[][]!", All("find_all_string_submatch", (stack, match, _) => PushGroups(stack, match)))
        .Fallible("find_all_string_index(text: string): integer[][]!", All("find_all_string_index", PushPlace))
        .Fallible("replace_all_string(text: string, template: string): string!", On("replace_all_string", Replace))
        .Fallible("split(text: string, n?: integer): string[]!", On("split", Split))
        .Fallible("num_subexp(): integer!", WithRegex("num_subexp", (stack, regex) => stack.Push((long)regex.GroupNames.Count - 1)))
        .Fallible("subexp_names(): string[]!", WithRegex("subexp_names", PushNames))
        .Fallible("string(): string!", (_, stack) => Pattern(stack) is { } pattern ? LuaResults.Text(stack, pattern) : LuaResults.BadArgument(stack, 1, "string", "regexp"));

    static RegexpModule() => LuaTypes.Declare(LuaUserdataKind.Regexp, "text.Regexp", Methods, new LuaLibrary("text.Regexp").Function("__tostring", static (_, stack) =>
    {
        stack.PushUserValue(1, PatternValue);
        return 1;
    }));

    public static LuaLibrary Library { get; } = new LuaLibrary("text.regexp").Fallible("compile(pattern: string): text.Regexp!", Compile);

    private static int Compile(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? pattern)) return LuaResults.BadArgument(stack, 1, "compile", "string");
        if (LuaRegexes.Compile(pattern, out var problem) is null) return LuaResults.Failure(stack, problem!);
        stack.NewUserdata(LuaUserdataKind.Regexp, 1);
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Regexp);
        stack.Push(pattern);
        stack.SetUserValue(-2, PatternValue);
        return LuaResults.Top(stack);
    }

    // A method on a text: regexp, text, ...
    private static LuaFunction On(string method, Search search) => (behavior, stack) =>
    {
        if (Pattern(stack) is not { } pattern) return LuaResults.BadArgument(stack, 1, method, "regexp");
        if (!LuaArguments.TryText(stack, 2, out ReadOnlySpan<byte> text)) return LuaResults.BadArgument(stack, 2, method, "string");
        if (text.Length > LuaSubject.MaxBytes) return LuaResults.Failure(stack, ErrorKind.LimitExceeded, $"a text of {text.Length} bytes to search (the limit is {LuaSubject.MaxBytes})");
        if (!Utf8.IsValid(text)) return LuaResults.Failure(stack, ErrorKind.Invalid, "the text to search is not UTF-8");
        return LuaRegexes.Compile(pattern, out var problem) is { } regex
            ? search(behavior, stack, regex, new LuaSubject(Encoding.UTF8.GetString(text)))
            : LuaResults.Failure(stack, problem!);
    };

    private static LuaFunction First(string method, Action<LuaStack, Match, LuaSubject> push) => On(method, (behavior, stack, regex, subject) =>
    {
        var matches = subject.Matches(regex.Regex, 1, behavior.Process.Node.Clock, out var late);
        if (late is not null) return LuaResults.Failure(stack, late);
        if (matches.Count == 0) return 0;
        push(stack, matches[0], subject);
        return LuaResults.Top(stack);
    });

    private static LuaFunction All(string method, Action<LuaStack, Match, LuaSubject> push) => On(method, (behavior, stack, regex, subject) =>
    {
        var matches = subject.Matches(regex.Regex, int.MaxValue, behavior.Process.Node.Clock, out var late);
        if (late is not null) return LuaResults.Failure(stack, late);
        if (matches.Count == 0) return 0;
        stack.NewTable(matches.Count);
        for (var i = 0; i < matches.Count; i++)
        {
            push(stack, matches[i], subject);
            stack.RawSet(-2, i + 1);
        }
        return LuaResults.Top(stack);
    });

    private static LuaFunction WithRegex(string method, Action<LuaStack, LuaRegex> push) => (_, stack) =>
    {
        if (Pattern(stack) is not { } pattern) return LuaResults.BadArgument(stack, 1, method, "regexp");
        if (LuaRegexes.Compile(pattern, out var problem) is not { } regex) return LuaResults.Failure(stack, problem!);
        push(stack, regex);
        return LuaResults.Top(stack);
    };

    // replace_all_string(text, template)
    private static int Replace(LuaBehavior behavior, LuaStack stack, LuaRegex regex, LuaSubject subject)
    {
        if (!LuaArguments.TryText(stack, 3, out string? template)) return LuaResults.BadArgument(stack, 3, "replace_all_string", "string");
        var matches = subject.Matches(regex.Regex, int.MaxValue, behavior.Process.Node.Clock, out var late);
        if (late is not null) return LuaResults.Failure(stack, late);
        var result = new StringBuilder();
        var end = 0;
        foreach (var match in matches)
        {
            result.Append(subject.Text, end, match.Index - end);
            Expand(template, regex, match, result);
            end = match.Index + match.Length;
            if (result.Length > MaxResultBytes) return LuaResults.Failure(stack, ErrorKind.LimitExceeded, $"the replaced text has more than {MaxResultBytes} bytes (the limit)");
        }
        return LuaResults.Text(stack, result.Append(subject.Text, end, subject.Text.Length - end).ToString());
    }

    // $1, $name, ${name}; $$ is a dollar; what names no group is empty (Go's Regexp.Expand).
    private static void Expand(string template, LuaRegex regex, Match match, StringBuilder result)
    {
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '$' || i + 1 == template.Length)
            {
                result.Append(template[i]);
                continue;
            }
            var isBraced = template[i + 1] == '{';
            var start = i + (isBraced ? 2 : 1);
            var end = start;
            while (end < template.Length && (char.IsAsciiLetterOrDigit(template[end]) || template[end] == '_')) end++;
            if (template[i + 1] == '$')
            {
                result.Append('$');
                i++;
            }
            else if (end == start || (isBraced && (end == template.Length || template[end] != '}')))
            {
                result.Append('$');
            }
            else
            {
                result.Append(Group(template[start..end], regex, match));
                i = isBraced ? end : end - 1;
            }
        }
    }

    // split(text [, n]): at most n parts; 0 gives none, a negative n all (Go's Regexp.Split).
    private static int Split(LuaBehavior behavior, LuaStack stack, LuaRegex regex, LuaSubject subject)
    {
        var limit = stack.IsNoneOrNil(3) ? -1 : stack.ToInteger(3);
        if (limit == 0) return 0;
        var matches = subject.Matches(regex.Regex, int.MaxValue, behavior.Process.Node.Clock, out var late);
        if (late is not null) return LuaResults.Failure(stack, late);
        stack.NewTable();
        var count = 0;
        var end = 0;
        foreach (var match in matches)
        {
            if (limit > 0 && count >= limit - 1) break;
            if (match.Length == 0 && (match.Index == 0 || match.Index == subject.Text.Length)) continue;   // no empty part before or behind all
            stack.Push(subject.Text[end..match.Index]);
            stack.RawSet(-2, ++count);
            end = match.Index + match.Length;
        }
        stack.Push(subject.Text[end..]);
        stack.RawSet(-2, ++count);
        return LuaResults.Top(stack);
    }

    private static void PushGroups(LuaStack stack, Match match)
    {
        stack.NewTable(match.Groups.Count);
        for (var i = 0; i < match.Groups.Count; i++)
        {
            stack.Push(match.Groups[i].Value);
            stack.RawSet(-2, i + 1);
        }
    }

    // As string.sub takes it: from 1, both ends included.
    private static void PushPlace(LuaStack stack, Match match, LuaSubject subject)
    {
        stack.NewTable(2);
        stack.Push((long)subject.ByteOffset(match.Index) + 1);
        stack.RawSet(-2, 1);
        stack.Push((long)subject.ByteOffset(match.Index + match.Length));
        stack.RawSet(-2, 2);
    }

    private static void PushNames(LuaStack stack, LuaRegex regex)
    {
        stack.NewTable(regex.GroupNames.Count);
        for (var i = 0; i < regex.GroupNames.Count; i++)
        {
            stack.Push(regex.GroupNames[i]);
            stack.RawSet(-2, i + 1);
        }
    }

    private static string Group(string name, LuaRegex regex, Match match)
    {
        var number = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : regex.GroupNames.IndexOf(name);
        return number >= 0 && number < match.Groups.Count ? match.Groups[number].Value : "";
    }

    private static string? Pattern(LuaStack stack)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Regexp)) return null;
        stack.PushUserValue(1, PatternValue);
        var pattern = stack.ToText(-1);
        stack.Pop(1);
        return pattern;
    }
}
