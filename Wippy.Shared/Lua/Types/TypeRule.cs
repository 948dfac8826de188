using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Security;

namespace Wippy.Shared.Lua.Types;

/// <summary>The rule of an annotation. It speaks of numbers, strings or tables; values of other types pass.</summary>
internal abstract record TypeRule
{
    /// <summary>The rule of an annotation; null for one that has no meaning at run time, and for a wrong one.</summary>
    /// <param name="name">Without the <c>@</c>.</param>
    /// <param name="arguments">As values of <see cref="LiteralSyntax"/>.</param>
    /// <param name="problem">What is wrong with the arguments.</param>
    public static TypeRule? Of(string name, IReadOnlyList<object> arguments, out string? problem)
    {
        problem = null;
        switch (name, arguments)
        {
            case ("min", [long or double]):
                return new MinRule(Convert.ToDouble(arguments[0], CultureInfo.InvariantCulture));
            case ("max", [long or double]):
                return new MaxRule(Convert.ToDouble(arguments[0], CultureInfo.InvariantCulture));
            case ("min_len", [long length]) when length >= 0:
                return new MinLengthRule(length);
            case ("max_len", [long length]) when length >= 0:
                return new MaxLengthRule(length);
            case ("pattern", [string pattern]):
                return PatternRule.Compile(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(pattern)), out problem);
            case ("min" or "max", _):
                problem = $"@{name} takes one number";
                return null;
            case ("min_len" or "max_len", _):
                problem = $"@{name} takes one integer from 0 up";
                return null;
            case ("pattern", _):
                problem = "@pattern takes one string";
                return null;
            default:
                return null;
        }
    }

    /// <summary>Why the value at an index of a stack breaks the rule; null if it keeps it.</summary>
    public abstract string? Problem(LuaStack stack, int value);

    /// <summary>Whether every value that keeps this rule keeps the other.</summary>
    public abstract bool Implies(TypeRule other);

    private protected static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    private protected static double? NumberOf(LuaStack stack, int value) => stack.TypeOf(value) == LuaType.Number ? stack.ToNumber(value) : null;

    private protected static long? LengthOf(LuaStack stack, int value)
    {
        if (stack.TypeOf(value) is not (LuaType.String or LuaType.Table)) return null;
        if (stack.TypeOf(value) == LuaType.String || !LuaFrozen.TryPushContents(stack, value)) return stack.RawLength(value);
        var length = stack.RawLength(-1);
        stack.Pop(1);
        return length;
    }
}

/// <summary><c>@min(n)</c>.</summary>
internal sealed record MinRule(double Limit) : TypeRule
{
    // NaN is not at least anything.
    public override string? Problem(LuaStack stack, int value) =>
        NumberOf(stack, value) is { } number && !(number >= Limit) ? $"{Text(number)} is less than min {Text(Limit)}" : null;

    public override bool Implies(TypeRule other) => other is MinRule min && Limit >= min.Limit;

    public override string ToString() => $"@min({Text(Limit)})";
}

/// <summary><c>@max(n)</c>.</summary>
internal sealed record MaxRule(double Limit) : TypeRule
{
    public override string? Problem(LuaStack stack, int value) =>
        NumberOf(stack, value) is { } number && !(number <= Limit) ? $"{Text(number)} is greater than max {Text(Limit)}" : null;

    public override bool Implies(TypeRule other) => other is MaxRule max && Limit <= max.Limit;

    public override string ToString() => $"@max({Text(Limit)})";
}

/// <summary><c>@min_len(n)</c>: bytes of a string, elements of an array.</summary>
internal sealed record MinLengthRule(long Limit) : TypeRule
{
    public override string? Problem(LuaStack stack, int value) =>
        LengthOf(stack, value) is { } length && length < Limit ? $"length {length} is less than min_len {Limit}" : null;

    public override bool Implies(TypeRule other) => other is MinLengthRule min && Limit >= min.Limit;

    public override string ToString() => $"@min_len({Limit})";
}

/// <summary><c>@max_len(n)</c>: bytes of a string, elements of an array.</summary>
internal sealed record MaxLengthRule(long Limit) : TypeRule
{
    public override string? Problem(LuaStack stack, int value) =>
        LengthOf(stack, value) is { } length && length > Limit ? $"length {length} is greater than max_len {Limit}" : null;

    public override bool Implies(TypeRule other) => other is MaxLengthRule max && Limit <= max.Limit;

    public override string ToString() => $"@max_len({Limit})";
}

/// <summary><c>@pattern("re")</c> in the syntax of RE2; a match anywhere in the string is enough.</summary>
internal sealed record PatternRule : TypeRule
{
    private readonly Regex _regex;

    private PatternRule(string pattern, Regex regex)
    {
        Pattern = pattern;
        _regex = regex;
    }

    public string Pattern { get; }

    /// <summary>Compiles a pattern; null, with the reason, if it is none.</summary>
    public static PatternRule? Compile(string pattern, out string? problem)
    {
        try
        {
            problem = null;
            return new PatternRule(pattern, Re2.Compile(pattern));
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            problem = $"@pattern(\"{pattern}\"): {exception.Message}";
            return null;
        }
    }

    public override string? Problem(LuaStack stack, int value)
    {
        if (stack.TypeOf(value) != LuaType.String || _regex.IsMatch(stack.ToText(value))) return null;
        return $"{TokenReader.Quote(stack.ToBytes(value))} does not match pattern \"{Pattern}\"";
    }

    public override bool Implies(TypeRule other) => other is PatternRule pattern && pattern.Pattern == Pattern;

    public override string ToString() => $"@pattern(\"{Pattern}\")";
}
