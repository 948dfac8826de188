using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Wippy.Shared.Lua.Modules;

/// <summary>Reads times by the layouts of <see cref="GoLayout"/>, as Go's <c>time.ParseInLocation</c>. One use.</summary>
internal ref struct GoLayoutParser
{
    private readonly string _layout;
    private readonly string _text;
    private ReadOnlySpan<char> _rest;
    private string? _problem;

    private long _year;
    private int _month = -1;
    private int _day = -1;
    private int _yearDay = -1;
    private int _hour;
    private int _minute;
    private int _second;
    private int _nanosecond;
    private bool? _isAfternoon;
    private bool _isUtc;
    private int? _offset;
    private string _zone = "";

    private GoLayoutParser(string layout, string text)
    {
        _layout = layout;
        _text = text;
        _rest = text;
    }

    /// <summary>Reads a time.</summary>
    /// <param name="layout">How it is written.</param>
    /// <param name="text">The time.</param>
    /// <param name="place">Where a text without a zone is meant.</param>
    /// <param name="home">Where an offset or abbreviation is looked for first.</param>
    /// <param name="time">The instant.</param>
    /// <param name="location">The zone that the text names, else <paramref name="place"/>.</param>
    /// <param name="problem">What is wrong, as Go words it.</param>
    public static bool TryParse(
        string layout,
        string text,
        GoLocation place,
        GoLocation home,
        out GoTime time,
        [NotNullWhen(true)] out GoLocation? location,
        [NotNullWhen(false)] out string? problem)
    {
        var parser = new GoLayoutParser(layout, text);
        time = default;
        location = null;
        parser.Read();
        if (parser._problem is null)
        {
            time = parser.Result(place, home, out location);
            problem = null;
            return true;
        }
        problem = parser._problem;
        return false;
    }

    private void Read()
    {
        var parts = GoLayout.Parts(_layout).ToArray();
        for (var i = 0; i < parts.Length; i++)
        {
            var (part, isElement) = parts[i];
            var rest = _rest;
            if (!(isElement ? Take(part) : Skip(part))) Fail(rest, part);
            if (_problem is not null) return;
            // A fraction may follow the seconds although the layout has none.
            var isAnnounced = i + 1 < parts.Length && parts[i + 1].IsElement && GoLayout.IsFraction(parts[i + 1].Text);
            if (isElement && part is ("05" or "5") && !isAnnounced) TakeDigitsOfFraction();
        }
        if (_rest.Length > 0) _problem = $"parsing time \"{_text}\": extra text: \"{_rest}\"";
        else CheckDay();
    }

    private void Fail(ReadOnlySpan<char> rest, string element) =>
        _problem ??= $"parsing time \"{_text}\" as \"{_layout}\": cannot parse \"{rest}\" as \"{element}\"";

    private bool OutOfRange(string what)
    {
        _problem ??= $"parsing time \"{_text}\": {what} out of range";
        return false;
    }

    private void CheckDay()
    {
        if (_yearDay >= 0)
        {
            var first = GoTime.OfCalendar(_year, 1, 1, 0, 0, 0, 0);
            var calendar = first.Add((_yearDay - 1) * 86_400 * GoTime.NanosecondsPerSecond).At(0, "");
            if (_yearDay < 1 || calendar.Year != _year) OutOfRange("day-of-year");
            else if ((_month >= 0 && _month != calendar.Month) || (_day >= 0 && _day != calendar.Day)) _problem = $"parsing time \"{_text}\": day-of-year does not match day";
            else (_month, _day) = (calendar.Month, calendar.Day);
            return;
        }
        if (_month < 0) _month = 1;
        if (_day < 0) _day = 1;
        if (_day < 1 || _day > GoTime.DaysIn(_month, _year)) OutOfRange("day");
    }

    private readonly GoTime Result(GoLocation place, GoLocation home, out GoLocation location)
    {
        var hour = _isAfternoon is { } afternoon ? (afternoon && _hour < 12 ? _hour + 12 : !afternoon && _hour == 12 ? 0 : _hour) : _hour;
        var wall = GoTime.OfCalendar(_year, _month, _day, hour, _minute, _second, _nanosecond);
        if (_isUtc)
        {
            location = GoLocation.Utc;
            return wall;
        }
        if (_offset is { } offset)
        {
            var time = wall with { Seconds = wall.Seconds - offset };
            var there = home.Read(time);
            location = there.Offset == offset && (_zone.Length == 0 || _zone == there.Zone) ? home : GoLocation.Fixed(_zone, offset);
            return time;
        }
        if (_zone.Length > 0)
        {
            var time = home.FromWall(wall);
            if (home.Read(time).Zone == _zone)
            {
                location = home;
                return time;
            }
            // An abbreviation that is not used there tells nothing, except GMT with hours behind it.
            var hours = _zone.StartsWith("GMT", StringComparison.Ordinal) && int.TryParse(_zone.AsSpan(3), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
            location = GoLocation.Fixed(_zone, hours * 3600);
            return wall with { Seconds = wall.Seconds - hours * 3600 };
        }
        location = place;
        return place.FromWall(wall);
    }

    // Runs of spaces in a layout stand for runs of spaces.
    private bool Skip(string literal)
    {
        for (var i = 0; i < literal.Length;)
        {
            if (literal[i] == ' ')
            {
                if (_rest.Length > 0 && _rest[0] != ' ') return false;
                while (i < literal.Length && literal[i] == ' ') i++;
                _rest = _rest.TrimStart(' ');
                continue;
            }
            if (_rest.Length == 0 || _rest[0] != literal[i]) return false;
            _rest = _rest[1..];
            i++;
        }
        return true;
    }

    private bool Take(string element)
    {
        switch (element)
        {
            case "January": return TakeName(GoLayout.Months, int.MaxValue, out _month) && ++_month > 0;
            case "Jan": return TakeName(GoLayout.Months, 3, out _month) && ++_month > 0;
            case "Monday": return TakeName(GoLayout.Days, int.MaxValue, out _);
            case "Mon": return TakeName(GoLayout.Days, 3, out _);
            case "2006": return TakeDigits(4, 4, out var year) && (_year = year) >= 0;
            case "06":
                if (!TakeDigits(2, 2, out var shortYear)) return false;
                _year = shortYear >= 69 ? shortYear + 1900 : shortYear + 2000;
                return true;
            case "01": return TakeDigits(2, 2, out _month) && (_month is >= 1 and <= 12 || OutOfRange("month"));
            case "1": return TakeDigits(1, 2, out _month) && (_month is >= 1 and <= 12 || OutOfRange("month"));
            case "02": return TakeDigits(2, 2, out _day);
            case "_2":
                if (_rest.StartsWith(" ")) _rest = _rest[1..];
                return TakeDigits(1, 2, out _day);
            case "2": return TakeDigits(1, 2, out _day);
            case "002": return TakeDigits(3, 3, out _yearDay);
            case "__2":
                for (var i = 0; i < 2 && _rest.StartsWith(" "); i++) _rest = _rest[1..];
                return TakeDigits(1, 3, out _yearDay);
            case "15": return TakeDigits(2, 2, out _hour) && (_hour < 24 || OutOfRange("hour"));
            case "03": return TakeDigits(2, 2, out _hour) && (_hour <= 12 || OutOfRange("hour"));
            case "3": return TakeDigits(1, 2, out _hour) && (_hour <= 12 || OutOfRange("hour"));
            case "04": return TakeDigits(2, 2, out _minute) && (_minute < 60 || OutOfRange("minute"));
            case "4": return TakeDigits(1, 2, out _minute) && (_minute < 60 || OutOfRange("minute"));
            case "05": return TakeDigits(2, 2, out _second) && (_second < 60 || OutOfRange("second"));
            case "5": return TakeDigits(1, 2, out _second) && (_second < 60 || OutOfRange("second"));
            case "PM": return TakeHalf("AM", "PM");
            case "pm": return TakeHalf("am", "pm");
            case "MST": return TakeZone();
            default: return GoLayout.IsFraction(element) ? TakeFraction(element) : TakeOffset(element);
        }
    }

    private bool TakeName(string[] names, int length, out int index)
    {
        for (index = 0; index < names.Length; index++)
        {
            var name = names[index].AsSpan(0, Math.Min(length, names[index].Length));
            if (!_rest.StartsWith(name, StringComparison.OrdinalIgnoreCase)) continue;
            _rest = _rest[name.Length..];
            return true;
        }
        return false;
    }

    private bool TakeDigits(int least, int most, out int value)
    {
        var length = 0;
        while (length < most && length < _rest.Length && char.IsAsciiDigit(_rest[length])) length++;
        value = 0;
        if (length < least) return false;
        value = int.Parse(_rest[..length], NumberStyles.None, CultureInfo.InvariantCulture);
        _rest = _rest[length..];
        return true;
    }

    private bool TakeHalf(string morning, string afternoon)
    {
        _isAfternoon = _rest.StartsWith(afternoon, StringComparison.Ordinal);
        if (_isAfternoon is false && !_rest.StartsWith(morning, StringComparison.Ordinal)) return false;
        _rest = _rest[2..];
        return true;
    }

    private void TakeDigitsOfFraction()
    {
        if (_rest.Length < 2 || _rest[0] is not ('.' or ',') || !char.IsAsciiDigit(_rest[1])) return;
        var length = 1;
        while (length < _rest.Length && char.IsAsciiDigit(_rest[length])) length++;
        SetFraction(length);
    }

    // Zeroes in the layout want as many digits, nines take what there is.
    private bool TakeFraction(string element)
    {
        if (element[1] == '9')
        {
            TakeDigitsOfFraction();
            return true;
        }
        if (_rest.Length < element.Length || _rest[0] is not ('.' or ',')) return false;
        foreach (var digit in _rest[1..element.Length])
        {
            if (!char.IsAsciiDigit(digit)) return false;
        }
        SetFraction(element.Length);
        return true;
    }

    private void SetFraction(int length)
    {
        var digits = _rest[1..Math.Min(length, 10)].ToString().PadRight(9, '0');
        _nanosecond = int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        _rest = _rest[length..];
    }

    private bool TakeOffset(string element)
    {
        if (element[0] == 'Z' && _rest.StartsWith("Z"))
        {
            _rest = _rest[1..];
            _isUtc = true;
            return true;
        }
        if (_rest.Length < element.Length || _rest[0] is not ('+' or '-')) return false;
        var sign = _rest[0] == '-' ? -1 : 1;
        var colon = element.Contains(':');
        var parts = element.Length switch { <= 3 => 1, <= 6 => 2, _ => 3 };
        Span<int> values = stackalloc int[3];
        _rest = _rest[1..];
        for (var i = 0; i < parts; i++)
        {
            if (i > 0 && colon)
            {
                if (!_rest.StartsWith(":")) return false;
                _rest = _rest[1..];
            }
            if (!TakeDigits(2, 2, out values[i])) return false;
        }
        if (values[0] > 24) return OutOfRange("time zone offset hour");
        if (values[1] > 60) return OutOfRange("time zone offset minute");
        if (values[2] > 60) return OutOfRange("time zone offset second");
        _offset = sign * ((values[0] * 60 + values[1]) * 60 + values[2]);
        return true;
    }

    // An abbreviation: three capitals, four that end in T, WITA, ChST, MeST, GMT with hours, or an offset in hours.
    private bool TakeZone()
    {
        if (_rest.StartsWith("UTC", StringComparison.Ordinal))
        {
            _rest = _rest[3..];
            _isUtc = true;
            return true;
        }
        var length = ZoneLength();
        if (length == 0) return false;
        _zone = _rest[..length].ToString();
        _rest = _rest[length..];
        return true;
    }

    private readonly int ZoneLength()
    {
        if (_rest.StartsWith("ChST", StringComparison.Ordinal) || _rest.StartsWith("MeST", StringComparison.Ordinal)) return 4;
        if (_rest.StartsWith("GMT", StringComparison.Ordinal)) return 3 + HoursLength(_rest[3..]);
        if (_rest.Length > 0 && _rest[0] is '+' or '-') return HoursLength(_rest);
        var capitals = 0;
        while (capitals < 6 && capitals < _rest.Length && char.IsAsciiLetterUpper(_rest[capitals])) capitals++;
        return capitals switch
        {
            3 => 3,
            4 when _rest[3] == 'T' || _rest.StartsWith("WITA", StringComparison.Ordinal) => 4,
            5 when _rest[4] == 'T' => 5,
            _ => 0,
        };
    }

    private static int HoursLength(ReadOnlySpan<char> rest)
    {
        if (rest.Length < 2 || rest[0] is not ('+' or '-')) return 0;
        var length = 1;
        while (length < rest.Length && length < 3 && char.IsAsciiDigit(rest[length])) length++;
        return length > 1 && int.Parse(rest[1..length], NumberStyles.None, CultureInfo.InvariantCulture) <= 23 ? length : 0;
    }
}
