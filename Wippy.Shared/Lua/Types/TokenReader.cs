using System.Text;

namespace Wippy.Shared.Lua.Types;

/// <summary>
/// A walk through the tokens of one source, forward only: nothing is ever read twice, which makes the parsers linear.
/// </summary>
internal sealed class TokenReader
{
    /// <summary>Blocks, parentheses and types inside one another; Lua itself stops at 200.</summary>
    public const int MaxDepth = 200;

    private const int QuotedBytes = 40;

    private readonly byte[] _source;
    private readonly Token[] _tokens;
    private readonly FrontEndException? _invalid;
    private int _position;
    private int _depth;

    public TokenReader(byte[] source)
    {
        _source = source;
        var lexer = new Lexer(source);
        _tokens = lexer.Read();
        _invalid = lexer.Error;
    }

    /// <summary>All tokens, the last of which is the end. Where <c>&gt;&gt;</c> closed two type lists, the second <c>&gt;</c> only.</summary>
    public ReadOnlySpan<Token> Tokens => _tokens;

    /// <summary>Tokens looked at, again and again counted: a measure of the work done.</summary>
    public long Steps { get; private set; }

    /// <summary>Offset behind what has been read.</summary>
    public int EndOfRead { get; private set; }

    public Token Current => Peek(0);

    /// <summary>Whether a line ends between the token before and this one.</summary>
    public bool IsOnNewLine => _source.AsSpan(EndOfRead..Current.Start).IndexOfAny((byte)'\n', (byte)'\r') >= 0;

    /// <summary>A token ahead; 0 is the current one.</summary>
    public Token Peek(int ahead)
    {
        Steps++;
        return _tokens[Math.Min(_position + ahead, _tokens.Length - 1)];
    }

    public bool At(TokenKind kind) => Current.Kind == kind;

    /// <summary>Steps over the current token.</summary>
    /// <returns>It.</returns>
    public Token Advance()
    {
        var token = Current;
        if (token.Kind is TokenKind.Invalid) throw _invalid!;
        if (token.Kind is not TokenKind.End) _position++;
        EndOfRead = token.End;
        return token;
    }

    /// <summary>Steps over the current token if it is of this kind.</summary>
    public bool Accept(TokenKind kind)
    {
        if (!At(kind)) return false;
        Advance();
        return true;
    }

    /// <summary>Steps over a token that must be here.</summary>
    public Token Expect(TokenKind kind) => At(kind) ? Advance() : throw Unexpected($"'{TokenKinds.TextOf(kind)}'");

    /// <summary>Steps over the token that closes what another opened.</summary>
    public void ExpectClosing(TokenKind kind, Token opening)
    {
        if (Accept(kind)) return;
        var where = opening.Line == Current.Line ? "" : $" at line {opening.Line}";
        throw Unexpected($"'{TokenKinds.TextOf(kind)}' to close {Quote(opening)}{where}");
    }

    /// <summary>Steps over a name.</summary>
    /// <param name="what">What it is the name of, for the error.</param>
    public Token ExpectName(string what)
    {
        if (At(TokenKind.Name)) return Advance();
        throw Unexpected(TokenKinds.IsFieldName(Current.Kind) || Current.Kind is TokenKind.Fun or TokenKind.TypeOf
            ? $"{what} ({Quote(Current)} is a reserved word)"
            : what);
    }

    /// <summary>Steps over the name of a field, which may be some of the reserved words.</summary>
    public Token ExpectFieldName() => TokenKinds.IsFieldName(Current.Kind) ? Advance() : throw Unexpected("a field name");

    /// <summary>Steps over a <c>&gt;</c>, which may be the first character of <c>&gt;&gt;</c> or <c>&gt;=</c>.</summary>
    public void ExpectGreater(Token opening)
    {
        var token = Current;
        var rest = token.Kind switch
        {
            TokenKind.ShiftRight => TokenKind.Greater,
            TokenKind.GreaterOrEqual => TokenKind.Assign,
            _ => TokenKind.End,
        };
        if (rest == TokenKind.End) ExpectClosing(TokenKind.Greater, opening);
        else
        {
            _tokens[_position] = new Token(rest, token.Start + 1, 1, token.Line);
            EndOfRead = token.Start + 1;
        }
    }

    /// <summary>Goes one level down; the caller leaves it with <see cref="Leave"/>.</summary>
    public void Enter()
    {
        if (++_depth > MaxDepth) throw Error(Current, $"too many levels inside one another, the limit is {MaxDepth}");
    }

    public void Leave() => _depth--;

    public ReadOnlySpan<byte> BytesOf(Token token) => _source.AsSpan(token.Start, token.Length);

    public string TextOf(Token token) => Encoding.UTF8.GetString(BytesOf(token));

    /// <summary>Whether it is this name.</summary>
    public bool Is(Token token, ReadOnlySpan<byte> name) => token.Kind == TokenKind.Name && BytesOf(token).SequenceEqual(name);

    /// <summary>The error that the current token is not what must be here.</summary>
    public FrontEndException Unexpected(string expected) =>
        At(TokenKind.Invalid) ? _invalid! : Error(Current, $"unexpected {Quote(Current)}, expected {expected}");

    public static FrontEndException Error(Token at, string message) => new(at.Start, at.Line, message);

    /// <summary>Text of a source in quotes, on one line and cut if long.</summary>
    public static string Quote(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny((byte)'\n', (byte)'\r');
        var shown = text[..Math.Min(end < 0 ? text.Length : end, QuotedBytes)];
        var builder = new StringBuilder("'");
        // A hostile source must not reach a log with control characters in it.
        foreach (var c in Encoding.UTF8.GetString(shown)) builder.Append(char.IsControl(c) ? '\uFFFD' : c);
        return builder.Append(shown.Length < text.Length ? "...'" : "'").ToString();
    }

    private string Quote(Token token) => token.Kind == TokenKind.End ? "end of file" : Quote(BytesOf(token));
}
