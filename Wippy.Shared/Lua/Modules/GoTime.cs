namespace Wippy.Shared.Lua.Modules;

/// <summary>An instant with nanoseconds, as Go's <c>time.Time</c> without its location. The range is that of the proleptic Gregorian calendar in 64-bit seconds.</summary>
/// <param name="Seconds">Since 1970-01-01T00:00:00Z.</param>
/// <param name="Nanoseconds">Within the second; 0 to 999,999,999.</param>
internal readonly record struct GoTime(long Seconds, int Nanoseconds) : IComparable<GoTime>
{
    public const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Years that <see cref="OfCalendar"/> takes, either way: far within what 64-bit seconds can hold.</summary>
    public const long MaxYear = 1_000_000_000;

    private const long SecondsPerDay = 86_400;
    private const long DaysPerEra = 146_097;         // 400 years
    private const long DaysBeforeEpoch = 719_468;    // from 0000-03-01, where eras begin, to 1970-01-01

    /// <summary>1 January of the year 1, UTC: Go's zero time.</summary>
    public static GoTime Zero { get; } = OfCalendar(1, 1, 1, 0, 0, 0, 0);

    public static GoTime Of(DateTimeOffset time)
    {
        var seconds = Math.DivRem((time - DateTimeOffset.UnixEpoch).Ticks, TimeSpan.TicksPerSecond, out var ticks);
        return Of(seconds, ticks * TimeSpan.NanosecondsPerTick);
    }

    /// <summary>Carries nanoseconds of any sign and size over into the seconds.</summary>
    public static GoTime Of(long seconds, long nanoseconds)
    {
        var carry = FloorDivide(nanoseconds, NanosecondsPerSecond);
        return new GoTime(unchecked(seconds + carry), (int)(nanoseconds - carry * NanosecondsPerSecond));
    }

    /// <summary>The instant of a date in UTC. Every part but the year may be of any size and is carried over.</summary>
    public static GoTime OfCalendar(long year, long month, long day, long hour, long minute, long second, long nanosecond)
    {
        var carry = FloorDivide(month - 1, 12);
        var days = DaysOf(year + carry, (int)(month - 1 - carry * 12) + 1) + day - 1;
        return Of(((days * 24 + hour) * 60 + minute) * 60 + second, nanosecond);
    }

    public GoTime Add(long nanoseconds)
    {
        var seconds = FloorDivide(nanoseconds, NanosecondsPerSecond);
        return Of(unchecked(Seconds + seconds), Nanoseconds + (nanoseconds - seconds * NanosecondsPerSecond));
    }

    /// <summary>The nanoseconds from another instant to this one; the nearest that fit into 64 bits.</summary>
    public long Since(GoTime other) => Saturate(SinceEpoch - other.SinceEpoch);

    /// <summary>Nanoseconds since 1970, wrapped to 64 bits as Go does it.</summary>
    public long UnixNanoseconds => unchecked(Seconds * NanosecondsPerSecond + Nanoseconds);

    /// <summary>Down to a whole multiple of the duration since the zero time; unchanged when that is 0 or less.</summary>
    public GoTime Truncate(long duration) => duration <= 0 ? this : Add(-Remainder(duration));

    /// <summary>To the nearest multiple, halves up.</summary>
    public GoTime Round(long duration)
    {
        if (duration <= 0) return this;
        var rest = Remainder(duration);
        return Add((Int128)rest * 2 < duration ? -rest : duration - rest);
    }

    /// <summary>The date and the time of day, some seconds east of Greenwich.</summary>
    /// <param name="offset">Seconds.</param>
    /// <param name="zone">Abbreviation, for texts; may be empty.</param>
    public GoCalendar At(int offset, string zone)
    {
        var local = Seconds + offset;
        var days = FloorDivide(local, SecondsPerDay);
        var ofDay = (int)(local - days * SecondsPerDay);
        // Eras of 400 years that begin on 1 March, so that the leap day is the last of a year.
        var z = days + DaysBeforeEpoch;
        var era = FloorDivide(z, DaysPerEra);
        var ofEra = z - era * DaysPerEra;
        var yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365;
        var ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        var shifted = (5 * ofYear + 2) / 153;
        var day = (int)(ofYear - (153 * shifted + 2) / 5) + 1;
        var month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
        var year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        return new GoCalendar
        {
            Year = year,
            Month = month,
            Day = day,
            Hour = ofDay / 3600,
            Minute = ofDay / 60 % 60,
            Second = ofDay % 60,
            Nanosecond = Nanoseconds,
            Weekday = (int)(days + 4 - FloorDivide(days + 4, 7) * 7),   // 1970-01-01 was a Thursday
            YearDay = (int)(days - DaysOf(year, 1)) + 1,
            Offset = offset,
            Zone = zone,
        };
    }

    /// <inheritdoc/>
    public int CompareTo(GoTime other) => (Seconds, Nanoseconds).CompareTo((other.Seconds, other.Nanoseconds));

    /// <summary>Days of a month; 1 to 12.</summary>
    public static int DaysIn(int month, long year) =>
        month == 2 ? (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28) : month is 4 or 6 or 9 or 11 ? 30 : 31;

    private Int128 SinceEpoch => (Int128)Seconds * NanosecondsPerSecond + Nanoseconds;

    private long Remainder(long duration)
    {
        var rest = (long)((SinceEpoch - Zero.SinceEpoch) % duration);
        return rest < 0 ? rest + duration : rest;
    }

    // From 1970-01-01 to the first of a month.
    private static long DaysOf(long year, int month)
    {
        if (month <= 2) year--;
        var era = FloorDivide(year, 400);
        var ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5;
        var yearOfEra = year - era * 400;
        return era * DaysPerEra + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear - DaysBeforeEpoch;
    }

    private static long Saturate(Int128 value) => value > long.MaxValue ? long.MaxValue : value < long.MinValue ? long.MinValue : (long)value;

    private static long FloorDivide(long a, long b)
    {
        var quotient = Math.DivRem(a, b, out var rest);
        return rest < 0 ? quotient - 1 : quotient;
    }
}

/// <summary>An instant as people in one place read it.</summary>
internal readonly record struct GoCalendar
{
    public long Year { get; init; }

    /// <summary>1 to 12.</summary>
    public int Month { get; init; }

    public int Day { get; init; }

    public int Hour { get; init; }

    public int Minute { get; init; }

    public int Second { get; init; }

    public int Nanosecond { get; init; }

    /// <summary>0 is Sunday.</summary>
    public int Weekday { get; init; }

    /// <summary>From 1.</summary>
    public int YearDay { get; init; }

    /// <summary>Seconds east of Greenwich.</summary>
    public int Offset { get; init; }

    /// <summary>Abbreviation of the zone; empty if it has none.</summary>
    public string Zone { get; init; }
}
