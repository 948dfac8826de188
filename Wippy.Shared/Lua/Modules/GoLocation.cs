using System.Diagnostics.CodeAnalysis;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The sorts of <see cref="GoLocation"/>.</summary>
internal enum GoLocationKind
{
    Utc,
    Local,
    Named,
    Fixed,
}

/// <summary>A place with its clock, as Go's <c>time.Location</c>: UTC, the local one, one of the IANA database, or a fixed offset.</summary>
internal sealed class GoLocation
{
    private readonly TimeZoneInfo? _zone;

    private GoLocation(GoLocationKind kind, string name, TimeZoneInfo? zone, int offset)
    {
        Kind = kind;
        Name = name;
        Offset = offset;
        _zone = zone;
    }

    public static GoLocation Utc { get; } = new(GoLocationKind.Utc, "UTC", null, 0);

    public GoLocationKind Kind { get; }

    /// <summary>Seconds east of Greenwich of a fixed one; 0 for all others.</summary>
    public int Offset { get; }

    public string Name { get; }

    /// <summary>The location of the clock that the runtime goes by.</summary>
    public static GoLocation Local(TimeZoneInfo zone) => new(GoLocationKind.Local, "Local", zone, 0);

    public static GoLocation Fixed(string name, int offset) => new(GoLocationKind.Fixed, name, null, offset);

    /// <summary>The location of an IANA name such as <c>Europe/Berlin</c>; also <c>UTC</c>, and <c>Local</c> for the one given.</summary>
    public static bool TryFind(string name, TimeZoneInfo local, [NotNullWhen(true)] out GoLocation? location)
    {
        location = name is "" or "UTC" ? Utc
            : name == "Local" ? Local(local)
            : IsName(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? new GoLocation(GoLocationKind.Named, name, zone, 0)
            : null;
        return location is not null;
    }

    /// <summary>An instant as it is read there.</summary>
    public GoCalendar Read(GoTime time)
    {
        if (_zone is null) return time.At(Offset, Name);
        var at = Within(time);
        var offset = (int)_zone.GetUtcOffset(at).TotalSeconds;
        return time.At(offset, Abbreviation(_zone, at));
    }

    /// <summary>The instant at which the clock there shows a time given as if it were UTC; one of two where it shows it twice.</summary>
    public GoTime FromWall(GoTime wall)
    {
        var guess = OffsetAt(wall);
        return wall with { Seconds = wall.Seconds - OffsetAt(wall with { Seconds = wall.Seconds - guess }) };
    }

    public int OffsetAt(GoTime time) => _zone is null ? Offset : (int)_zone.GetUtcOffset(Within(time)).TotalSeconds;

    // The database is a folder of files: nothing that leads out of it.
    private static bool IsName(string name) => name[0] != '/' && name.Length <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+');

    private static string Abbreviation(TimeZoneInfo zone, DateTime at)
    {
        // .NET has a long name for UTC alone; for all others its names are the abbreviations of the database.
        if (zone.BaseUtcOffset == TimeSpan.Zero && !zone.SupportsDaylightSavingTime && zone.StandardName.Length > 6) return "UTC";
        return zone.IsDaylightSavingTime(at) ? zone.DaylightName : zone.StandardName;
    }

    // Rules of zones are known for the years of DateTime only; before and after the nearest one holds.
    private static DateTime Within(GoTime time)
    {
        var seconds = Math.Clamp(time.Seconds, (long)(DateTime.MinValue - DateTime.UnixEpoch).TotalSeconds + 86_400, (long)(DateTime.MaxValue - DateTime.UnixEpoch).TotalSeconds - 86_400);
        return DateTime.UnixEpoch.AddSeconds(seconds);
    }
}
