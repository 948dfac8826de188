using System.Globalization;
using System.Text;

namespace Wippy.Shared.Security.Expressions;

/// <summary>The kinds of <see cref="ExpressionToken"/>.</summary>
internal enum ExpressionTokenKind
{
    End,
    Name,
    Number,
    Text,

    /// <summary>An operator, a bracket, or an operator that is a word, such as <c>and</c>.</summary>
    Symbol,
}

/// <summary>One word of an expression.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As written; of a text its value.</param>
/// <param name="Offset">Characters before it.</param>
/// <param name="Number">The value of a number: long or double.</param>
internal readonly record struct ExpressionToken(ExpressionTokenKind Kind, string Text, int Offset, object? Number = null);

/// <summary>Splits an expression into words.</summary>
internal static class ExpressionLexer
{
    private static readonly string[] Symbols = ["==", "!=", "<=", ">=", "&&", "||", "??", "?.", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", ".", ",", "(", ")", "[", "]"];

    private static readonly HashSet<string> Words = ["and", "or", "not", "in", "contains", "startsWith", "endsWith", "matches"];

    /// <summary>All words; the last one is <see cref="ExpressionTokenKind.End"/>.</summary>
    /// <exception cref="ExpressionException">Something is no word.</exception>
    public static List<ExpressionToken> Read(string source)
    {
        var tokens = new List<ExpressionToken>();
        var i = 0;
        while (true)
        {
            while (i < source.Length && char.IsWhiteSpace(source[i])) i++;
            if (i == source.Length)
            {
                tokens.Add(new ExpressionToken(ExpressionTokenKind.End, "the end", i));
                return tokens;
            }
            tokens.Add(Next(source, ref i));
        }
    }

    private static ExpressionToken Next(string source, ref int i)
    {
        var start = i;
        var c = source[i];
        if (char.IsAsciiLetter(c) || c == '_')
        {
            while (i < source.Length && (char.IsAsciiLetterOrDigit(source[i]) || source[i] == '_')) i++;
            var word = source[start..i];
            return new ExpressionToken(Words.Contains(word) ? ExpressionTokenKind.Symbol : ExpressionTokenKind.Name, word, start);
        }
        if (char.IsAsciiDigit(c)) return ReadNumber(source, ref i);
        if (c is '"' or '\'') return ReadText(source, ref i);
        foreach (var symbol in Symbols)
        {
            if (!source.AsSpan(i).StartsWith(symbol, StringComparison.Ordinal)) continue;
            i += symbol.Length;
            return new ExpressionToken(ExpressionTokenKind.Symbol, symbol, start);
        }
        throw new ExpressionException(start, $"unexpected character '{c}'");
    }

    private static ExpressionToken ReadNumber(string source, ref int i)
    {
        var start = i;
        var isWhole = true;
        while (i < source.Length && (char.IsAsciiLetterOrDigit(source[i]) || source[i] == '.' || (source[i] is '+' or '-' && source[i - 1] is 'e' or 'E')))
        {
            isWhole &= char.IsAsciiDigit(source[i]);
            i++;
        }
        var text = source[start..i];
        if (isWhole && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole)) return new ExpressionToken(ExpressionTokenKind.Number, text, start, whole);
        return double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? new ExpressionToken(ExpressionTokenKind.Number, text, start, number)
            : throw new ExpressionException(start, $"'{text}' is not a number");
    }

    private static ExpressionToken ReadText(string source, ref int i)
    {
        var start = i;
        var quote = source[i++];
        var text = new StringBuilder();
        while (i < source.Length && source[i] != quote)
        {
            if (source[i] != '\\')
            {
                text.Append(source[i++]);
                continue;
            }
            text.Append((i + 1 < source.Length ? source[i + 1] : '\0') switch
            {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '\\' => '\\',
                '\'' => '\'',
                '"' => '"',
                _ => throw new ExpressionException(i, @"unknown escape; there are \n \r \t \\ \' and \"""),
            });
            i += 2;
        }
        if (i == source.Length) throw new ExpressionException(start, $"text without its closing {quote}");
        i++;
        return new ExpressionToken(ExpressionTokenKind.Text, text.ToString(), start);
    }
}
