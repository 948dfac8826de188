
namespace Wippy.Shared.Lua.Types;

/// <summary>Kinds of tokens: those of Lua 5.4 and what the type syntax adds.</summary>
internal enum TokenKind : byte
{
    End,
    Invalid,
    Name,
    Number,
    String,

    And, Break, Do, Else, ElseIf, EndWord, False, For, Function, Goto, If, In, Local, Nil, Not, Or, Repeat, Return, Then, True, Until, While,
    As, Asserts, Extends, Fun, Interface, Is, KeyOf, Readonly, TypeOf,

    Plus, Minus, Star, Slash, DoubleSlash, Percent, Caret, Hash, Ampersand, Tilde, Pipe, ShiftLeft, ShiftRight,
    Equal, NotEqual, LessOrEqual, GreaterOrEqual, Less, Greater, Assign,
    OpenParenthesis, CloseParenthesis, OpenBrace, CloseBrace, OpenBracket, CloseBracket,
    DoubleColon, Semicolon, Colon, Comma, Dot, Concat, Ellipsis,
    Arrow, Question, At, Bang,
}

/// <summary>How the kinds of tokens are written.</summary>
internal static class TokenKinds
{
    // Numbers rather than kinds: the platform has such a dictionary ready when a program starts.
    private static readonly Dictionary<string, int> Words = new(StringComparer.Ordinal);

    private static readonly int LongestWord;

    static TokenKinds()
    {
        for (var word = TokenKind.And; word <= TokenKind.TypeOf; word++) Words.Add(TextOf(word), (int)word);
        LongestWord = Words.Keys.Max(word => word.Length);
    }

    /// <summary>How it is written; for kinds that are always written alike.</summary>
    public static string TextOf(TokenKind kind) => kind switch
    {
        TokenKind.And => "and", TokenKind.Break => "break", TokenKind.Do => "do", TokenKind.Else => "else", TokenKind.ElseIf => "elseif",
        TokenKind.EndWord => "end", TokenKind.False => "false", TokenKind.For => "for", TokenKind.Function => "function", TokenKind.Goto => "goto",
        TokenKind.If => "if", TokenKind.In => "in", TokenKind.Local => "local", TokenKind.Nil => "nil", TokenKind.Not => "not",
        TokenKind.Or => "or", TokenKind.Repeat => "repeat", TokenKind.Return => "return", TokenKind.Then => "then", TokenKind.True => "true",
        TokenKind.Until => "until", TokenKind.While => "while",
        TokenKind.As => "as", TokenKind.Asserts => "asserts", TokenKind.Extends => "extends", TokenKind.Fun => "fun",
        TokenKind.Interface => "interface", TokenKind.Is => "is", TokenKind.KeyOf => "keyof", TokenKind.Readonly => "readonly", TokenKind.TypeOf => "typeof",
        TokenKind.Plus => "+", TokenKind.Minus => "-", TokenKind.Star => "*", TokenKind.Slash => "/", TokenKind.DoubleSlash => "//",
        TokenKind.Percent => "%", TokenKind.Caret => "^", TokenKind.Hash => "#", TokenKind.Ampersand => "&", TokenKind.Tilde => "~",
        TokenKind.Pipe => "|", TokenKind.ShiftLeft => "<<", TokenKind.ShiftRight => ">>", TokenKind.Equal => "==", TokenKind.NotEqual => "~=",
        TokenKind.LessOrEqual => "<=", TokenKind.GreaterOrEqual => ">=", TokenKind.Less => "<", TokenKind.Greater => ">", TokenKind.Assign => "=",
        TokenKind.OpenParenthesis => "(", TokenKind.CloseParenthesis => ")", TokenKind.OpenBrace => "{", TokenKind.CloseBrace => "}",
        TokenKind.OpenBracket => "[", TokenKind.CloseBracket => "]", TokenKind.DoubleColon => "::", TokenKind.Semicolon => ";",
        TokenKind.Colon => ":", TokenKind.Comma => ",", TokenKind.Dot => ".", TokenKind.Concat => "..", TokenKind.Ellipsis => "...",
        TokenKind.Arrow => "->", TokenKind.Question => "?", TokenKind.At => "@", TokenKind.Bang => "!",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "is not always written alike"),
    };

    /// <summary>The reserved word, or <see cref="TokenKind.Name"/>.</summary>
    /// <param name="name">ASCII.</param>
    public static TokenKind OfName(ReadOnlySpan<byte> name)
    {
        if (name.Length > LongestWord) return TokenKind.Name;
        Span<char> text = stackalloc char[name.Length];
        for (var i = 0; i < name.Length; i++) text[i] = (char)name[i];
        return Words.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var word) ? (TokenKind)word : TokenKind.Name;
    }

    /// <summary>Whether it may name a field, method or table key (reference: lua-environment §3).</summary>
    public static bool IsFieldName(TokenKind kind) => kind is TokenKind.Name or TokenKind.Interface or TokenKind.Readonly
        or TokenKind.As or TokenKind.Asserts or TokenKind.Is or TokenKind.KeyOf or TokenKind.Extends;

    public static bool IsUnaryOperator(TokenKind kind) => kind is TokenKind.Not or TokenKind.Minus or TokenKind.Hash or TokenKind.Tilde;

    public static bool IsBinaryOperator(TokenKind kind) =>
        kind is (>= TokenKind.Plus and <= TokenKind.Greater and not TokenKind.Hash) or TokenKind.Concat or TokenKind.And or TokenKind.Or;

    /// <summary>Whether a type may begin with it.</summary>
    public static bool CanStartType(TokenKind kind) => kind is TokenKind.Name or TokenKind.Nil or TokenKind.True or TokenKind.False
        or TokenKind.String or TokenKind.Number or TokenKind.Minus or TokenKind.Function or TokenKind.OpenBrace or TokenKind.OpenParenthesis
        or TokenKind.Pipe or TokenKind.Fun or TokenKind.Interface or TokenKind.Readonly or TokenKind.Asserts or TokenKind.TypeOf or TokenKind.KeyOf;
}
