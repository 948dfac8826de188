using System.Globalization;

namespace Wippy.Shared.Registry;

/// <summary>
/// Durations as Go writes them: <c>500ms</c>, <c>1m30s</c>, <c>-1.5h</c>. Same grammar, rounding and range as Go's
/// <c>time.ParseDuration</c> and <c>Duration.String</c>: signed 64-bit nanoseconds.
/// </summary>
internal static class GoDuration
{
    private const long Microsecond = 1_000;
    private const long Millisecond = 1_000 * Microsecond;
    private const long Second = 1_000 * Millisecond;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;

    /// <summary>The absolute value of <see cref="long.MinValue"/>, which only a negative duration may reach.</summary>
    private const ulong Limit = 1UL << 63;

    /// <summary>Parses an optional sign and one or more numbers, each with a unit; a bare number only if it is <c>0</c>.</summary>
    /// <returns>False for anything else, or out of range.</returns>
    public static bool TryParse(string? text, out long nanoseconds)
    {
        nanoseconds = 0;
        if (string.IsNullOrEmpty(text)) return false;

        var rest = text.AsSpan();
        var negative = rest[0] == '-';
        if (rest[0] is '-' or '+') rest = rest[1..];
        if (rest is "0") return true;
        if (rest.IsEmpty) return false;

        ulong total = 0;
        while (!rest.IsEmpty)
        {
            if (!TryTakeTerm(ref rest, out var term)) return false;
            if (term > Limit - total) return false;
            total += term;
        }
        if (!negative && total == Limit) return false;
        nanoseconds = negative ? unchecked(-(long)total) : (long)total;
        return true;
    }

    /// <summary>As the other overload, cut to <see cref="TimeSpan"/>'s unit of 100 ns.</summary>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        var parsed = TryParse(text, out long nanoseconds);
        duration = TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
        return parsed;
    }

    /// <summary>The shortest form: <c>0s</c>, <c>1.5ms</c>, <c>2m0s</c>, <c>1h0m0.25s</c>.</summary>
    public static string Format(long nanoseconds)
    {
        if (nanoseconds == 0) return "0s";
        var sign = nanoseconds < 0 ? "-" : "";
        var value = nanoseconds < 0 ? unchecked((ulong)-nanoseconds) : (ulong)nanoseconds;
        if (value < Microsecond) return $"{sign}{value}ns";
        if (value < Millisecond) return $"{sign}{Decimal(value, Microsecond)}µs";
        if (value < Second) return $"{sign}{Decimal(value, Millisecond)}ms";

        var seconds = $"{Decimal(value % Minute, Second)}s";
        if (value < Minute) return sign + seconds;
        var minutes = $"{value / Minute % 60}m";
        return value < Hour ? sign + minutes + seconds : $"{sign}{value / Hour}h{minutes}{seconds}";
    }

    /// <summary>As the other overload.</summary>
    /// <exception cref="OverflowException">Beyond about 292 years.</exception>
    public static string Format(TimeSpan duration) => Format(checked(duration.Ticks * TimeSpan.NanosecondsPerTick));

    private static string Decimal(ulong value, long unit) =>
        ((decimal)value / unit).ToString("0.#########", CultureInfo.InvariantCulture);

    /// <summary>Takes one number with its unit.</summary>
    private static bool TryTakeTerm(ref ReadOnlySpan<char> rest, out ulong nanoseconds)
    {
        nanoseconds = 0;
        var number = rest[..LengthOf(rest, c => char.IsAsciiDigit(c) || c == '.')];
        var unitText = rest[number.Length..];
        unitText = unitText[..LengthOf(unitText, c => !char.IsAsciiDigit(c) && c != '.')];
        rest = rest[(number.Length + unitText.Length)..];

        var point = number.IndexOf('.');
        var whole = point < 0 ? number : number[..point];
        var fraction = point < 0 ? default : number[(point + 1)..];
        if ((whole.IsEmpty && fraction.IsEmpty) || fraction.Contains('.') || UnitOf(unitText) is not { } unit) return false;

        ulong value = 0;
        if (!whole.IsEmpty && !ulong.TryParse(whole, NumberStyles.None, CultureInfo.InvariantCulture, out value)) return false;
        if (value > Limit / unit) return false;
        nanoseconds = value * unit;

        // As Go does it, rounding included: at most the first 18 or 19 digits count, and the product is floating point.
        ulong digits = 0;
        var scale = 1.0;
        foreach (var c in fraction)
        {
            if (digits > long.MaxValue / 10) break;
            var longer = digits * 10 + (ulong)(c - '0');
            if (longer > Limit) break;
            digits = longer;
            scale *= 10;
        }
        nanoseconds += (ulong)(digits * (unit / scale));
        return nanoseconds <= Limit;
    }

    /// <summary>How many of the first characters are of one sort.</summary>
    private static int LengthOf(ReadOnlySpan<char> text, Func<char, bool> belongs)
    {
        var length = 0;
        while (length < text.Length && belongs(text[length])) length++;
        return length;
    }

    private static ulong? UnitOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1,
        "us" or "\u00b5s" or "\u03bcs" => Microsecond, // micro sign and Greek mu
        "ms" => Millisecond,
        "s" => Second,
        "m" => Minute,
        "h" => Hour,
        _ => null,
    };
}
