using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Lua.Modules;

/// <summary>What the <c>time</c> module does with the passing of time: sleep, after, timers, tickers (reference: modules, time).</summary>
internal static class TimeWaits
{
    private static readonly LuaLibrary TimerMethods = new LuaLibrary("time.Timer")
        .Method("response(): channel", (_, stack) => Channel(stack, LuaUserdataKind.Timer, "response", "timer"))
        .Method("channel(): channel", (_, stack) => Channel(stack, LuaUserdataKind.Timer, "channel", "timer"))
        .Checked("stop(): boolean", StopTimer)
        .Checked("reset(d: string|number|time.Duration): boolean", ResetTimer);

    private static readonly LuaLibrary TickerMethods = new LuaLibrary("time.Ticker")
        .Method("response(): channel", (_, stack) => Channel(stack, LuaUserdataKind.Ticker, "response", "ticker"))
        .Method("channel(): channel", (_, stack) => Channel(stack, LuaUserdataKind.Ticker, "channel", "ticker"))
        .Checked("stop()", StopTicker);

    /// <summary>Declares the types; before any program runs.</summary>
    public static void Declare()
    {
        LuaTypes.Declare(LuaUserdataKind.Timer, "time.Timer", TimerMethods);
        LuaTypes.Declare(LuaUserdataKind.Ticker, "time.Ticker", TickerMethods);
    }

    public static void Sleep(LuaBehavior behavior, LuaThread thread)
    {
        if (!TryDelay(thread.Stack, thread.Argument(1), out var delay))
        {
            thread.Return(BadDuration(thread.Stack, thread.Argument(1)));
            return;
        }
        if (delay <= TimeSpan.Zero) thread.Return();
        else behavior.Pending.StartTimer(delay, thread.Return);
    }

    public static int After(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryWait(stack, 1, out var delay)) return LuaArguments.Failure(stack, BadDuration(stack, 1));
        stack.PushNil();
        var channel = behavior.Channels.PushFeed(stack, PushTick);
        stack.PushValue(-1);
        StartOnce(behavior, stack, channel, delay);
        return 2;
    }

    public static int NewTimer(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryWait(stack, 1, out var delay)) return LuaArguments.Failure(stack, BadDuration(stack, 1));
        stack.PushNil();
        StartOnce(behavior, stack, PushNew(behavior, stack, LuaUserdataKind.Timer), delay);
        return 2;
    }

    public static int NewTicker(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryWait(stack, 1, out var period)) return LuaArguments.Failure(stack, BadDuration(stack, 1));
        stack.PushNil();
        var channel = PushNew(behavior, stack, LuaUserdataKind.Ticker);
        LuaChannels.Keep(stack, channel);
        StartTick(behavior, channel, period);
        return 2;
    }

    // Pushes a timer or ticker, and its channel on top of it.
    private static LuaFeedChannel PushNew(LuaBehavior behavior, LuaStack stack, LuaUserdataKind kind)
    {
        stack.NewUserdata(kind, 1);
        LuaTypes.SetMetatable(stack, kind);
        var channel = behavior.Channels.PushFeed(stack, PushTick);
        stack.PushValue(-1);
        stack.SetUserValue(-3, 1);
        return channel;
    }

    // The channel at the top is kept until the time has come; pops it.
    private static void StartOnce(LuaBehavior behavior, LuaStack stack, LuaFeedChannel channel, TimeSpan delay)
    {
        LuaChannels.Keep(stack, channel);
        channel.Timer = behavior.Pending.StartTimer(delay, () =>
        {
            channel.Timer = null;
            behavior.Channels.Feed(channel, new Tick(behavior.Process.Node.Clock.GetUtcNow()));
            behavior.Channels.Release(channel);
        });
    }

    // A tick that nobody has taken yet makes the next one vanish; the ticker goes on until it is stopped.
    private static void StartTick(LuaBehavior behavior, LuaFeedChannel channel, TimeSpan period) => channel.Timer = behavior.Pending.StartTimer(period, () =>
    {
        if (channel.IsClosed) return;
        behavior.Process.Trace?.Idle();   // each tick is a beginning
        if (!channel.HasMore) behavior.Channels.Feed(channel, new Tick(behavior.Process.Node.Clock.GetUtcNow()));
        StartTick(behavior, channel, period);
    });

    private static int Channel(LuaStack stack, LuaUserdataKind kind, string method, string expected)
    {
        if (!LuaArguments.Is(stack, 1, kind)) return LuaArguments.BadType(stack, 1, method, expected);
        stack.PushNil();
        stack.PushUserValue(1, 1);
        return 2;
    }

    private static int StopTimer(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Timer)) return LuaArguments.BadType(stack, 1, "stop", "timer");
        stack.PushUserValue(1, 1);
        var wasActive = Stop(behavior, (LuaFeedChannel)behavior.Channels.Of(stack, -1));
        stack.PushNil();
        stack.Push(wasActive);
        return 2;
    }

    // As in Go, a timer that was stopped can be started again, and what it had to say before is forgotten.
    private static int ResetTimer(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Timer)) return LuaArguments.BadType(stack, 1, "reset", "timer");
        if (!TryWait(stack, 2, out var delay)) return LuaArguments.Failure(stack, BadDuration(stack, 2));
        stack.PushUserValue(1, 1);
        var channel = (LuaFeedChannel)behavior.Channels.Of(stack, -1);
        var wasActive = channel.Timer is not null && behavior.Pending.CancelTimer(channel.Timer);
        channel.Extract(static _ => true);
        channel.IsClosed = false;
        StartOnce(behavior, stack, channel, delay);
        stack.PushNil();
        stack.Push(wasActive);
        return 2;
    }

    private static int StopTicker(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Ticker)) return LuaArguments.BadType(stack, 1, "stop", "ticker");
        stack.PushUserValue(1, 1);
        Stop(behavior, (LuaFeedChannel)behavior.Channels.Of(stack, -1));
        return 0;
    }

    private static bool Stop(LuaBehavior behavior, LuaFeedChannel channel)
    {
        var wasActive = channel.Timer is not null && behavior.Pending.CancelTimer(channel.Timer);
        channel.Timer = null;
        behavior.Channels.Close(channel);
        behavior.Channels.Release(channel);
        return wasActive;
    }

    // A time to wait that is more than none.
    private static bool TryWait(LuaStack stack, int index, out TimeSpan delay) => TryDelay(stack, index, out delay) && delay > TimeSpan.Zero;

    private static bool TryDelay(LuaStack stack, int index, out TimeSpan delay)
    {
        var isDuration = TimeObjects.TryNanoseconds(stack, index, out var nanoseconds);
        // Rounded up, so that a wait is never shorter than asked for.
        var ticks = nanoseconds / TimeSpan.NanosecondsPerTick + (nanoseconds % TimeSpan.NanosecondsPerTick > 0 ? 1 : 0);
        delay = TimeSpan.FromTicks(ticks);
        return isDuration;
    }

    /// <summary>The complaint about what is no duration, or no positive one where that is needed.</summary>
    public static Error BadDuration(LuaStack stack, int index) =>
        new(ErrorKind.Invalid, $"invalid duration: {(stack.TypeOf(index) == LuaType.String ? $"'{stack.ToText(index)}'" : LuaArguments.TypeName(stack, index))} (a positive number of nanoseconds or a text such as \"1.5s\" expected)");

    private static void PushTick(LuaBehavior behavior, LuaStack stack, MailboxItem item) => TimeObjects.Push(stack, GoTime.Of(((Tick)item).At));

    private sealed class Tick(DateTimeOffset at) : MailboxItem
    {
        public DateTimeOffset At => at;
    }
}
