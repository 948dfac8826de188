namespace Wippy.Shared.Security.Expressions;

/// <summary>
/// A condition written as an expression, compiled once. The language is a part of expr (expr-lang.org): see docs/security.md.
/// It has no loops, so its time is bounded by the sizes of the source and of what the request holds. Immutable; any thread.
/// </summary>
internal sealed class Expression
{
    /// <summary>Characters of source.</summary>
    public const int MaxLength = 4096;

    /// <summary>Names, numbers, texts, operators and brackets.</summary>
    public const int MaxWords = 1000;

    /// <summary>Parentheses, operators and calls inside each other.</summary>
    public const int MaxDepth = 64;

    private readonly Node _node;

    private Expression(Node node) => _node = node;

    /// <summary>Compiles an expression whose result is true or false.</summary>
    /// <exception cref="ExpressionException">It is malformed, too long or too deep, or cannot have such a result.</exception>
    public static Expression Compile(string source)
    {
        if (source.Length > MaxLength) throw new ExpressionException(MaxLength, $"an expression has at most {MaxLength} characters, this one has {source.Length}");
        var node = new ExpressionParser(source).Parse();
        return node.Type is ValueType.Any or ValueType.Boolean
            ? new Expression(node)
            : throw new ExpressionException(0, $"the result must be true or false, not {node.Type.ToText()}");
    }

    /// <summary>Whether it is true for a request. What cannot be computed (text less than a number) and a result that is not boolean count as "no".</summary>
    public bool Holds(in AccessRequest request) => _node.Evaluate(request) is true;
}

/// <summary>What is wrong with an expression, and where.</summary>
/// <param name="offset">Characters before it.</param>
/// <param name="message">What is wrong.</param>
internal sealed class ExpressionException(int offset, string message) : Exception(message)
{
    /// <summary>From 1.</summary>
    public int Column => offset + 1;
}

/// <summary>Computes a value for a request: a plain tree, or <see cref="Operators.Failure"/>.</summary>
internal delegate object? Evaluator(in AccessRequest request);

/// <summary>A compiled part of an expression.</summary>
/// <param name="Type">What is known about its value beforehand.</param>
/// <param name="Evaluate">Computes it.</param>
internal readonly record struct Node(ValueType Type, Evaluator Evaluate)
{
    /// <summary>The value, when it is the same for every request; its text only.</summary>
    public string? ConstantText { get; init; }
}

/// <summary>Types of values, as far as they are known before evaluation.</summary>
internal enum ValueType
{
    Any,
    Nil,
    Boolean,
    Number,
    Text,
    List,
}

internal static class ValueTypes
{
    public static string ToText(this ValueType type) => type switch
    {
        ValueType.Nil => "nil",
        ValueType.Boolean => "true or false",
        ValueType.Number => "a number",
        ValueType.Text => "text",
        ValueType.List => "a list",
        _ => "any value",
    };
}
