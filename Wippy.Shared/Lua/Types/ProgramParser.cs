namespace Wippy.Shared.Lua.Types;

/// <summary>
/// Recognises a Lua program with types and notes what must change to make it plain Lua: nothing is built for Lua itself.
/// Statements and expressions are those of Lua 5.4 (reference manual §9), with the call rule of 5.1 for a parenthesis on
/// a new line; types stand where reference: lua-environment §5.2 allows them.
/// </summary>
internal sealed class ProgramParser
{
    private readonly TokenReader _tokens;
    private readonly TypeParser _types;
    private TypeScope _scope = new(null);

    public ProgramParser(TokenReader tokens)
    {
        _tokens = tokens;
        _types = new TypeParser(tokens, Expression);
    }

    /// <summary>What to blank or replace, in order, none inside another.</summary>
    public List<Edit> Edits { get; } = [];

    /// <summary>Reads the whole source.</summary>
    /// <exception cref="FrontEndException">It is not a program.</exception>
    public void Program()
    {
        Statements();
        if (!_tokens.At(TokenKind.End)) throw _tokens.Unexpected("a statement or end of file");
    }

    /// <summary>A span of the source that is not plain Lua.</summary>
    /// <param name="Start">Offset of its first byte.</param>
    /// <param name="End">Offset behind its last byte.</param>
    /// <param name="Alias">The type it declares; null if it is merely left out.</param>
    internal readonly record struct Edit(int Start, int End, AliasSyntax? Alias);

    private enum ExpressionKind
    {
        Value,
        Variable,
        Call,
    }

    private void Block()
    {
        _tokens.Enter();
        _scope = new TypeScope(_scope);
        Statements();
        _scope = _scope.Parent!;
        _tokens.Leave();
    }

    private void BlockUntil(TokenKind closing, Token opening)
    {
        Block();
        _tokens.ExpectClosing(closing, opening);
    }

    private void Statements()
    {
        while (!AtBlockEnd())
        {
            if (_tokens.At(TokenKind.Return))
            {
                Return();
                return;
            }
            Statement();
        }
    }

    private bool AtBlockEnd() => _tokens.Current.Kind is TokenKind.End or TokenKind.EndWord or TokenKind.Else or TokenKind.ElseIf or TokenKind.Until;

    private void Return()
    {
        _tokens.Advance();
        if (!AtBlockEnd() && !_tokens.At(TokenKind.Semicolon)) ExpressionList();
        _tokens.Accept(TokenKind.Semicolon);
    }

    private void Statement()
    {
        switch (_tokens.Current.Kind)
        {
            case TokenKind.Semicolon:
            case TokenKind.Break:
                _tokens.Advance();
                break;
            case TokenKind.Goto:
                _tokens.Advance();
                _tokens.ExpectName("the name of a label");
                break;
            case TokenKind.DoubleColon:
                _tokens.Advance();
                _tokens.ExpectName("the name of a label");
                _tokens.Expect(TokenKind.DoubleColon);
                break;
            case TokenKind.Do:
                BlockUntil(TokenKind.EndWord, _tokens.Advance());
                break;
            case TokenKind.While:
                var opening = _tokens.Advance();
                Expression();
                _tokens.Expect(TokenKind.Do);
                BlockUntil(TokenKind.EndWord, opening);
                break;
            case TokenKind.Repeat:
                BlockUntil(TokenKind.Until, _tokens.Advance());
                Expression();
                break;
            case TokenKind.If:
                If();
                break;
            case TokenKind.For:
                For();
                break;
            case TokenKind.Function:
                Function();
                break;
            case TokenKind.Local:
                Local();
                break;
            case TokenKind.Interface:
                Interface();
                break;
            case TokenKind.Name when AtAlias():
                Alias();
                break;
            default:
                CallOrAssignment();
                break;
        }
    }

    private void If()
    {
        var opening = _tokens.Advance();
        Condition();
        while (_tokens.Accept(TokenKind.ElseIf)) Condition();
        if (_tokens.Accept(TokenKind.Else)) Block();
        _tokens.ExpectClosing(TokenKind.EndWord, opening);

        void Condition()
        {
            Expression();
            _tokens.Expect(TokenKind.Then);
            Block();
        }
    }

    private void For()
    {
        var opening = _tokens.Advance();
        _tokens.ExpectName("the name of a loop variable");
        if (_tokens.Accept(TokenKind.Assign))
        {
            Expression();
            _tokens.Expect(TokenKind.Comma);
            Expression();
            if (_tokens.Accept(TokenKind.Comma)) Expression();
        }
        else
        {
            while (_tokens.Accept(TokenKind.Comma)) _tokens.ExpectName("the name of a loop variable");
            if (!_tokens.At(TokenKind.In)) throw _tokens.Unexpected("'=', ',' or 'in' behind a loop variable");
            _tokens.Advance();
            ExpressionList();
        }
        _tokens.Expect(TokenKind.Do);
        BlockUntil(TokenKind.EndWord, opening);
    }

    private void Function()
    {
        var opening = _tokens.Advance();
        _tokens.ExpectName("the name of a function");
        while (_tokens.Accept(TokenKind.Dot)) _tokens.ExpectFieldName();
        if (_tokens.Accept(TokenKind.Colon)) _tokens.ExpectFieldName();
        FunctionBody(opening);
    }

    private void Local()
    {
        _tokens.Advance();
        if (_tokens.At(TokenKind.Function))
        {
            var opening = _tokens.Advance();
            _tokens.ExpectName("the name of a function");
            FunctionBody(opening);
            return;
        }
        var first = _tokens.Current;
        var count = 0;
        do
        {
            _tokens.ExpectName("the name of a variable");
            count++;
            if (_tokens.At(TokenKind.Less))
            {
                var opening = _tokens.Advance();
                _tokens.ExpectName("'const' or 'close'");
                _tokens.ExpectClosing(TokenKind.Greater, opening);
            }
            Annotation();
        }
        while (_tokens.Accept(TokenKind.Comma));
        if (!_tokens.Accept(TokenKind.Assign)) return;
        if (count == 1 && RequiredModule() is { } module) _scope.DeclareModule(_tokens.TextOf(first), module);
        ExpressionList();
    }

    // At require "m" or require("m"): m.
    private string? RequiredModule()
    {
        if (!_tokens.Is(_tokens.Current, "require"u8)) return null;
        var argument = _tokens.Peek(_tokens.Peek(1).Kind == TokenKind.OpenParenthesis ? 2 : 1);
        return argument.Kind == TokenKind.String ? LuaLiterals.Text(_tokens.BytesOf(argument)) : null;
    }

    // The word is reserved only here, where plain Lua has no two names in a row.
    private bool AtAlias() => _tokens.Is(_tokens.Current, "type"u8)
        && _tokens.Peek(1).Kind == TokenKind.Name
        && _tokens.Peek(2).Kind is TokenKind.Assign or TokenKind.Less;

    private void Alias()
    {
        var start = _tokens.Advance().Start;
        var name = _tokens.TextOf(_tokens.Advance());
        var parameters = _types.TypeParameters();
        _tokens.Expect(TokenKind.Assign);
        Declare(start, name, parameters, _types.Type());
    }

    private void Interface()
    {
        var opening = _tokens.Advance();
        var name = _tokens.TextOf(_tokens.ExpectName("the name of an interface"));
        var parameters = _types.TypeParameters();
        Declare(opening.Start, name, parameters, _types.InterfaceBody(opening));
    }

    private void Declare(int start, string name, IReadOnlyList<TypeParameterSyntax> parameters, TypeSyntax body)
    {
        var alias = new AliasSyntax(name, parameters, body, _scope);
        _scope.Declare(alias);
        Erase(start, alias);
    }

    private void CallOrAssignment()
    {
        var start = _tokens.Current;
        if (start.Kind is not (TokenKind.Name or TokenKind.OpenParenthesis)) throw _tokens.Unexpected("a statement");
        var kind = SuffixedExpression();
        if (!_tokens.At(TokenKind.Assign) && !_tokens.At(TokenKind.Comma))
        {
            if (kind == ExpressionKind.Call) return;
            throw _tokens.Unexpected(kind == ExpressionKind.Variable ? "'=' or a call" : "a call");
        }
        Target(start, kind);
        while (_tokens.Accept(TokenKind.Comma))
        {
            start = _tokens.Current;
            Target(start, SuffixedExpression());
        }
        _tokens.Expect(TokenKind.Assign);
        ExpressionList();
    }

    private static void Target(Token start, ExpressionKind kind)
    {
        if (kind != ExpressionKind.Variable) throw TokenReader.Error(start, "cannot assign to this, expected a variable or a field");
    }

    private void FunctionBody(Token opening)
    {
        _scope = new TypeScope(_scope);
        var generics = _tokens.Current.Start;
        var parameters = _types.TypeParameters();
        if (parameters.Count > 0) Erase(generics);
        foreach (var parameter in parameters)
        {
            _scope.Declare(new AliasSyntax(parameter.Name, [], parameter.Constraint ?? ComputedSyntax.Instance, _scope));
        }
        Parameters();
        var results = _tokens.Current.Start;
        if (_tokens.Accept(TokenKind.Colon))
        {
            _types.Results();
            Erase(results);
        }
        BlockUntil(TokenKind.EndWord, opening);
        _scope = _scope.Parent!;
    }

    private void Parameters()
    {
        var opening = _tokens.Expect(TokenKind.OpenParenthesis);
        if (!_tokens.At(TokenKind.CloseParenthesis))
        {
            bool isLast;
            do
            {
                isLast = _tokens.Accept(TokenKind.Ellipsis);
                if (!isLast) _tokens.ExpectName("the name of a parameter");
                Annotation();
            }
            while (!isLast && _tokens.Accept(TokenKind.Comma));
        }
        _tokens.ExpectClosing(TokenKind.CloseParenthesis, opening);
    }

    private void Annotation()
    {
        var start = _tokens.Current.Start;
        if (!_tokens.Accept(TokenKind.Colon)) return;
        _types.Type();
        Erase(start);
    }

    private void ExpressionList()
    {
        do Expression();
        while (_tokens.Accept(TokenKind.Comma));
    }

    // Precedence decides nothing about what is a program.
    private void Expression()
    {
        _tokens.Enter();
        do
        {
            while (TokenKinds.IsUnaryOperator(_tokens.Current.Kind)) _tokens.Advance();
            SimpleExpression();
            Casts();
        }
        while (AcceptBinaryOperator());
        _tokens.Leave();
    }

    private bool AcceptBinaryOperator()
    {
        if (!TokenKinds.IsBinaryOperator(_tokens.Current.Kind)) return false;
        _tokens.Advance();
        return true;
    }

    private void SimpleExpression()
    {
        switch (_tokens.Current.Kind)
        {
            case TokenKind.Nil:
            case TokenKind.True:
            case TokenKind.False:
            case TokenKind.Number:
            case TokenKind.String:
            case TokenKind.Ellipsis:
                _tokens.Advance();
                break;
            case TokenKind.OpenBrace:
                Table();
                break;
            case TokenKind.Function:
                FunctionBody(_tokens.Advance());
                break;
            default:
                SuffixedExpression();
                break;
        }
    }

    private void Casts()
    {
        var start = _tokens.Current.Start;
        var isCast = false;
        while (_tokens.At(TokenKind.As) || (_tokens.At(TokenKind.DoubleColon) && !AtLabel()))
        {
            _tokens.Advance();
            _types.Type();
            isCast = true;
        }
        if (!isCast) return;
        // Without the cast Lua would see a call.
        if (_tokens.At(TokenKind.OpenParenthesis)) throw TokenReader.Error(_tokens.Current, "ambiguous syntax: '(' behind a cast; put the cast in parentheses, or ';' before a new statement");
        Erase(start);
    }

    // Behind an expression: "::name::" that begins a line, or that no type follows, is a label and not two casts.
    private bool AtLabel()
    {
        if (_tokens.Peek(1).Kind != TokenKind.Name || _tokens.Peek(2).Kind != TokenKind.DoubleColon) return false;
        var next = _tokens.Peek(3);
        return _tokens.IsOnNewLine || next.Line != _tokens.Peek(2).Line || !TokenKinds.CanStartType(next.Kind);
    }

    private ExpressionKind SuffixedExpression()
    {
        var kind = ExpressionKind.Value;
        if (_tokens.At(TokenKind.OpenParenthesis))
        {
            var opening = _tokens.Advance();
            Expression();
            _tokens.ExpectClosing(TokenKind.CloseParenthesis, opening);
        }
        else
        {
            _tokens.ExpectName("an expression");
            kind = ExpressionKind.Variable;
        }
        while (true)
        {
            switch (_tokens.Current.Kind)
            {
                case TokenKind.Dot:
                    _tokens.Advance();
                    _tokens.ExpectFieldName();
                    kind = ExpressionKind.Variable;
                    break;
                case TokenKind.OpenBracket:
                    var opening = _tokens.Advance();
                    Expression();
                    _tokens.ExpectClosing(TokenKind.CloseBracket, opening);
                    kind = ExpressionKind.Variable;
                    break;
                case TokenKind.Colon:
                    _tokens.Advance();
                    _tokens.ExpectFieldName();
                    Arguments();
                    kind = ExpressionKind.Call;
                    break;
                case TokenKind.OpenParenthesis:
                case TokenKind.OpenBrace:
                case TokenKind.String:
                    Arguments();
                    kind = ExpressionKind.Call;
                    break;
                case TokenKind.Bang:
                    NonNil();
                    kind = ExpressionKind.Value;
                    break;
                default:
                    return kind;
            }
        }
    }

    // e!
    private void NonNil()
    {
        var bang = _tokens.Advance();
        if (_tokens.At(TokenKind.Assign) && _tokens.Current.Start == bang.End) throw TokenReader.Error(bang, "unexpected '!=', expected '~='");
        Erase(bang.Start);
    }

    private void Arguments()
    {
        switch (_tokens.Current.Kind)
        {
            case TokenKind.String:
                _tokens.Advance();
                break;
            case TokenKind.OpenBrace:
                Table();
                break;
            case TokenKind.OpenParenthesis:
                if (_tokens.IsOnNewLine) throw TokenReader.Error(_tokens.Current, "ambiguous syntax: '(' on a new line could be a call or a new statement; put it on the line before, or ';' in front");
                var opening = _tokens.Advance();
                if (!_tokens.At(TokenKind.CloseParenthesis)) ExpressionList();
                _tokens.ExpectClosing(TokenKind.CloseParenthesis, opening);
                break;
            default:
                throw _tokens.Unexpected("the arguments of a call");
        }
    }

    private void Table()
    {
        var opening = _tokens.Advance();
        while (!_tokens.At(TokenKind.CloseBrace))
        {
            if (_tokens.At(TokenKind.OpenBracket))
            {
                var bracket = _tokens.Advance();
                Expression();
                _tokens.ExpectClosing(TokenKind.CloseBracket, bracket);
                _tokens.Expect(TokenKind.Assign);
            }
            else if (TokenKinds.IsFieldName(_tokens.Current.Kind) && _tokens.Peek(1).Kind == TokenKind.Assign)
            {
                _tokens.Advance();
                _tokens.Advance();
            }
            Expression();
            if (!_tokens.Accept(TokenKind.Comma) && !_tokens.Accept(TokenKind.Semicolon)) break;
        }
        _tokens.ExpectClosing(TokenKind.CloseBrace, opening);
    }

    // Leaves out what was read from the offset on, and what was to be changed inside it.
    private void Erase(int start, AliasSyntax? alias = null)
    {
        while (Edits.Count > 0 && Edits[^1].Start >= start) Edits.RemoveAt(Edits.Count - 1);
        Edits.Add(new Edit(start, _tokens.EndOfRead, alias));
    }
}
