namespace Wippy.Shared.Tests.Lua.Types;

/// <summary>Random types, each with a value of it, as source text.</summary>
internal sealed class TypedValueGenerator(int seed)
{
    private static readonly (string Type, string Value)[] Simple =
    [
        ("number", "2.5"), ("number", "3"), ("integer", "3"), ("integer", "4.0"), ("string", "'text'"), ("boolean", "true"), ("any", "5"), ("unknown", "{}"),
        ("nil", "nil"), ("table", "{1}"), ("function", "print"), ("'a'", "'a'"), ("5", "5"), ("true", "true"), ("error", "errors.new('e')"),
        ("number @min(1)", "1"), ("number @min(1) @max(5)", "2"), ("string @min_len(2)", "'ab'"), ("string @pattern(\"^a\")", "'abc'"), ("userdata", "channel.new()"),
    ];

    private readonly Random _random = new(seed);

    /// <summary>A type and a value of it.</summary>
    /// <param name="depth">Types inside one another, at most.</param>
    public (string Type, string Value) Next(int depth = 3)
    {
        if (depth == 0 || _random.Next(4) == 0) return Simple[_random.Next(Simple.Length)];
        var (type, value) = Next(depth - 1);
        var other = Next(depth - 1);
        var holdsNil = value == "nil";
        return _random.Next(9) switch
        {
            0 when !holdsNil => ($"{{{type}}}", $"{{{value}, {value}}}"),
            1 => ($"({type})[]", "{}"),
            2 when !holdsNil => ($"{{[string]: {type}}}", $"{{k = {value}}}"),
            3 => ($"{{a: {type}, b: {other.Type}}}", $"{{a = {value}, b = {other.Value}, more = 1}}"),
            4 => ($"{{a: {type}, b?: {other.Type}}}", $"{{a = {value}}}"),
            5 => ($"({type})?", _random.Next(2) == 0 ? "nil" : value),
            6 => ($"({type} | {other.Type})", _random.Next(2) == 0 ? value : other.Value),
            7 => ($"(({type}) -> {other.Type})", "print"),
            _ => ($"({type} | {other.Type} | nil)", value),
        };
    }
}
