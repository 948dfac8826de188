using System.Text;

namespace Wippy.Shared.Tests.Lua.Types;

/// <summary>
/// Random programs that Lua accepts, with types in them on request. Every separator may be a space, a line break or a
/// comment where the language allows one.
/// </summary>
internal sealed class ProgramGenerator
{
    private static readonly string[] Names = ["a", "b", "self", "type", "value_1", "_", "Endless", "kind"];
    private static readonly string[] FieldNames = ["a", "x1", "type", "interface", "readonly", "as", "asserts", "is", "keyof", "extends"];
    private static readonly string[] TypeNames = ["number", "string", "integer", "boolean", "any", "unknown", "never", "nil", "table", "function", "thread", "Foo", "time.Duration", "type"];
    private static readonly string[] Literals = ["nil", "true", "false", "'text'", "\"te\\\"xt\\n\\065\"", "[[long\n] ] text]]", "[==[ type X = ]] {]==]"];
    private static readonly string[] Numerals =
        ["0", "42", "007", "9223372036854775807", "18446744073709551616", "3.5", "3.", ".5", "1e10", "1E+5", "5e-1", "3.e2", "0xFF", "0Xa", "0xffffffffffffffffff", "0x.8p1", "0xA.8P-2", "0x1p4", "0x1.", "0xep+1"];
    private static readonly string[] Escapes = ["\\a", "\\b", "\\f", "\\n", "\\r", "\\t", "\\v", "\\\\", "\\\"", "\\'", "\\0", "\\65", "\\255", "\\\n", "\\\r\n", "\\x41", "\\u{2603}", "\\z \t\n  "];
    private static readonly string[] TextPieces = ["", "x", " type A = {", "--", "]]", "local x: number", "::", "!", "\u2603"];
    private static readonly string[] BinaryOperators = ["+", "-", "*", "/", "//", "%", "^", "..", "==", "~=", "<", "<=", ">", ">=", "and", "or", "&", "|", "~", "<<", ">>"];
    private static readonly string[] UnaryOperators = ["-", "not", "#", "~"];

    private readonly Random _random;
    private readonly bool _withTypes;
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _expected = new();
    private int _typeDepth;
    private int _labels;
    private int _loops;
    private bool _isVariadic = true;

    private ProgramGenerator(int seed, bool withTypes)
    {
        _random = new Random(seed);
        _withTypes = withTypes;
    }

    /// <summary>A program.</summary>
    /// <param name="seed">The same gives the same program.</param>
    /// <param name="withTypes">Whether types stand in it.</param>
    /// <returns>The program, and what must be left of it.</returns>
    public static (string Source, string Expected) Generate(int seed, bool withTypes)
    {
        var generator = new ProgramGenerator(seed, withTypes);
        generator.Block(4);
        return (generator._text.ToString(), generator._expected.ToString());
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T Pick<T>(T[] values) => values[_random.Next(values.Length)];

    private void Separate(bool onOneLine)
    {
        var separator = _random.Next(20) switch
        {
            0 when !onOneLine => "\n",
            1 when !onOneLine => "\r\n",
            2 when !onOneLine => " -- comment type A = {\n",
            3 when !onOneLine => $" --{Long()}",
            4 when !onOneLine => "\r",
            5 when !onOneLine => "\n\r \n\n",
            6 when !onOneLine => " --[ no long comment ]]\r\n",
            7 when !onOneLine => " --\n",
            8 => " --[[]] ",
            9 => "\t",
            10 => "\v\f",
            11 => "  ",
            _ => " ",
        };
        Append(separator);
    }

    // A long bracket of any level, with what ends another level in it.
    private string Long()
    {
        var level = new string('=', _random.Next(4));
        var pieces = Enumerable.Range(0, _random.Next(4)).Select(_ => Pick([" ", "\n", "\r\n", " ]x] ", "[[", "[=[", "--", "type X = ", " : string ", "\\q", $"]={level}] ", "'"]));
        return $"[{level}[{string.Concat(pieces)}]{level}]";
    }

    private string Quoted()
    {
        var quote = Pick(["'", "\""]);
        return quote + string.Concat(Enumerable.Range(0, _random.Next(5)).Select(_ => Pick(Chance(50) ? Escapes : TextPieces))) + quote;
    }

    private string Literal() => _random.Next(4) switch
    {
        0 => Pick(Numerals),
        1 => Quoted(),
        2 when _typeDepth == 0 => Long(),
        _ => Pick(Literals),
    };

    private void Append(string text)
    {
        _text.Append(text);
        foreach (var c in text)
        {
            // A blank for each byte.
            if (_typeDepth > 0 && c is not ('\n' or '\r')) _expected.Append(' ', Encoding.UTF8.GetByteCount([c]));
            else _expected.Append(c);
        }
    }

    private void Token(string text, bool onOneLine = false)
    {
        Separate(onOneLine);
        Append(text);
    }

    private void Tokens(params string[] tokens)
    {
        foreach (var token in tokens) Token(token);
    }

    private void List(int max, Action item)
    {
        for (var count = _random.Next(1, max + 1); ; count--)
        {
            item();
            if (count <= 1) return;
            Token(",");
        }
    }

    private void Block(int depth)
    {
        for (var count = _random.Next(depth + 2); count > 0; count--) Statement(depth);
        if (!Chance(20)) return;
        Token("return");
        if (Chance(70)) List(3, () => Expression(depth));
        if (Chance(30)) Token(";");
    }

    private void Statement(int depth)
    {
        var kind = _random.Next(depth > 0 ? 15 : 6);
        switch (kind)
        {
            case 0:
                Token("local");
                List(3, () =>
                {
                    // A name that nothing is assigned to.
                    var isConstant = Chance(10);
                    Token(isConstant ? "constant" : Pick(Names));
                    if (isConstant) Tokens("<", "const", ">");
                    Annotation(60);
                });
                if (Chance(80)) Assigned(depth);
                break;
            case 1 when Chance(20):
                Tokens("local", "closed", "<", "close", ">");
                Annotation(60);
                Assigned(depth);
                break;
            case 1:
                List(2, () => Target(depth));
                Assigned(depth);
                break;
            case 2:
                Token(";");
                if (!Chance(50)) break;
                Parenthesised(depth);
                Arguments(depth);
                break;
            case 3:
                Token(Pick(Names));
                Call(depth);
                break;
            case 4 when _withTypes:
                Alias();
                break;
            case 4:
                Token(";");
                break;
            case 5:
                Token(Pick(Names));
                Suffixes(depth);
                Call(depth);
                break;
            case 6:
                Token("if");
                Expression(depth);
                Token("then");
                Block(depth - 1);
                while (Chance(30))
                {
                    Token("elseif");
                    Expression(depth);
                    Token("then");
                    Block(depth - 1);
                }
                if (Chance(30))
                {
                    Token("else");
                    Block(depth - 1);
                }
                Token("end");
                break;
            case 7:
                Token("while");
                Expression(depth);
                Token("do");
                Loop(depth);
                Token("end");
                break;
            case 8:
                Token("repeat");
                Block(depth - 1);
                Token("until");
                Expression(depth);
                break;
            case 9:
                Tokens("for", Pick(Names), "=");
                List(2, () => Expression(depth));
                Token(",");
                Expression(depth);
                Token("do");
                Loop(depth);
                Token("end");
                break;
            case 10:
                Token("for");
                List(3, () => Token(Pick(Names)));
                Token("in");
                List(2, () => Expression(depth));
                Token("do");
                Loop(depth);
                Token("end");
                break;
            case 11:
                Tokens("function", Pick(Names));
                while (Chance(30)) Tokens(".", Pick(FieldNames));
                if (Chance(30)) Tokens(":", Pick(FieldNames));
                FunctionBody(depth);
                break;
            case 12:
                Tokens("local", "function", Pick(Names));
                FunctionBody(depth);
                break;
            case 13:
                Token("do");
                Block(depth - 1);
                Token("end");
                break;
            default:
                if (_loops > 0 && Chance(50)) Tokens("do", "break", "end");
                else Token(";");
                break;
        }
    }

    // Ends, now and then, in a label that its statements jump to.
    private void Loop(int depth)
    {
        _loops++;
        if (Chance(30))
        {
            var label = $"l{_labels++}";
            Tokens("do", "if");
            Expression(1);
            Tokens("then", "goto", label, "end");
            Token("end");
            Token("do");
            Block(depth - 1);
            Token("end");
            Tokens("::", label, "::");
        }
        else
        {
            Block(depth - 1);
        }
        _loops--;
    }

    private void Assigned(int depth)
    {
        Token("=");
        List(3, () => Expression(depth));
    }

    private void Target(int depth)
    {
        Token(Pick(Names));
        if (!Chance(50)) return;
        Suffixes(depth);
        Tokens(".", Pick(FieldNames));
    }

    private void FunctionBody(int depth)
    {
        var (wasVariadic, loops) = (_isVariadic, _loops);
        _loops = 0;
        if (_withTypes && Chance(25)) Types(Generics);
        Token("(");
        _isVariadic = Chance(30);
        if (Chance(70))
        {
            List(3, () =>
            {
                Token(Pick(Names));
                Annotation(60);
            });
            if (_isVariadic) Token(",");
        }
        if (_isVariadic)
        {
            Token("...");
            Annotation(50);
        }
        Token(")");
        if (_withTypes && Chance(50)) Types(Results);
        Block(depth - 1);
        Token("end");
        (_isVariadic, _loops) = (wasVariadic, loops);
    }

    private void Expression(int depth)
    {
        while (Chance(15)) Token(Pick(UnaryOperators));
        Simple(depth);
        while (depth > 0 && Chance(25))
        {
            Token(Pick(BinaryOperators));
            Simple(depth - 1);
        }
    }

    private void Simple(int depth)
    {
        switch (_random.Next(depth > 0 ? 12 : 4))
        {
            case 0 or 1:
                Token(Literal());
                break;
            case 2 or 3:
                Token(Pick(Names));
                break;
            case 4:
                Token(_isVariadic ? "..." : "nil");
                break;
            case 5:
                Table(depth - 1);
                break;
            case 6:
                Token("function");
                FunctionBody(Math.Min(depth - 1, 1));
                break;
            case 7 or 8:
                Token(Pick(Names));
                Suffixes(depth - 1);
                break;
            case 9:
                Token(Pick(Names));
                Suffixes(depth - 1);
                Call(depth - 1);
                break;
            default:
                Parenthesised(depth - 1);
                break;
        }
    }

    private void Parenthesised(int depth)
    {
        Token("(");
        Expression(depth);
        if (_withTypes && Chance(60)) Types(Cast);
        Token(")");
    }

    private void Suffixes(int depth)
    {
        while (Chance(50))
        {
            switch (_random.Next(4))
            {
                case 0:
                    Token("[");
                    Expression(depth);
                    Token("]");
                    break;
                case 1:
                    Call(depth);
                    break;
                case 2 when _withTypes:
                    Types(() => Append("!"));
                    Tokens(".", Pick(FieldNames));
                    break;
                default:
                    Tokens(".", Pick(FieldNames));
                    break;
            }
        }
    }

    private void Call(int depth)
    {
        if (Chance(30)) Tokens(":", Pick(FieldNames));
        Arguments(depth);
    }

    private void Arguments(int depth)
    {
        switch (_random.Next(4))
        {
            case 0:
                Token(Chance(50) ? Quoted() : Long());
                break;
            case 1 when depth > 0:
                Table(depth - 1);
                break;
            default:
                Token("(", onOneLine: true);
                if (Chance(70)) List(3, () => Expression(depth - 1));
                Token(")");
                break;
        }
    }

    private void Table(int depth)
    {
        Token("{");
        while (Chance(60))
        {
            switch (_random.Next(3))
            {
                case 0:
                    Tokens(Pick(FieldNames), "=");
                    break;
                case 1:
                    Token("[");
                    Expression(depth);
                    Tokens("]", "=");
                    break;
            }
            Expression(depth);
            Token(Chance(50) ? "," : ";");
        }
        Token("}");
    }

    // What the action appends is to be blank, but for the separator in front.
    private void Types(Action append)
    {
        Separate(onOneLine: false);
        _typeDepth++;
        append();
        _typeDepth--;
    }

    private void Annotation(int percent)
    {
        if (!_withTypes || !Chance(percent)) return;
        Types(() =>
        {
            Append(":");
            Type(3);
        });
    }

    private void Generics()
    {
        Append("<");
        List(3, () =>
        {
            Token(Pick(["T", "K", "V"]));
            if (!Chance(30)) return;
            Token(":");
            Type(2);
        });
        Append(">");
    }

    private void Results()
    {
        Append(":");
        switch (_random.Next(4))
        {
            case 0:
                Tokens("(", ")");
                break;
            case 1:
                Token("(");
                List(3, () => Type(2));
                Token(")");
                break;
            case 2:
                List(2, () => Type(2));
                break;
            default:
                Type(3);
                break;
        }
    }

    private void Cast()
    {
        Append(Pick(["as", "::"]));
        Type(3);
    }

    private void Alias()
    {
        Separate(onOneLine: false);
        var start = _expected.Length;
        _typeDepth++;
        if (Chance(70))
        {
            Append("type");
            Token($"Alias{_random.Next(5)}");
            if (Chance(30)) Generics();
            Token("=");
            Type(4);
        }
        else
        {
            Append("interface");
            Token($"Alias{_random.Next(5)}");
            if (Chance(30)) Generics();
            if (Chance(30))
            {
                Token(":");
                List(2, () => Token("Foo"));
            }
            for (var count = _random.Next(3); count > 0; count--)
            {
                Tokens("function", Pick(FieldNames));
                Parameters(2);
                if (Chance(60))
                {
                    Separate(onOneLine: false);
                    Results();
                }
            }
            Token("end");
        }
        _typeDepth--;
        _expected[start] = ';';
    }

    private void Parameters(int depth)
    {
        Token("(");
        if (Chance(70))
        {
            List(3, () =>
            {
                if (Chance(50)) Tokens(Pick(FieldNames), ":");
                Type(depth);
            });
        }
        Token(")");
    }

    private void Type(int depth)
    {
        if (Chance(5)) Token("|");
        Postfixed(depth);
        while (depth > 0 && Chance(25))
        {
            Token(Pick(["|", "&"]));
            Postfixed(depth - 1);
        }
    }

    private void Postfixed(int depth)
    {
        Primary(depth);
        while (Chance(25))
        {
            switch (_random.Next(5))
            {
                case 0:
                    Token("?");
                    break;
                case 1:
                    Tokens("[", "]");
                    break;
                case 2:
                    Tokens("@", "min_len", "(", "1", ")");
                    break;
                case 3:
                    Tokens("@", "note");
                    break;
                default:
                    Tokens("[", "'key'", "]");
                    break;
            }
        }
    }

    private void Primary(int depth)
    {
        switch (_random.Next(depth > 0 ? 13 : 3))
        {
            case 0 or 1:
                Token(Pick(TypeNames));
                break;
            case 2:
                Token(Pick(["true", "false", "'text'", "[[text]]", "5", "-2.5", "0xF"]));
                break;
            case 3:
                Tokens("{", "}");
                break;
            case 4:
                Token("{");
                Type(depth - 1);
                Token("}");
                break;
            case 5:
                Tokens("{", "[");
                Type(depth - 1);
                Tokens("]", ":");
                Type(depth - 1);
                Token("}");
                break;
            case 6:
                Token("{");
                List(3, () =>
                {
                    Token(Pick(FieldNames));
                    if (Chance(30)) Token("?");
                    Token(":");
                    Type(depth - 1);
                });
                if (Chance(30)) Token(",");
                Token("}");
                break;
            case 7:
                Token("(");
                Parameters(depth - 1);
                Token("->");
                Type(depth - 1);
                Token(")");
                break;
            case 8:
                Token("(");
                Token("fun");
                Parameters(depth - 1);
                Token(":");
                Type(depth - 1);
                Token(")");
                break;
            case 9:
                Token("Map");
                Token("<");
                List(2, () => Type(depth - 1));
                Append(">");
                break;
            case 10:
                Token("(");
                Type(depth - 1);
                Token(")");
                break;
            case 11:
                Tokens("typeof", "(");
                Expression(1);
                Token(")");
                break;
            default:
                Tokens("keyof", "(");
                Type(depth - 1);
                Token(")");
                break;
        }
    }
}
