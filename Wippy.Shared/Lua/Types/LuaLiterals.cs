using System.Globalization;
using System.Text;

namespace Wippy.Shared.Lua.Types;

/// <summary>Values of literals as the lexer accepts them.</summary>
internal static class LuaLiterals
{
    /// <summary>A long if it has neither point nor exponent and fits, else a double.</summary>
    public static object Number(ReadOnlySpan<byte> literal)
    {
        var text = Encoding.ASCII.GetString(literal);
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) return Hexadecimal(text.AsSpan(2));
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var integer)) return integer;
        return double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>Minus a value of <see cref="Number"/>.</summary>
    public static object Negative(object number) => number is long integer ? (object)unchecked(-integer) : -(double)number;

    /// <summary>The bytes of a string literal, one character per byte.</summary>
    public static string Text(ReadOnlySpan<byte> literal)
    {
        if (literal[0] == '[') return LongText(literal);
        var result = new StringBuilder();
        literal = literal[1..^1];
        for (var i = 0; i < literal.Length; i++)
        {
            if (literal[i] != '\\')
            {
                result.Append((char)literal[i]);
                continue;
            }
            var c = (char)literal[++i];
            if (char.IsAsciiDigit(c))
            {
                var value = 0;
                var end = Math.Min(i + 3, literal.Length);
                while (i < end && char.IsAsciiDigit((char)literal[i])) value = value * 10 + literal[i++] - '0';
                i--;
                result.Append((char)value);
            }
            else if (c is '\n' or '\r')
            {
                if (i + 1 < literal.Length && literal[i + 1] is (byte)'\n' or (byte)'\r' && literal[i + 1] != c) i++;
                result.Append('\n');
            }
            else if (c == 'x')
            {
                result.Append((char)Convert.ToInt32(Encoding.ASCII.GetString(literal.Slice(i + 1, 2)), 16));
                i += 2;
            }
            else if (c == 'u')
            {
                var end = i + literal[i..].IndexOf((byte)'}');
                AppendCodePoint(result, Convert.ToInt32(Encoding.ASCII.GetString(literal[(i + 2)..end]), 16));
                i = end;
            }
            else if (c == 'z')
            {
                while (i + 1 < literal.Length && literal[i + 1] is (byte)' ' or >= (byte)'\t' and <= (byte)'\r') i++;
            }
            else
            {
                result.Append(c switch { 'a' => '\a', 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', 'v' => '\v', _ => c });
            }
        }
        return result.ToString();
    }

    // UTF-8 as Lua 5.4 writes it: up to six bytes, for 31 bits.
    private static void AppendCodePoint(StringBuilder result, int value)
    {
        if (value < 0x80)
        {
            result.Append((char)value);
            return;
        }
        var length = value switch { < 0x800 => 2, < 0x10000 => 3, < 0x200000 => 4, < 0x4000000 => 5, _ => 6 };
        result.Append((char)(byte)(0xff << (8 - length) | value >> (6 * (length - 1))));
        for (var rest = length - 2; rest >= 0; rest--) result.Append((char)(0x80 | value >> (6 * rest) & 0x3f));
    }

    // A line break right behind the opening bracket is not part of it.
    private static string LongText(ReadOnlySpan<byte> literal)
    {
        var bracket = literal[1..].IndexOf((byte)'[') + 2;
        var text = Encoding.Latin1.GetString(literal[bracket..^bracket]).ReplaceLineEndings("\n");
        return text.StartsWith('\n') ? text[1..] : text;
    }

    // Integers wrap; a point or an exponent of two makes a double.
    private static object Hexadecimal(ReadOnlySpan<char> digits)
    {
        var exponentAt = digits.IndexOfAny('p', 'P');
        var mantissa = exponentAt < 0 ? digits : digits[..exponentAt];
        if (exponentAt < 0 && !mantissa.Contains('.'))
        {
            var integer = 0L;
            foreach (var digit in mantissa) integer = unchecked((integer << 4) | (long)Convert.ToInt32(digit.ToString(), 16));
            return integer;
        }
        var value = 0.0;
        var scale = 0;
        var isFraction = false;
        foreach (var digit in mantissa)
        {
            if (digit == '.')
            {
                isFraction = true;
                continue;
            }
            value = value * 16 + Convert.ToInt32(digit.ToString(), 16);
            if (isFraction) scale -= 4;
        }
        var exponent = exponentAt < 0 ? 0 : int.TryParse(digits[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var given) ? given : 0;
        return Math.ScaleB(value, scale + exponent);
    }
}
