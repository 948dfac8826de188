namespace Wippy.Shared.Lua.Types;

/// <summary>
/// Source bytes to tokens (Lua 5.4 reference manual §3.1; with its escapes). What is no token
/// becomes <see cref="TokenKind.Invalid"/> and ends the list, so that an earlier error of the parser is the one reported.
/// </summary>
internal ref struct Lexer(ReadOnlySpan<byte> source)
{
    private readonly ReadOnlySpan<byte> _source = source;
    private readonly List<Token> _tokens = new(source.Length / 4 + 2);
    private int _position;
    private int _line = 1;

    /// <summary>Why the last token but one is invalid, and where; null if none is.</summary>
    public FrontEndException? Error { get; private set; }

    /// <summary>Reads everything. The last token is always <see cref="TokenKind.End"/>.</summary>
    public Token[] Read()
    {
        if (_source.StartsWith("#!"u8)) SkipLine();
        while (Error is null && SkipSpace()) ReadToken();
        _tokens.Add(new Token(TokenKind.End, _source.Length, 0, _line));
        return [.. _tokens];
    }

    private readonly byte Byte(int ahead) => _position + ahead < _source.Length ? _source[_position + ahead] : (byte)0;

    private static bool IsNameStart(byte c) => char.IsAsciiLetter((char)c) || c == '_';

    private static bool IsNamePart(byte c) => char.IsAsciiLetterOrDigit((char)c) || c == '_';

    // False at the end of the source.
    private bool SkipSpace()
    {
        while (_position < _source.Length)
        {
            switch (_source[_position])
            {
                case (byte)'\n' or (byte)'\r':
                    SkipLineBreak();
                    break;
                case (byte)' ' or (byte)'\t' or (byte)'\v' or (byte)'\f':
                    _position++;
                    break;
                case (byte)'-' when Byte(1) == '-':
                    SkipComment();
                    break;
                default:
                    return true;
            }
        }
        return false;
    }

    // \r\n and \n\r count as one, as in Lua.
    private void SkipLineBreak()
    {
        var first = _source[_position++];
        if (Byte(0) is (byte)'\n' or (byte)'\r' && _position < _source.Length && _source[_position] != first) _position++;
        _line++;
    }

    private void SkipLine()
    {
        var length = _source[_position..].IndexOfAny((byte)'\n', (byte)'\r');
        _position = length < 0 ? _source.Length : _position + length;
    }

    private void SkipComment()
    {
        var start = _position;
        var line = _line;
        _position += 2;
        if (!TryLongBracket(out var level)) SkipLine();
        else if (!SkipLongText(level)) Fail(start, line, "unfinished long comment");
    }

    // At [[, [=[ and so on: steps behind it.
    private bool TryLongBracket(out int level)
    {
        level = 0;
        if (Byte(0) != '[') return false;
        while (Byte(1 + level) == '=') level++;
        if (Byte(1 + level) != '[') return false;
        _position += level + 2;
        return true;
    }

    // To behind the closing bracket of that level; false if there is none.
    private bool SkipLongText(int level)
    {
        while (_position < _source.Length)
        {
            var c = _source[_position];
            if (c is (byte)'\n' or (byte)'\r')
            {
                SkipLineBreak();
                continue;
            }
            _position++;
            if (c != ']') continue;
            var equals = 0;
            while (Byte(equals) == '=') equals++;
            if (equals == level && Byte(equals) == ']')
            {
                _position += equals + 1;
                return true;
            }
            _position += equals;
        }
        return false;
    }

    private void ReadToken()
    {
        var start = _position;
        var line = _line;
        var c = _source[_position];
        TokenKind kind;
        if (IsNameStart(c))
        {
            while (IsNamePart(Byte(0))) _position++;
            kind = TokenKinds.OfName(_source[start.._position]);
        }
        else if (char.IsAsciiDigit((char)c) || (c == '.' && char.IsAsciiDigit((char)Byte(1))))
        {
            ReadNumber(start);
            kind = TokenKind.Number;
        }
        else if (c is (byte)'"' or (byte)'\'')
        {
            ReadString(c, start, line);
            kind = TokenKind.String;
        }
        else if (c == '[' && TryLongBracket(out var level))
        {
            if (!SkipLongText(level)) Fail(start, line, "unfinished long string");
            kind = TokenKind.String;
        }
        else
        {
            kind = ReadSymbol(c);
        }
        if (Error is null) _tokens.Add(new Token(kind, start, _position - start, line));
    }

    // Takes in everything that looks like one number, then judges it, as Lua does.
    private void ReadNumber(int start)
    {
        var isHex = Byte(0) == '0' && (Byte(1) | 0x20) == 'x';
        if (isHex) _position += 2;
        var exponent = isHex ? 'p' : 'e';
        while (true)
        {
            if ((Byte(0) | 0x20) == exponent) _position += Byte(1) is (byte)'+' or (byte)'-' ? 2 : 1;
            else if (char.IsAsciiHexDigit((char)Byte(0)) || Byte(0) == '.') _position++;
            else break;
        }
        while (IsNamePart(Byte(0))) _position++;
        var text = _source[start.._position];
        if (!IsNumber(text[(isHex ? 2 : 0)..], isHex, exponent)) Fail(start, _line, $"malformed number {TokenReader.Quote(text)}");
    }

    private static bool IsNumber(ReadOnlySpan<byte> text, bool isHex, char exponent)
    {
        var digits = 0;
        var points = 0;
        var i = 0;
        for (; i < text.Length; i++)
        {
            if (isHex ? char.IsAsciiHexDigit((char)text[i]) : char.IsAsciiDigit((char)text[i])) digits++;
            else if (text[i] == '.') points++;
            else break;
        }
        if (digits == 0 || points > 1) return false;
        if (i == text.Length) return true;
        if ((text[i++] | 0x20) != exponent) return false;
        if (i < text.Length && text[i] is (byte)'+' or (byte)'-') i++;
        return i < text.Length && text[i..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    private void ReadString(byte quote, int start, int line)
    {
        _position++;
        while (_position < _source.Length)
        {
            var c = _source[_position];
            if (c == quote)
            {
                _position++;
                return;
            }
            if (c is (byte)'\n' or (byte)'\r') break;
            if (c != '\\')
            {
                _position++;
                continue;
            }
            if (!SkipEscape()) return;
        }
        Fail(start, line, $"unfinished string {TokenReader.Quote(_source[start.._position])}");
    }

    private bool SkipEscape()
    {
        var start = _position++;
        var c = Byte(0);
        if (c is (byte)'\n' or (byte)'\r')
        {
            SkipLineBreak();
            return true;
        }
        if (char.IsAsciiDigit((char)c))
        {
            var value = 0;
            for (var digits = 0; digits < 3 && char.IsAsciiDigit((char)Byte(0)); digits++) value = value * 10 + _source[_position++] - '0';
            if (value <= byte.MaxValue) return true;
            Fail(start, _line, $"escape '\\{value}' is too large, a byte goes to \\255");
            return false;
        }
        if (_position < _source.Length && "abfnrtv\\\"'"u8.Contains(c))
        {
            _position++;
            return true;
        }
        switch ((char)c)
        {
            case 'x' when char.IsAsciiHexDigit((char)Byte(1)) && char.IsAsciiHexDigit((char)Byte(2)):
                _position += 3;
                return true;
            case 'x':
                Fail(start, _line, "escape '\\x' needs two hexadecimal digits");
                return false;
            case 'u':
                return SkipCodePoint(start);
            case 'z':
                SkipBlanks();
                return true;
        }
        var shown = _position < _source.Length ? TokenReader.Quote(_source.Slice(start, 2)) : "at the end of the file";
        Fail(start, _line, $"invalid escape {shown}, expected one of \\a \\b \\f \\n \\r \\t \\v \\\\ \\\" \\' \\ddd \\x \\u \\z");
        return false;
    }

    // \u{XXX}: as in Lua 5.4 up to 31 bits.
    private bool SkipCodePoint(int start)
    {
        _position++;
        var value = 0L;
        var digits = 0;
        if (Byte(0) == '{')
        {
            for (_position++; char.IsAsciiHexDigit((char)Byte(0)) && value <= int.MaxValue; digits++) value = (value << 4) + Convert.ToInt32(((char)_source[_position++]).ToString(), 16);
            if (digits > 0 && value <= int.MaxValue && Byte(0) == '}')
            {
                _position++;
                return true;
            }
        }
        Fail(start, _line, value > int.MaxValue ? "escape '\\u{...}' is too large" : "escape '\\u' needs hexadecimal digits in braces");
        return false;
    }

    // Behind \z: what stands between it and the next character that is no white space.
    private void SkipBlanks()
    {
        _position++;
        while (Byte(0) is var c && c is (byte)' ' or (byte)'\t' or (byte)'\v' or (byte)'\f' or (byte)'\n' or (byte)'\r')
        {
            if (c is (byte)'\n' or (byte)'\r') SkipLineBreak();
            else _position++;
        }
    }

    private TokenKind ReadSymbol(byte c)
    {
        var (kind, length) = ((char)c, (char)Byte(1)) switch
        {
            ('/', '/') => (TokenKind.DoubleSlash, 2),
            ('<', '<') => (TokenKind.ShiftLeft, 2),
            ('>', '>') => (TokenKind.ShiftRight, 2),
            ('=', '=') => (TokenKind.Equal, 2),
            ('~', '=') => (TokenKind.NotEqual, 2),
            ('<', '=') => (TokenKind.LessOrEqual, 2),
            ('>', '=') => (TokenKind.GreaterOrEqual, 2),
            (':', ':') => (TokenKind.DoubleColon, 2),
            ('-', '>') => (TokenKind.Arrow, 2),
            ('.', '.') => Byte(2) == '.' ? (TokenKind.Ellipsis, 3) : (TokenKind.Concat, 2),
            ('+', _) => (TokenKind.Plus, 1),
            ('-', _) => (TokenKind.Minus, 1),
            ('*', _) => (TokenKind.Star, 1),
            ('/', _) => (TokenKind.Slash, 1),
            ('%', _) => (TokenKind.Percent, 1),
            ('^', _) => (TokenKind.Caret, 1),
            ('#', _) => (TokenKind.Hash, 1),
            ('&', _) => (TokenKind.Ampersand, 1),
            ('~', _) => (TokenKind.Tilde, 1),
            ('|', _) => (TokenKind.Pipe, 1),
            ('<', _) => (TokenKind.Less, 1),
            ('>', _) => (TokenKind.Greater, 1),
            ('=', _) => (TokenKind.Assign, 1),
            ('(', _) => (TokenKind.OpenParenthesis, 1),
            (')', _) => (TokenKind.CloseParenthesis, 1),
            ('{', _) => (TokenKind.OpenBrace, 1),
            ('}', _) => (TokenKind.CloseBrace, 1),
            ('[', _) => (TokenKind.OpenBracket, 1),
            (']', _) => (TokenKind.CloseBracket, 1),
            (';', _) => (TokenKind.Semicolon, 1),
            (':', _) => (TokenKind.Colon, 1),
            (',', _) => (TokenKind.Comma, 1),
            ('.', _) => (TokenKind.Dot, 1),
            ('?', _) => (TokenKind.Question, 1),
            ('@', _) => (TokenKind.At, 1),
            ('!', _) => (TokenKind.Bang, 1),
            _ => (TokenKind.Invalid, 1),
        };
        if (kind == TokenKind.Invalid) Fail(_position, _line, $"unexpected {TokenReader.Quote(_source.Slice(_position, CharacterLength(c)))}");
        _position += length;
        return kind;
    }

    // Bytes of the UTF-8 character that begins with this byte, as far as they are there.
    private readonly int CharacterLength(byte first)
    {
        var length = first switch { >= 0xf0 => 4, >= 0xe0 => 3, >= 0xc0 => 2, _ => 1 };
        return Math.Min(length, _source.Length - _position);
    }

    private void Fail(int offset, int line, string message)
    {
        if (Error is not null) return;
        Error = new FrontEndException(offset, line, message);
        _tokens.Add(new Token(TokenKind.Invalid, offset, 0, line));
    }
}
