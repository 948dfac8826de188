using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>time</c> module (reference: modules, time). Its values are in <see cref="TimeObjects"/>, waiting in <see cref="TimeWaits"/>.</summary>
internal static class TimeModule
{
    // Parts of a date other than the year: large enough to carry over, small enough not to overflow.
    private const long MaxPart = 1_000_000_000_000;

    private const long MaxUnix = 30_000_000_000_000_000;   // about a thousand million years

    // Offsets that zones can have, in seconds.
    private const long MaxOffset = 24 * 3600;

    static TimeModule()
    {
        TimeObjects.Declare();
        TimeWaits.Declare();
    }

    public static LuaLibrary Library { get; } = Build();

    private static LuaLibrary Build()
    {
        var library = new LuaLibrary("time")
            .Operation("sleep(d: string|number|time.Duration): nil, error?", TimeWaits.Sleep)
            .Checked("after(d: string|number|time.Duration): channel!", TimeWaits.After)
            .Checked("timer(d: string|number|time.Duration): time.Timer!", TimeWaits.NewTimer)
            .Checked("ticker(d: string|number|time.Duration): time.Ticker!", TimeWaits.NewTicker)
            .Function("now(): time.Time", Now)
            .Checked("date(year: integer, month: integer, day: integer, hour: integer, minute: integer, second: integer, nanosecond: integer, location?: time.Location): time.Time", Date)
            .Checked("unix(seconds: integer, nanoseconds?: integer): time.Time", Unix)
            .Checked("parse(layout: string, text: string, location?: time.Location): time.Time!", Parse)
            .Checked("parse_duration(d: string|number|time.Duration): time.Duration!", ParseDuration)
            .Checked("load_location(name: string): time.Location!", LoadLocation)
            .Checked("fixed_zone(name: string, offset: integer): time.Location", FixedZone)
            .Made("utc: time.Location", stack => TimeObjects.Push(stack, GoLocation.Utc))
            .Made("localtz: time.Location", stack => TimeObjects.Push(stack, GoLocation.Local(TimeZoneInfo.Utc)))   // which zone that is, is asked when it is used
            .Constant("NANOSECOND", 1).Constant("MICROSECOND", 1_000).Constant("MILLISECOND", 1_000_000)
            .Constant("SECOND", 1_000_000_000).Constant("MINUTE", 60_000_000_000).Constant("HOUR", 3_600_000_000_000)
            .Constant("RFC3339", "2006-01-02T15:04:05Z07:00").Constant("RFC3339NANO", "2006-01-02T15:04:05.999999999Z07:00")
            .Constant("RFC822", "02 Jan 06 15:04 MST").Constant("RFC822Z", "02 Jan 06 15:04 -0700")
            .Constant("RFC850", "Monday, 02-Jan-06 15:04:05 MST")
            .Constant("RFC1123", "Mon, 02 Jan 2006 15:04:05 MST").Constant("RFC1123Z", "Mon, 02 Jan 2006 15:04:05 -0700")
            .Constant("KITCHEN", "3:04PM")
            .Constant("STAMP", "Jan _2 15:04:05").Constant("STAMP_MILLI", "Jan _2 15:04:05.000")
            .Constant("STAMP_MICRO", "Jan _2 15:04:05.000000").Constant("STAMP_NANO", "Jan _2 15:04:05.000000000")
            .Constant("DATE_TIME", "2006-01-02 15:04:05").Constant("DATE_ONLY", "2006-01-02").Constant("TIME_ONLY", "15:04:05");
        for (var month = 0; month < GoLayout.Months.Length; month++) library.Constant(GoLayout.Months[month].ToUpperInvariant(), month + 1L);
        for (var day = 0; day < GoLayout.Days.Length; day++) library.Constant(GoLayout.Days[day].ToUpperInvariant(), (long)day);
        return library;
    }

    private static int Now(LuaBehavior behavior, LuaStack stack)
    {
        TimeObjects.Push(stack, GoTime.Of(behavior.Process.Node.Clock.GetUtcNow()));
        return 1;
    }

    private static int Date(LuaBehavior behavior, LuaStack stack)
    {
        Span<long> parts = stackalloc long[7];
        for (var i = 0; i < parts.Length; i++)
        {
            var bound = i == 0 ? GoTime.MaxYear : MaxPart;
            if (!TimeObjects.TryWhole(stack, i + 1, bound, out parts[i])) return BadNumber(stack, i + 1, "date", bound);
        }
        if (!TimeObjects.TryLocation(behavior, stack, 8, TimeObjects.LocalOf(behavior), out var location)) return LuaArguments.BadType(stack, 8, "date", "location");
        var wall = GoTime.OfCalendar(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], parts[6]);
        return Answer(stack, location.FromWall(wall), location);
    }

    private static int Unix(LuaBehavior behavior, LuaStack stack)
    {
        if (!TimeObjects.TryWhole(stack, 1, MaxUnix, out var seconds)) return BadNumber(stack, 1, "unix", MaxUnix);
        var nanoseconds = 0L;
        if (!stack.IsNoneOrNil(2) && !TimeObjects.TryWhole(stack, 2, long.MaxValue, out nanoseconds)) return BadNumber(stack, 2, "unix", long.MaxValue);
        return Answer(stack, GoTime.Of(seconds, nanoseconds), TimeObjects.LocalOf(behavior));
    }

    private static int Parse(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? layout)) return LuaArguments.BadType(stack, 1, "parse", "string");
        if (!LuaArguments.TryText(stack, 2, out string? text)) return LuaArguments.BadType(stack, 2, "parse", "string");
        // Without a location a text without zone is in UTC, and offsets are compared with the local zone, as Go does it.
        if (!TimeObjects.TryLocation(behavior, stack, 3, GoLocation.Utc, out var place)) return LuaArguments.BadType(stack, 3, "parse", "location");
        var longest = Math.Max(layout.Length, text.Length);
        if (longest > TimeObjects.MaxLayout) return LuaArguments.Failure(stack, new Error(ErrorKind.Invalid, $"layout or text of {longest} characters (at most {TimeObjects.MaxLayout})"));
        var home = stack.IsNoneOrNil(3) ? TimeObjects.LocalOf(behavior) : place;
        return GoLayoutParser.TryParse(layout, text, place, home, out var time, out var location, out var problem)
            ? Answer(stack, time, location)
            : LuaArguments.Failure(stack, new Error(ErrorKind.Invalid, problem));
    }

    private static int ParseDuration(LuaBehavior behavior, LuaStack stack)
    {
        if (!TimeObjects.TryNanoseconds(stack, 1, out var nanoseconds))
        {
            var shown = stack.TypeOf(1) == LuaType.String ? $"'{stack.ToText(1)}'" : LuaArguments.TypeName(stack, 1);
            return LuaArguments.Failure(stack, new Error(ErrorKind.Invalid, $"invalid duration: {shown}"));
        }
        stack.PushNil();
        TimeObjects.PushDuration(stack, nanoseconds);
        return 2;
    }

    private static int LoadLocation(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? name)) return LuaArguments.BadType(stack, 1, "load_location", "string");
        if (!GoLocation.TryFind(name, behavior.Process.Node.Clock.LocalTimeZone, out var location))
        {
            return LuaArguments.Failure(stack, new Error(ErrorKind.NotFound, $"unknown time zone {name}"));
        }
        stack.PushNil();
        TimeObjects.Push(stack, location);
        return 2;
    }

    private static int FixedZone(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? name)) return LuaArguments.BadType(stack, 1, "fixed_zone", "string");
        if (!TimeObjects.TryWhole(stack, 2, MaxOffset, out var offset)) return BadNumber(stack, 2, "fixed_zone", MaxOffset);
        stack.PushNil();
        TimeObjects.Push(stack, GoLocation.Fixed(name, (int)offset));
        return 2;
    }

    private static int Answer(LuaStack stack, GoTime time, GoLocation location)
    {
        stack.PushNil();
        TimeObjects.Push(stack, time, location);
        return 2;
    }

    private static int BadNumber(LuaStack stack, int argument, string function, long bound) => stack.TypeOf(argument) == LuaType.Number
        ? LuaArguments.Fault(stack, $"bad argument #{argument} to '{function}' (a whole number from -{bound} to {bound} expected)")
        : LuaArguments.BadType(stack, argument, function, "number");
}
