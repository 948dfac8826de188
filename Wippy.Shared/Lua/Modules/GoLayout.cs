using System.Globalization;
using System.Text;

namespace Wippy.Shared.Lua.Modules;

/// <summary>
/// Texts of times by the layouts of Go's package time: a layout is the reference time <c>Mon Jan 2 15:04:05 MST 2006</c>
/// (<c>-0700</c>) written as the time is to be written.
/// </summary>
internal static class GoLayout
{
    /// <summary>What <c>tostring</c> gives.</summary>
    public const string Long = "2006-01-02 15:04:05.999999999 -0700 MST";

    public static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    public static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    // Longer ones before those they begin with.
    private static readonly string[] Plain =
    [
        "January", "Monday", "MST", "2006", "002", "01", "02", "03", "04", "05", "06", "15", "__2", "_2", "1", "2", "3", "4", "5", "PM", "pm",
        "-07:00:00", "-07:00", "-070000", "-0700", "-07", "Z07:00:00", "Z07:00", "Z070000", "Z0700", "Z07",
    ];

    /// <summary>The parts of a layout: elements of the reference time, and the text between them.</summary>
    /// <returns>Per part whether it is an element.</returns>
    public static IEnumerable<(string Text, bool IsElement)> Parts(string layout)
    {
        var literal = 0;
        for (var i = 0; i < layout.Length;)
        {
            var length = ElementAt(layout, i);
            if (length == 0)
            {
                i++;
                continue;
            }
            if (i > literal) yield return (layout[literal..i], false);
            yield return (layout.Substring(i, length), true);
            i += length;
            literal = i;
        }
        if (literal < layout.Length) yield return (layout[literal..], false);
    }

    public static string Format(string layout, in GoCalendar time)
    {
        var text = new StringBuilder();
        foreach (var (part, isElement) in Parts(layout))
        {
            if (isElement) Append(text, part, time);
            else text.Append(part);
        }
        return text.ToString();
    }

    /// <summary>Whether it is the element for a fraction of a second, such as <c>.000</c> or <c>,999</c>.</summary>
    public static bool IsFraction(string element) => element[0] is '.' or ',';

    private static int ElementAt(string layout, int i)
    {
        var rest = layout.AsSpan(i);
        if (rest[0] is '.' or ',') return FractionLength(rest);
        if (rest.StartsWith("_2006")) return 0;   // an underscore before a year
        foreach (var element in Plain)
        {
            if (rest.StartsWith(element, StringComparison.Ordinal)) return element.Length;
        }
        // Short names, but not as the beginning of a longer word.
        var isShort = rest.StartsWith("Jan", StringComparison.Ordinal) || rest.StartsWith("Mon", StringComparison.Ordinal);
        return isShort && (rest.Length == 3 || !char.IsAsciiLetterLower(rest[3])) ? 3 : 0;
    }

    private static int FractionLength(ReadOnlySpan<char> rest)
    {
        if (rest.Length < 2 || rest[1] is not ('0' or '9')) return 0;
        var end = 1;
        while (end < rest.Length && rest[end] == rest[1]) end++;
        return end < rest.Length && char.IsAsciiDigit(rest[end]) ? 0 : end;
    }

    private static void Append(StringBuilder text, string element, in GoCalendar time)
    {
        var hour12 = time.Hour % 12 == 0 ? 12 : time.Hour % 12;
        _ = element switch
        {
            "January" => text.Append(Months[time.Month - 1]),
            "Jan" => text.Append(Months[time.Month - 1], 0, 3),
            "Monday" => text.Append(Days[time.Weekday]),
            "Mon" => text.Append(Days[time.Weekday], 0, 3),
            "MST" => time.Zone.Length > 0 ? text.Append(time.Zone) : AppendOffset(text, "-0700", time.Offset),
            "2006" => Append(text, time.Year, 4),
            "06" => Append(text, Math.Abs(time.Year) % 100, 2),
            "01" => Append(text, time.Month, 2),
            "1" => Append(text, time.Month, 1),
            "02" => Append(text, time.Day, 2),
            "_2" => Append(text, time.Day, 1, width: 2),
            "2" => Append(text, time.Day, 1),
            "002" => Append(text, time.YearDay, 3),
            "__2" => Append(text, time.YearDay, 1, width: 3),
            "15" => Append(text, time.Hour, 2),
            "03" => Append(text, hour12, 2),
            "3" => Append(text, hour12, 1),
            "04" => Append(text, time.Minute, 2),
            "4" => Append(text, time.Minute, 1),
            "05" => Append(text, time.Second, 2),
            "5" => Append(text, time.Second, 1),
            "PM" => text.Append(time.Hour >= 12 ? "PM" : "AM"),
            "pm" => text.Append(time.Hour >= 12 ? "pm" : "am"),
            _ when IsFraction(element) => AppendFraction(text, element, time.Nanosecond),
            _ => AppendOffset(text, element, time.Offset),
        };
    }

    private static StringBuilder Append(StringBuilder text, long value, int digits, int width = 0)
    {
        if (value < 0) text.Append('-');
        return text.Append(Math.Abs(value).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0').PadLeft(width));
    }

    private static StringBuilder AppendFraction(StringBuilder text, string element, int nanosecond)
    {
        var digits = nanosecond.ToString("D9", CultureInfo.InvariantCulture)[..Math.Min(element.Length - 1, 9)].PadRight(element.Length - 1, '0');
        if (element[1] == '0') return text.Append(element[0]).Append(digits);
        digits = digits.TrimEnd('0');
        return digits.Length == 0 ? text : text.Append(element[0]).Append(digits);
    }

    private static StringBuilder AppendOffset(StringBuilder text, string element, int offset)
    {
        if (element[0] == 'Z' && offset == 0) return text.Append('Z');
        var seconds = Math.Abs(offset);
        var isMinutes = element.Length > 3;
        var isSeconds = element.Length > 6;
        var colon = element.Contains(':') ? ":" : "";
        text.Append(offset < 0 ? '-' : '+').Append(CultureInfo.InvariantCulture, $"{seconds / 3600:D2}");
        if (isMinutes) text.Append(colon).Append(CultureInfo.InvariantCulture, $"{seconds / 60 % 60:D2}");
        if (isSeconds) text.Append(colon).Append(CultureInfo.InvariantCulture, $"{seconds % 60:D2}");
        return text;
    }
}
