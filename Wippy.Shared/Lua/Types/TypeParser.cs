namespace Wippy.Shared.Lua.Types;

/// <summary>
/// Reads types (grammar: reference: lua-environment §5.3) by recursive descent without going back. Each method reads one
/// rule and leaves the reader behind it.
/// </summary>
/// <param name="tokens">Where to read.</param>
/// <param name="skipExpression">Reads an expression, for <c>typeof</c>.</param>
internal sealed class TypeParser(TokenReader tokens, Action skipExpression)
{
    /// <summary>A type.</summary>
    public TypeSyntax Type() => Single(TypeOrTuple());

    /// <summary>The result of a function type: a type or a list in parentheses.</summary>
    public TypeSyntax Result() => TypeOrTuple();

    /// <summary>What stands behind the colon of a function's parameter list: a type, several, or a list in parentheses.</summary>
    public TypeSyntax Results()
    {
        var first = TypeOrTuple();
        if (!tokens.At(TokenKind.Comma)) return first;
        var types = new List<TypeSyntax> { Single(first) };
        while (tokens.Accept(TokenKind.Comma)) types.Add(Type());
        return new TupleSyntax(types);
    }

    /// <summary><c>&lt;T, U: Constraint&gt;</c>; none if there is no <c>&lt;</c>.</summary>
    public IReadOnlyList<TypeParameterSyntax> TypeParameters()
    {
        if (!tokens.At(TokenKind.Less)) return [];
        var opening = tokens.Advance();
        var parameters = new List<TypeParameterSyntax>();
        do
        {
            var name = tokens.TextOf(tokens.ExpectName("the name of a type parameter"));
            parameters.Add(new TypeParameterSyntax(name, tokens.Accept(TokenKind.Colon) ? Type() : null));
        }
        while (tokens.Accept(TokenKind.Comma));
        tokens.ExpectGreater(opening);
        return parameters;
    }

    /// <summary>The rest of an interface declaration, behind its name and type parameters.</summary>
    public RecordSyntax InterfaceBody(Token opening)
    {
        var bases = new List<TypeSyntax>();
        if (tokens.Accept(TokenKind.Colon))
        {
            do bases.Add(Type());
            while (tokens.Accept(TokenKind.Comma));
        }
        var methods = new List<FieldSyntax>();
        while (tokens.Accept(TokenKind.Function))
        {
            var name = tokens.TextOf(tokens.ExpectFieldName());
            TypeParameters();
            var parameters = Parameters();
            var result = tokens.Accept(TokenKind.Colon) ? Results() : new TupleSyntax([]);
            methods.Add(new FieldSyntax(name, new FunctionSyntax(parameters, result)));
        }
        if (!tokens.At(TokenKind.EndWord) && !tokens.At(TokenKind.End)) throw tokens.Unexpected("'function' or 'end' in an interface");
        tokens.ExpectClosing(TokenKind.EndWord, opening);
        return new RecordSyntax(methods, bases, IsInterface: true);
    }

    private TypeSyntax TypeOrTuple()
    {
        tokens.Enter();
        var type = Union(isCondition: false);
        if (tokens.Accept(TokenKind.Extends))
        {
            Single(type);
            Single(Union(isCondition: true));
            tokens.Expect(TokenKind.Question);
            Type();
            tokens.Expect(TokenKind.Colon);
            Type();
            type = ComputedSyntax.Instance;
        }
        tokens.Leave();
        return type;
    }

    private TypeSyntax Single(TypeSyntax type) => type is TupleSyntax ? throw tokens.Unexpected("'->' of a function type") : type;

    // isCondition: a '?' before a type belongs to the conditional around it.
    private TypeSyntax Union(bool isCondition)
    {
        tokens.Accept(TokenKind.Pipe);
        var first = Intersection(isCondition);
        if (!tokens.At(TokenKind.Pipe)) return first;
        var members = new List<TypeSyntax> { Single(first) };
        while (tokens.Accept(TokenKind.Pipe)) members.Add(Single(Intersection(isCondition)));
        return new UnionSyntax(members);
    }

    private TypeSyntax Intersection(bool isCondition)
    {
        var first = Postfix(isCondition);
        if (!tokens.At(TokenKind.Ampersand)) return first;
        var members = new List<TypeSyntax> { Single(first) };
        while (tokens.Accept(TokenKind.Ampersand)) members.Add(Single(Postfix(isCondition)));
        return new IntersectionSyntax(members);
    }

    private TypeSyntax Postfix(bool isCondition)
    {
        var type = Primary();
        while (type is not TupleSyntax)
        {
            switch (tokens.Current.Kind)
            {
                case TokenKind.Question when !(isCondition && TokenKinds.CanStartType(tokens.Peek(1).Kind)):
                    tokens.Advance();
                    type = new OptionalSyntax(type);
                    break;
                case TokenKind.OpenBracket:
                    var opening = tokens.Advance();
                    var isArray = tokens.At(TokenKind.CloseBracket);
                    if (!isArray) Type();
                    tokens.ExpectClosing(TokenKind.CloseBracket, opening);
                    type = isArray ? new ArraySyntax(type) : ComputedSyntax.Instance;
                    break;
                case TokenKind.At:
                    tokens.Advance();
                    type = Annotation(type);
                    break;
                default:
                    return type;
            }
        }
        return type;
    }

    private TypeSyntax Annotation(TypeSyntax inner)
    {
        var name = tokens.ExpectFieldName();
        var arguments = new List<object>();
        if (tokens.At(TokenKind.OpenParenthesis))
        {
            var opening = tokens.Advance();
            do arguments.Add(Literal("a number, string or boolean"));
            while (tokens.Accept(TokenKind.Comma));
            tokens.ExpectClosing(TokenKind.CloseParenthesis, opening);
        }
        var rule = TypeRule.Of(tokens.TextOf(name), arguments, out var problem);
        if (problem is not null) throw TokenReader.Error(name, problem);
        return rule is null ? inner : new AnnotatedSyntax(inner, rule);
    }

    private TypeSyntax Primary()
    {
        switch (tokens.Current.Kind)
        {
            case TokenKind.Nil:
                tokens.Advance();
                return new NameSyntax(null, "nil", []);
            case TokenKind.Function:
                tokens.Advance();
                return new NameSyntax(null, "function", []);
            case TokenKind.Name:
                return Name();
            case TokenKind.OpenBrace:
                return Braces();
            case TokenKind.OpenParenthesis:
                return Parentheses();
            case TokenKind.Fun:
                tokens.Advance();
                var parameters = Parameters();
                return new FunctionSyntax(parameters, tokens.Accept(TokenKind.Colon) ? Result() : new TupleSyntax([]));
            case TokenKind.Interface:
                tokens.Advance();
                return Interface();
            case TokenKind.Readonly:
                return Readonly();
            case TokenKind.Asserts:
                tokens.Advance();
                tokens.ExpectName("the name of a parameter");
                if (tokens.Accept(TokenKind.Is)) Type();
                return ComputedSyntax.Instance;
            case TokenKind.TypeOf:
                return Computed(skipExpression);
            case TokenKind.KeyOf:
                return Computed(() => Type());
            default:
                return new LiteralSyntax(Literal("a type"));
        }
    }

    private TypeSyntax Readonly()
    {
        tokens.Enter();
        tokens.Advance();
        var type = Single(Primary());
        tokens.Leave();
        return type;
    }

    private object Literal(string expected)
    {
        switch (tokens.Current.Kind)
        {
            case TokenKind.True:
            case TokenKind.False:
                return tokens.Advance().Kind == TokenKind.True;
            case TokenKind.String:
                return LuaLiterals.Text(tokens.BytesOf(tokens.Advance()));
            case TokenKind.Minus when tokens.Peek(1).Kind == TokenKind.Number:
                tokens.Advance();
                return LuaLiterals.Negative(LuaLiterals.Number(tokens.BytesOf(tokens.Advance())));
            case TokenKind.Number:
                return LuaLiterals.Number(tokens.BytesOf(tokens.Advance()));
            default:
                throw tokens.Unexpected(expected);
        }
    }

    private NameSyntax Name()
    {
        var first = tokens.TextOf(tokens.Advance());
        string? qualifier = null;
        if (tokens.Accept(TokenKind.Dot))
        {
            qualifier = first;
            first = tokens.TextOf(tokens.ExpectFieldName());
        }
        // So that "n as number < 5" is a comparison.
        if (!tokens.At(TokenKind.Less) || (qualifier is null && first is "number" or "integer" or "string" or "boolean" or "any" or "unknown" or "never"))
        {
            return new NameSyntax(qualifier, first, []);
        }
        var opening = tokens.Advance();
        var arguments = new List<TypeSyntax>();
        do arguments.Add(Type());
        while (tokens.Accept(TokenKind.Comma));
        tokens.ExpectGreater(opening);
        return new NameSyntax(qualifier, first, arguments);
    }

    // An empty record, a record, a map or an array.
    private TypeSyntax Braces()
    {
        var opening = tokens.Advance();
        if (tokens.Accept(TokenKind.OpenBracket))
        {
            var key = Type();
            tokens.Expect(TokenKind.CloseBracket);
            tokens.Expect(TokenKind.Colon);
            var value = Type();
            tokens.Accept(TokenKind.Comma);
            tokens.ExpectClosing(TokenKind.CloseBrace, opening);
            return new MapSyntax(key, value);
        }
        if (tokens.At(TokenKind.CloseBrace) || AtNamed()) return new RecordSyntax(Fields(opening), [], IsInterface: false);
        var element = Type();
        tokens.ExpectClosing(TokenKind.CloseBrace, opening);
        return new ArraySyntax(element);
    }

    private RecordSyntax Interface()
    {
        var opening = tokens.Expect(TokenKind.OpenBrace);
        return new RecordSyntax(Fields(opening), [], IsInterface: true);
    }

    // Fields up to and with the closing brace.
    private List<FieldSyntax> Fields(Token opening)
    {
        var fields = new List<FieldSyntax>();
        while (!tokens.At(TokenKind.CloseBrace))
        {
            var name = tokens.TextOf(tokens.ExpectFieldName());
            var isOptional = tokens.Accept(TokenKind.Question);
            tokens.Expect(TokenKind.Colon);
            fields.Add(new FieldSyntax(name, isOptional ? new OptionalSyntax(Type()) : Type()));
            if (!tokens.Accept(TokenKind.Comma)) break;
        }
        tokens.ExpectClosing(TokenKind.CloseBrace, opening);
        return fields;
    }

    // At "name :" or "name ? :".
    private bool AtNamed() => TokenKinds.IsFieldName(tokens.Current.Kind)
        && (tokens.Peek(1).Kind == TokenKind.Colon || (tokens.Peek(1).Kind == TokenKind.Question && tokens.Peek(2).Kind == TokenKind.Colon));

    // A function type, a type in parentheses, or a list of results.
    private TypeSyntax Parentheses()
    {
        var parameters = Parameters();
        if (tokens.Accept(TokenKind.Arrow)) return new FunctionSyntax(parameters, Result());
        if (parameters.Any(parameter => parameter.Name is not null || parameter.IsVariadic)) throw tokens.Unexpected("'->' of a function type");
        return parameters.Count == 1 ? parameters[0].Type : new TupleSyntax([.. parameters.Select(parameter => parameter.Type)]);
    }

    private List<ParameterSyntax> Parameters()
    {
        var opening = tokens.Expect(TokenKind.OpenParenthesis);
        var parameters = new List<ParameterSyntax>();
        if (!tokens.At(TokenKind.CloseParenthesis))
        {
            do parameters.Add(Parameter());
            while (tokens.Accept(TokenKind.Comma));
        }
        tokens.ExpectClosing(TokenKind.CloseParenthesis, opening);
        return parameters;
    }

    private ParameterSyntax Parameter()
    {
        var isVariadic = tokens.Accept(TokenKind.Ellipsis);
        string? name = null;
        var isOptional = false;
        if (AtNamed())
        {
            name = tokens.TextOf(tokens.Advance());
            isOptional = tokens.Accept(TokenKind.Question);
            tokens.Advance();
        }
        else if (isVariadic && !tokens.Accept(TokenKind.Colon) && !TokenKinds.CanStartType(tokens.Current.Kind))
        {
            return new ParameterSyntax(null, isVariadic, new NameSyntax(null, "any", []));
        }
        return new ParameterSyntax(name, isVariadic, isOptional ? new OptionalSyntax(Type()) : Type());
    }

    private ComputedSyntax Computed(Action skipOperand)
    {
        tokens.Advance();
        var opening = tokens.Expect(TokenKind.OpenParenthesis);
        skipOperand();
        tokens.ExpectClosing(TokenKind.CloseParenthesis, opening);
        return ComputedSyntax.Instance;
    }
}
