using System.Text.RegularExpressions;

namespace Wippy.Shared.Security.Expressions;

/// <summary>Parses an expression, loosest operators first, and compiles it on the way.</summary>
/// <param name="source">At most <see cref="Expression.MaxLength"/> characters.</param>
internal sealed class ExpressionParser(string source)
{
    private static readonly Node Nil = new(ValueType.Nil, static (in AccessRequest _) => null);

    private readonly List<ExpressionToken> _tokens = ExpressionLexer.Read(source);
    private int _next;
    private int _depth;

    private ExpressionToken Current => _tokens[_next];

    /// <exception cref="ExpressionException">It is malformed or too deep.</exception>
    public Node Parse()
    {
        if (_tokens.Count > Expression.MaxWords) throw new ExpressionException(_tokens[Expression.MaxWords].Offset, $"an expression has at most {Expression.MaxWords} words");
        var node = Conditional();
        return Current.Kind == ExpressionTokenKind.End ? node : throw Unexpected("an operator or the end");
    }

    // a ? b : c
    private Node Conditional()
    {
        if (++_depth > Expression.MaxDepth) throw new ExpressionException(Current.Offset, $"nested deeper than {Expression.MaxDepth}");
        var condition = Binary(0);
        var symbol = Current;
        if (TryTake("?"))
        {
            Require(condition, ValueType.Boolean, symbol);
            var yes = Conditional();
            Expect(":");
            var no = Conditional();
            condition = new Node(yes.Type == no.Type ? yes.Type : ValueType.Any, Operators.Choose(condition.Evaluate, yes.Evaluate, no.Evaluate));
        }
        _depth--;
        return condition;
    }

    private static int Precedence(string symbol) => symbol switch
    {
        "||" or "or" => 1,
        "&&" or "and" => 2,
        "==" or "!=" or "<" or "<=" or ">" or ">=" or "in" or "not" or "contains" or "startsWith" or "endsWith" or "matches" => 3,
        "+" or "-" => 4,
        "*" or "/" or "%" => 5,
        "??" => 6,
        _ => 0,
    };

    // Operators that bind tighter than those outside, from left to right.
    private Node Binary(int outer)
    {
        var left = Unary();
        while (Current.Kind == ExpressionTokenKind.Symbol && Precedence(Current.Text) is var precedence && precedence > outer)
        {
            var symbol = Take();
            var isNegated = symbol.Text == "not";
            if (isNegated)
            {
                symbol = Take();
                if (symbol.Text is not ("in" or "contains" or "startsWith" or "endsWith" or "matches")) throw new ExpressionException(symbol.Offset, $"expected in, contains, startsWith, endsWith or matches after 'not', got '{symbol.Text}'");
            }
            var rightOffset = Current.Offset;
            var right = Binary(precedence);
            left = Combine(symbol, left, right, rightOffset);
            if (isNegated) left = new Node(ValueType.Boolean, Operators.Not(left.Evaluate));
        }
        return left;
    }

    private Node Combine(ExpressionToken symbol, Node left, Node right, int rightOffset)
    {
        var name = symbol.Text;
        switch (name)
        {
            case "||" or "or" or "&&" or "and":
                Require(left, ValueType.Boolean, symbol);
                Require(right, ValueType.Boolean, symbol);
                return new Node(ValueType.Boolean, name is "||" or "or" ? Operators.Or(left.Evaluate, right.Evaluate) : Operators.And(left.Evaluate, right.Evaluate));
            case "??":
                return new Node(left.Type == right.Type ? left.Type : ValueType.Any, Operators.Otherwise(left.Evaluate, right.Evaluate));
            case "matches":
                Require(left, ValueType.Text, symbol);
                return new Node(ValueType.Boolean, Operators.Matches(left.Evaluate, Pattern(right, rightOffset)));
            case "contains" or "startsWith" or "endsWith":
                Require(left, ValueType.Text, symbol);
                Require(right, ValueType.Text, symbol);
                break;
            case "-" or "*" or "/" or "%":
                Require(left, ValueType.Number, symbol);
                Require(right, ValueType.Number, symbol);
                break;
            case "<" or "<=" or ">" or ">=" or "+" when left.Type is not (ValueType.Any or ValueType.Number or ValueType.Text):
                throw Wrong(symbol, "numbers or text", left.Type);
            case "<" or "<=" or ">" or ">=" or "+" when left.Type != right.Type && left.Type != ValueType.Any && right.Type != ValueType.Any:
                throw Wrong(symbol, left.Type.ToText(), right.Type);
            case "in" when right.Type is not (ValueType.Any or ValueType.List):
                throw Wrong(symbol, "a list or a map", right.Type);
        }
        var type = name switch
        {
            "+" => left.Type != ValueType.Any ? left.Type : right.Type,
            "-" or "*" or "/" or "%" => ValueType.Number,
            _ => ValueType.Boolean,
        };
        return new Node(type, Operators.Binary(name, left.Evaluate, right.Evaluate));
    }

    private Node Unary()
    {
        if (++_depth > Expression.MaxDepth) throw new ExpressionException(Current.Offset, $"nested deeper than {Expression.MaxDepth}");
        Node node;
        var symbol = Current;
        if (TryTake("!") || TryTake("not"))
        {
            var operand = Unary();
            Require(operand, ValueType.Boolean, symbol);
            node = new Node(ValueType.Boolean, Operators.Not(operand.Evaluate));
        }
        else if (TryTake("-"))
        {
            var operand = Unary();
            Require(operand, ValueType.Number, symbol);
            node = new Node(ValueType.Number, Operators.Binary("-", static (in AccessRequest _) => 0L, operand.Evaluate));
        }
        else
        {
            node = Members(Primary());
        }
        _depth--;
        return node;
    }

    private Node Members(Node node)
    {
        while (true)
        {
            var symbol = Current;
            if (TryTake(".") || TryTake("?."))
            {
                // After a dot even an operator word is a name.
                var name = Take();
                if (name.Kind is not ExpressionTokenKind.Name && !(name.Kind == ExpressionTokenKind.Symbol && char.IsAsciiLetter(name.Text[0]))) throw new ExpressionException(name.Offset, $"expected a name after '{symbol.Text}', got '{name.Text}'");
                RequireAny(node, symbol);
                node = new Node(ValueType.Any, Operators.Member(node.Evaluate, name.Text, isOptional: symbol.Text == "?."));
            }
            else if (TryTake("["))
            {
                var index = Conditional();
                Expect("]");
                node = new Node(ValueType.Any, Operators.Index(node.Evaluate, index.Evaluate));
            }
            else
            {
                return node;
            }
        }
    }

    private Node Primary()
    {
        var token = Take();
        switch (token.Kind)
        {
            case ExpressionTokenKind.Number:
                return new Node(ValueType.Number, (in AccessRequest _) => token.Number);
            case ExpressionTokenKind.Text:
                return new Node(ValueType.Text, (in AccessRequest _) => token.Text) { ConstantText = token.Text };
            case ExpressionTokenKind.Name when Current is { Kind: ExpressionTokenKind.Symbol, Text: "(" }:
                return Call(token);
            case ExpressionTokenKind.Name:
                return Variable(token.Text);
            case ExpressionTokenKind.Symbol when token.Text == "(":
                var inner = Conditional();
                Expect(")");
                return inner;
            case ExpressionTokenKind.Symbol when token.Text == "[":
                return List();
            default:
                if (token.Kind != ExpressionTokenKind.End) _next--;
                throw Unexpected("a value");
        }
    }

    private static Node Variable(string name) => name switch
    {
        "true" => new Node(ValueType.Boolean, static (in AccessRequest _) => Operators.True),
        "false" => new Node(ValueType.Boolean, static (in AccessRequest _) => Operators.False),
        "nil" => Nil,
        "actor" => new Node(ValueType.Any, static (in AccessRequest request) => request.Actor),
        "action" => new Node(ValueType.Text, static (in AccessRequest request) => request.Action),
        "resource" => new Node(ValueType.Text, static (in AccessRequest request) => request.ResourceWithoutNode),
        "meta" => new Node(ValueType.Any, static (in AccessRequest request) => request.Attributes ?? Operators.NoFields),
        _ => new Node(ValueType.Any, static (in AccessRequest _) => null),   // as in expr: a name that is not known is nil
    };

    private Node Call(ExpressionToken name)
    {
        Expect("(");
        var argument = Conditional();
        Expect(")");
        switch (name.Text)
        {
            case "len":
                if (argument.Type is not (ValueType.Any or ValueType.Text or ValueType.List)) throw Wrong(name, "text, a list or a map", argument.Type);
                return new Node(ValueType.Number, Operators.Length(argument.Evaluate));
            case "lower" or "upper" or "trim":
                Require(argument, ValueType.Text, name);
                return new Node(ValueType.Text, Operators.Change(name.Text, argument.Evaluate));
            default:
                throw new ExpressionException(name.Offset, $"no function '{name.Text}' (there are: len, lower, trim, upper)");
        }
    }

    private Node List()
    {
        var items = new List<Evaluator>();
        while (!TryTake("]"))
        {
            if (items.Count > 0) Expect(",");
            items.Add(Conditional().Evaluate);
        }
        return new Node(ValueType.List, Operators.List([.. items]));
    }

    private static Regex Pattern(Node node, int offset)
    {
        if (node.ConstantText is not { } pattern) throw new ExpressionException(offset, "'matches' expects its pattern as text in quotes");
        try
        {
            return Re2.Compile(pattern);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new ExpressionException(offset, $"'{pattern}' is not a regular expression of RE2: {e.Message}");
        }
    }

    private ExpressionToken Take()
    {
        var token = Current;
        if (token.Kind != ExpressionTokenKind.End) _next++;
        return token;
    }

    private bool TryTake(string symbol)
    {
        if (Current.Kind != ExpressionTokenKind.Symbol || Current.Text != symbol) return false;
        _next++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!TryTake(symbol)) throw Unexpected($"'{symbol}'");
    }

    private static void Require(Node node, ValueType type, ExpressionToken symbol)
    {
        if (node.Type != ValueType.Any && node.Type != type) throw Wrong(symbol, type.ToText(), node.Type);
    }

    private static void RequireAny(Node node, ExpressionToken symbol)
    {
        if (node.Type is not (ValueType.Any or ValueType.Nil)) throw Wrong(symbol, "a map", node.Type);
    }

    private static ExpressionException Wrong(ExpressionToken symbol, string expected, ValueType got) => new(symbol.Offset, $"'{symbol.Text}' expects {expected}, got {got.ToText()}");

    private ExpressionException Unexpected(string expected) => new(Current.Offset, Current.Kind == ExpressionTokenKind.End ? $"expected {expected}, got the end" : $"expected {expected}, got '{Current.Text}'");
}
