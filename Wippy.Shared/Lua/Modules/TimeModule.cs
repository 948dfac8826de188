using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>time</c> module: sleeping, timeouts, tickers, now (reference: modules, time).</summary>
internal static class TimeModule
{
    private static readonly LuaLibrary TimeMethods = new LuaLibrary("time.Time")
        .Method("unix", (_, stack) => Number(stack, LuaUserdataKind.Time, "unix", ns => Math.DivRem(ns, 1_000_000_000).Quotient))
        .Method("unix_nano", (_, stack) => Number(stack, LuaUserdataKind.Time, "unix_nano", ns => ns))
        .Method("sub", Subtract);

    private static readonly LuaLibrary DurationMethods = new LuaLibrary("time.Duration")
        .Method("nanoseconds", (_, stack) => Number(stack, LuaUserdataKind.Duration, "nanoseconds", ns => ns))
        .Method("microseconds", (_, stack) => Number(stack, LuaUserdataKind.Duration, "microseconds", ns => ns / 1_000))
        .Method("milliseconds", (_, stack) => Number(stack, LuaUserdataKind.Duration, "milliseconds", ns => ns / 1_000_000))
        .Method("seconds", (_, stack) => Fraction(stack, "seconds", 1e9))
        .Method("minutes", (_, stack) => Fraction(stack, "minutes", 60e9))
        .Method("hours", (_, stack) => Fraction(stack, "hours", 3600e9));

    private static readonly LuaLibrary TickerMethods = new LuaLibrary("time.Ticker")
        .Method("response", TickerChannel)
        .Method("channel", TickerChannel)
        .Checked("stop", StopTicker);

    static TimeModule()
    {
        LuaTypes.Declare(LuaUserdataKind.Time, "time.Time", TimeMethods);
        LuaTypes.Declare(LuaUserdataKind.Duration, "time.Duration", DurationMethods, new LuaLibrary("time.Duration").Function("__tostring", DurationToText));
        LuaTypes.Declare(LuaUserdataKind.Ticker, "time.Ticker", TickerMethods);
    }

    public static LuaLibrary Library { get; } = new LuaLibrary("time")
        .Operation("sleep", Sleep)
        .Checked("after", After)
        .Checked("ticker", NewTicker)
        .Function("now", Now)
        .Constant("NANOSECOND", 1).Constant("MICROSECOND", 1_000).Constant("MILLISECOND", 1_000_000)
        .Constant("SECOND", 1_000_000_000).Constant("MINUTE", 60_000_000_000).Constant("HOUR", 3_600_000_000_000);

    private static void Sleep(LuaBehavior behavior, LuaThread thread)
    {
        if (!TryDuration(thread.Stack, thread.Argument(1), out var delay))
        {
            thread.Return(BadDuration(thread.Stack, thread.Argument(1)));
            return;
        }
        if (delay <= TimeSpan.Zero) thread.Return();
        else behavior.StartTimer(delay, thread.Return);
    }

    private static int After(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryDuration(stack, 1, out var delay) || delay <= TimeSpan.Zero) return Failure(stack, BadDuration(stack, 1));
        stack.PushNil();
        var channel = behavior.Channels.PushFeed(stack, PushTick);
        stack.PushValue(-1);
        LuaChannels.Keep(stack, channel);
        behavior.StartTimer(delay, () =>
        {
            behavior.Channels.Feed(channel, new Tick(behavior.Process.Node.Clock.GetUtcNow()));
            behavior.Channels.Release(channel);
        });
        return 2;
    }

    private static int NewTicker(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryDuration(stack, 1, out var period) || period <= TimeSpan.Zero) return Failure(stack, BadDuration(stack, 1));
        stack.PushNil();
        stack.NewUserdata(LuaUserdataKind.Ticker, 1);
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Ticker);
        var channel = behavior.Channels.PushFeed(stack, PushTick);
        stack.PushValue(-1);
        LuaChannels.Keep(stack, channel);
        stack.SetUserValue(-2, 1);
        StartTick(behavior, channel, period);
        return 2;
    }

    // A tick that nobody has taken yet makes the next one vanish; the ticker goes on until it is stopped.
    private static void StartTick(LuaBehavior behavior, LuaFeedChannel channel, TimeSpan period) => channel.Timer = behavior.StartTimer(period, () =>
    {
        if (channel.IsClosed) return;
        behavior.Process.Trace?.Idle();   // each tick is a beginning
        if (!channel.HasItems) behavior.Channels.Feed(channel, new Tick(behavior.Process.Node.Clock.GetUtcNow()));
        StartTick(behavior, channel, period);
    });

    private static int TickerChannel(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Ticker)) return LuaArguments.Fault(stack, LuaArguments.Bad(1, "channel", "ticker", LuaArguments.TypeName(stack, 1)));
        stack.PushNil();
        stack.PushUserValue(1, 1);
        return 2;
    }

    private static int StopTicker(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Ticker)) return LuaArguments.Fault(stack, LuaArguments.Bad(1, "stop", "ticker", LuaArguments.TypeName(stack, 1)));
        stack.PushUserValue(1, 1);
        var channel = (LuaFeedChannel)behavior.Channels.Of(stack, -1);
        behavior.CancelTimer(channel.Timer!);
        behavior.Channels.Close(channel);
        behavior.Channels.Release(channel);
        return 0;
    }

    private static int Now(LuaBehavior behavior, LuaStack stack)
    {
        Push(stack, LuaUserdataKind.Time, Nanoseconds(behavior.Process.Node.Clock.GetUtcNow()));
        return 1;
    }

    private static int Subtract(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Time)) return LuaArguments.Fault(stack, LuaArguments.Bad(1, "sub", "time", LuaArguments.TypeName(stack, 1)));
        if (!LuaArguments.Is(stack, 2, LuaUserdataKind.Time)) return LuaArguments.Fault(stack, LuaArguments.Bad(2, "sub", "time", LuaArguments.TypeName(stack, 2)));
        stack.PushNil();
        Push(stack, LuaUserdataKind.Duration, stack.ToUserdata(1).Number - stack.ToUserdata(2).Number);
        return 2;
    }

    private static int DurationToText(LuaBehavior behavior, LuaStack stack)
    {
        stack.Push(GoDuration.Format(stack.ToUserdata(1).Number));
        return 1;
    }

    private static int Number(LuaStack stack, LuaUserdataKind kind, string method, Func<long, long> convert)
    {
        if (!LuaArguments.Is(stack, 1, kind)) return LuaArguments.Fault(stack, LuaArguments.Bad(1, method, kind.ToString().ToLowerInvariant(), LuaArguments.TypeName(stack, 1)));
        stack.PushNil();
        stack.Push(convert(stack.ToUserdata(1).Number));
        return 2;
    }

    private static int Fraction(LuaStack stack, string method, double unit)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Duration)) return LuaArguments.Fault(stack, LuaArguments.Bad(1, method, "duration", LuaArguments.TypeName(stack, 1)));
        stack.PushNil();
        stack.Push(stack.ToUserdata(1).Number / unit);
        return 2;
    }

    // A number of nanoseconds, a Go duration text, or a Duration.
    private static bool TryDuration(LuaStack stack, int index, out TimeSpan duration)
    {
        duration = default;
        double nanoseconds;
        if (stack.TypeOf(index) == LuaType.Number) nanoseconds = stack.ToNumber(index);
        else if (LuaArguments.Is(stack, index, LuaUserdataKind.Duration)) nanoseconds = stack.ToUserdata(index).Number;
        else if (stack.TypeOf(index) == LuaType.String && GoDuration.TryParse(stack.ToText(index), out long parsed)) nanoseconds = parsed;
        else return false;
        if (double.IsNaN(nanoseconds)) return false;
        // Rounded up, so that a wait is never shorter than asked for.
        duration = TimeSpan.FromTicks((long)Math.Ceiling(Math.Clamp(nanoseconds, long.MinValue / 2, long.MaxValue / 2) / 100));
        return true;
    }

    private static Error BadDuration(LuaStack stack, int index) =>
        new(ErrorKind.Invalid, $"invalid duration: {(stack.TypeOf(index) == LuaType.String ? $"'{stack.ToText(index)}'" : LuaArguments.TypeName(stack, index))} (a positive number of nanoseconds or a text such as \"1.5s\" expected)");

    private static void PushTick(LuaBehavior behavior, LuaStack stack, MailboxItem item) =>
        Push(stack, LuaUserdataKind.Time, Nanoseconds(((Tick)item).At));

    private static void Push(LuaStack stack, LuaUserdataKind kind, long nanoseconds)
    {
        stack.NewUserdata(kind, 0).Number = nanoseconds;
        LuaTypes.SetMetatable(stack, kind);
    }

    private static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    private static int Failure(LuaStack stack, Error error)
    {
        stack.PushNil();
        stack.PushNil();
        LuaErrors.Push(stack, error);
        return 3;
    }

    private sealed class Tick(DateTimeOffset at) : MailboxItem
    {
        public DateTimeOffset At => at;
    }
}
