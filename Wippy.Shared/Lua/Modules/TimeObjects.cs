using System.Diagnostics.CodeAnalysis;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Lua.Modules;

/// <summary>
/// The values of the <c>time</c> module and their methods (reference: modules, time). A Time holds seconds and nanoseconds
/// and, unless it is the local one, its location; a Duration nanoseconds; a Location its kind, offset and name.
/// </summary>
internal static class TimeObjects
{
    /// <summary>Characters of a layout, and of a text that is parsed by one.</summary>
    public const int MaxLayout = 1024;

    private const int LocationValue = 1;
    private const int NameValue = 1;
    private const string Rfc3339 = "2006-01-02T15:04:05Z07:00";

    private static readonly LuaLibrary TimeMethods = new LuaLibrary("time.Time")
        .Method("unix(): integer", Whole("unix", time => time.Seconds))
        .Method("unix_nano(): integer", Whole("unix_nano", time => time.UnixNanoseconds))
        .Method("year(): integer", Part("year", c => c.Year))
        .Method("month(): integer", Part("month", c => c.Month))
        .Method("day(): integer", Part("day", c => c.Day))
        .Method("hour(): integer", Part("hour", c => c.Hour))
        .Method("minute(): integer", Part("minute", c => c.Minute))
        .Method("second(): integer", Part("second", c => c.Second))
        .Method("nanosecond(): integer", Part("nanosecond", c => c.Nanosecond))
        .Method("weekday(): integer", Part("weekday", c => c.Weekday))
        .Method("year_day(): integer", Part("year_day", c => c.YearDay))
        .Checked("date(): integer, integer, integer", (behavior, stack) => Three(behavior, stack, "date", c => (c.Year, c.Month, c.Day)))
        .Checked("clock(): integer, integer, integer", (behavior, stack) => Three(behavior, stack, "clock", c => (c.Hour, c.Minute, c.Second)))
        .Method("before(other: time.Time): boolean", Compared("before", order => order < 0))
        .Method("after(other: time.Time): boolean", Compared("after", order => order > 0))
        .Method("equal(other: time.Time): boolean", Compared("equal", order => order == 0))
        .Method("is_zero(): boolean", (_, stack) => IsTime(stack) ? Answer(stack, TimeOf(stack, 1) == GoTime.Zero) : NotATime(stack, "is_zero"))
        .Method("add(d: string|number|time.Duration): time.Time", Moved("add", (time, duration) => time.Add(duration)))
        .Method("round(d: string|number|time.Duration): time.Time", Moved("round", (time, duration) => time.Round(duration)))
        .Method("truncate(d: string|number|time.Duration): time.Time", Moved("truncate", (time, duration) => time.Truncate(duration)))
        .Method("sub(other: time.Time): time.Duration", Subtract)
        .Checked("add_date(years: integer, months: integer, days: integer): time.Time", AddDate)
        .Method("format(layout: string): string", Format)
        .Method("format_rfc3339(): string", (behavior, stack) => IsTime(stack) ? Text(stack, GoLayout.Format(Rfc3339, Read(behavior, stack, 1))) : NotATime(stack, "format_rfc3339"))
        .Method("location(): time.Location", GetLocation)
        .Method("in_location(location: time.Location): time.Time", InLocation)
        .Method("utc(): time.Time", (_, stack) => In(stack, "utc", GoLocation.Utc))
        .Method("in_local(): time.Time", (_, stack) => In(stack, "in_local", null));

    private static readonly LuaLibrary DurationMethods = new LuaLibrary("time.Duration")
        .Method("nanoseconds(): integer", (_, stack) => Divided(stack, "nanoseconds", 1))
        .Method("microseconds(): integer", (_, stack) => Divided(stack, "microseconds", 1_000))
        .Method("milliseconds(): integer", (_, stack) => Divided(stack, "milliseconds", 1_000_000))
        .Method("seconds(): number", (_, stack) => Fraction(stack, "seconds", 1e9))
        .Method("minutes(): number", (_, stack) => Fraction(stack, "minutes", 60e9))
        .Method("hours(): number", (_, stack) => Fraction(stack, "hours", 3600e9));

    private static readonly LuaLibrary LocationMethods = new LuaLibrary("time.Location")
        .Method("string(): string", (behavior, stack) => LuaArguments.Is(stack, 1, LuaUserdataKind.Location)
            ? Text(stack, LocationAt(behavior, stack, 1).Name)
            : LuaArguments.BadType(stack, 1, "string", "location"));

    /// <summary>Declares the types; before any program runs.</summary>
    public static void Declare()
    {
        LuaTypes.Declare(LuaUserdataKind.Time, "time.Time", TimeMethods, new LuaLibrary("time.Time").Function("__tostring", (behavior, stack) => Shown(stack, GoLayout.Format(GoLayout.Long, Read(behavior, stack, 1)))));
        LuaTypes.Declare(LuaUserdataKind.Duration, "time.Duration", DurationMethods, new LuaLibrary("time.Duration").Function("__tostring", (_, stack) => Shown(stack, GoDuration.Format(stack.ToUserdata(1).Number))));
        LuaTypes.Declare(LuaUserdataKind.Location, "time.Location", LocationMethods, new LuaLibrary("time.Location").Function("__tostring", (behavior, stack) => Shown(stack, LocationAt(behavior, stack, 1).Name)));
    }

    /// <summary>Pushes a Time in the local location.</summary>
    public static void Push(LuaStack stack, GoTime time)
    {
        ref var block = ref stack.NewUserdata(LuaUserdataKind.Time, 1);
        block.Number = time.Seconds;
        block.Flag = time.Nanoseconds;
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Time);
    }

    /// <summary>Pushes a Time in a location.</summary>
    public static void Push(LuaStack stack, GoTime time, GoLocation location)
    {
        Push(stack, time);
        if (location.Kind == GoLocationKind.Local) return;
        Push(stack, location);
        stack.SetUserValue(-2, LocationValue);
    }

    /// <summary>Pushes a Duration.</summary>
    public static void PushDuration(LuaStack stack, long nanoseconds)
    {
        stack.NewUserdata(LuaUserdataKind.Duration, 0).Number = nanoseconds;
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Duration);
    }

    /// <summary>Pushes a Location.</summary>
    public static void Push(LuaStack stack, GoLocation location)
    {
        ref var block = ref stack.NewUserdata(LuaUserdataKind.Location, 1);
        block.Flag = (int)location.Kind;
        block.Number = location.Offset;
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Location);
        stack.Push(location.Name);
        stack.SetUserValue(-2, NameValue);
    }

    /// <summary>The location of the clock that the node goes by.</summary>
    public static GoLocation LocalOf(LuaBehavior behavior) => GoLocation.Local(behavior.Process.Node.Clock.LocalTimeZone);

    /// <summary>The location that an argument is, or, when it is not passed, another.</summary>
    public static bool TryLocation(LuaBehavior behavior, LuaStack stack, int index, GoLocation otherwise, [NotNullWhen(true)] out GoLocation? location)
    {
        location = stack.IsNoneOrNil(index) ? otherwise
            : LuaArguments.Is(stack, index, LuaUserdataKind.Location) ? LocationAt(behavior, stack, index)
            : null;
        return location is not null;
    }

    /// <summary>A duration: a number of nanoseconds, a Go duration text, or a Duration.</summary>
    public static bool TryNanoseconds(LuaStack stack, int index, out long nanoseconds)
    {
        nanoseconds = 0;
        switch (stack.TypeOf(index))
        {
            case LuaType.Number when stack.IsInteger(index):
                nanoseconds = stack.ToInteger(index);
                return true;
            case LuaType.Number:
                var number = stack.ToNumber(index);
                nanoseconds = (long)Math.Clamp(Math.Ceiling(number), long.MinValue, long.MaxValue);   // .NET saturates
                return !double.IsNaN(number);
            case LuaType.String:
                return GoDuration.TryParse(stack.ToText(index), out nanoseconds);
            default:
                if (!LuaArguments.Is(stack, index, LuaUserdataKind.Duration)) return false;
                nanoseconds = stack.ToUserdata(index).Number;
                return true;
        }
    }

    /// <summary>A whole number within some bounds.</summary>
    public static bool TryWhole(LuaStack stack, int index, long bound, out long value)
    {
        value = 0;
        if (stack.TypeOf(index) != LuaType.Number) return false;
        var number = stack.ToNumber(index);
        if (Math.Abs(number) > bound || number != Math.Floor(number)) return false;
        value = stack.IsInteger(index) ? stack.ToInteger(index) : (long)number;
        return true;
    }

    private static bool IsTime(LuaStack stack) => LuaArguments.Is(stack, 1, LuaUserdataKind.Time);

    private static int NotATime(LuaStack stack, string method) => LuaArguments.BadType(stack, 1, method, "time");

    private static GoTime TimeOf(LuaStack stack, int index)
    {
        ref var block = ref stack.ToUserdata(index);
        return new GoTime(block.Number, block.Flag);
    }

    private static GoLocation LocationAt(LuaBehavior behavior, LuaStack stack, int index)
    {
        ref var block = ref stack.ToUserdata(index);
        var (kind, offset) = ((GoLocationKind)block.Flag, (int)block.Number);
        switch (kind)
        {
            case GoLocationKind.Utc: return GoLocation.Utc;
            case GoLocationKind.Local: return LocalOf(behavior);
        }
        stack.PushUserValue(index, NameValue);
        var name = stack.ToText(-1);
        stack.Pop(1);
        if (kind == GoLocationKind.Fixed) return GoLocation.Fixed(name, offset);
        return GoLocation.TryFind(name, behavior.Process.Node.Clock.LocalTimeZone, out var location) ? location : GoLocation.Utc;
    }

    private static GoLocation LocationOf(LuaBehavior behavior, LuaStack stack, int time)
    {
        var isLocal = stack.PushUserValue(time, LocationValue) == LuaType.Nil;
        var location = isLocal ? LocalOf(behavior) : LocationAt(behavior, stack, stack.Top);
        stack.Pop(1);
        return location;
    }

    private static GoCalendar Read(LuaBehavior behavior, LuaStack stack, int time) => LocationOf(behavior, stack, time).Read(TimeOf(stack, time));

    private static LuaFunction Whole(string method, Func<GoTime, long> number) => (_, stack) =>
        IsTime(stack) ? Answer(stack, number(TimeOf(stack, 1))) : NotATime(stack, method);

    private static LuaFunction Part(string method, Func<GoCalendar, long> part) => (behavior, stack) =>
        IsTime(stack) ? Answer(stack, part(Read(behavior, stack, 1))) : NotATime(stack, method);

    private static LuaFunction Compared(string method, Predicate<int> isTrue) => (_, stack) =>
        !IsTime(stack) ? NotATime(stack, method)
        : !LuaArguments.Is(stack, 2, LuaUserdataKind.Time) ? LuaArguments.BadType(stack, 2, method, "time")
        : Answer(stack, isTrue(TimeOf(stack, 1).CompareTo(TimeOf(stack, 2))));

    // Another instant in the same location.
    private static LuaFunction Moved(string method, Func<GoTime, long, GoTime> move) => (_, stack) =>
    {
        if (!IsTime(stack)) return NotATime(stack, method);
        if (!TryNanoseconds(stack, 2, out var duration)) return LuaArguments.BadType(stack, 2, method, "duration");
        return Moved(stack, move(TimeOf(stack, 1), duration));
    };

    private static int Moved(LuaStack stack, GoTime time)
    {
        stack.PushNil();
        Push(stack, time);
        stack.PushUserValue(1, LocationValue);
        stack.SetUserValue(-2, LocationValue);
        return 2;
    }

    private static int Three(LuaBehavior behavior, LuaStack stack, string method, Func<GoCalendar, (long, long, long)> parts)
    {
        if (!IsTime(stack)) return NotATime(stack, method);
        var (first, second, third) = parts(Read(behavior, stack, 1));
        stack.PushNil();
        stack.Push(first);
        stack.Push(second);
        stack.Push(third);
        return 4;
    }

    private static int Subtract(LuaBehavior behavior, LuaStack stack)
    {
        if (!IsTime(stack)) return NotATime(stack, "sub");
        if (!LuaArguments.Is(stack, 2, LuaUserdataKind.Time)) return LuaArguments.BadType(stack, 2, "sub", "time");
        stack.PushNil();
        PushDuration(stack, TimeOf(stack, 1).Since(TimeOf(stack, 2)));
        return 2;
    }

    private static int AddDate(LuaBehavior behavior, LuaStack stack)
    {
        if (!IsTime(stack)) return NotATime(stack, "add_date");
        Span<long> parts = stackalloc long[3];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!TryWhole(stack, i + 2, GoTime.MaxYear, out parts[i])) return LuaArguments.BadType(stack, i + 2, "add_date", "whole number");
        }
        var location = LocationOf(behavior, stack, 1);
        var now = location.Read(TimeOf(stack, 1));
        var wall = GoTime.OfCalendar(now.Year + parts[0], now.Month + parts[1], now.Day + parts[2], now.Hour, now.Minute, now.Second, now.Nanosecond);
        return Moved(stack, location.FromWall(wall));
    }

    private static int Format(LuaBehavior behavior, LuaStack stack)
    {
        if (!IsTime(stack)) return NotATime(stack, "format");
        if (!LuaArguments.TryText(stack, 2, out string? layout)) return LuaArguments.BadType(stack, 2, "format", "string");
        if (layout.Length > MaxLayout) return LuaArguments.Fault(stack, $"layout of {layout.Length} characters (at most {MaxLayout})");
        return Text(stack, GoLayout.Format(layout, Read(behavior, stack, 1)));
    }

    private static int GetLocation(LuaBehavior behavior, LuaStack stack)
    {
        if (!IsTime(stack)) return NotATime(stack, "location");
        stack.PushNil();
        if (stack.PushUserValue(1, LocationValue) != LuaType.Nil) return 2;
        stack.Pop(1);
        Push(stack, LocalOf(behavior));
        return 2;
    }

    private static int InLocation(LuaBehavior behavior, LuaStack stack)
    {
        if (!IsTime(stack)) return NotATime(stack, "in_location");
        if (!LuaArguments.Is(stack, 2, LuaUserdataKind.Location)) return LuaArguments.BadType(stack, 2, "in_location", "location");
        return In(stack, "in_location", LocationAt(behavior, stack, 2));
    }

    // Null for the local location.
    private static int In(LuaStack stack, string method, GoLocation? location)
    {
        if (!IsTime(stack)) return NotATime(stack, method);
        stack.PushNil();
        if (location is null) Push(stack, TimeOf(stack, 1));
        else Push(stack, TimeOf(stack, 1), location);
        return 2;
    }

    private static int Divided(LuaStack stack, string method, long unit) =>
        LuaArguments.Is(stack, 1, LuaUserdataKind.Duration) ? Answer(stack, stack.ToUserdata(1).Number / unit) : LuaArguments.BadType(stack, 1, method, "duration");

    private static int Fraction(LuaStack stack, string method, double unit)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Duration)) return LuaArguments.BadType(stack, 1, method, "duration");
        stack.PushNil();
        stack.Push(stack.ToUserdata(1).Number / unit);
        return 2;
    }

    private static int Answer(LuaStack stack, long number)
    {
        stack.PushNil();
        stack.Push(number);
        return 2;
    }

    private static int Answer(LuaStack stack, bool flag)
    {
        stack.PushNil();
        stack.Push(flag);
        return 2;
    }

    private static int Text(LuaStack stack, string text)
    {
        stack.PushNil();
        stack.Push(text);
        return 2;
    }

    private static int Shown(LuaStack stack, string text)
    {
        stack.Push(text);
        return 1;
    }
}
