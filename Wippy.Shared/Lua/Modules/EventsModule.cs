using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>events</c> module: the publish/subscribe bus (reference: modules, events).</summary>
internal static class EventsModule
{
    private static readonly LuaLibrary SubscriptionMethods = new LuaLibrary("events.Subscription")
        .Method("channel(): channel", Channel)
        .Checked("close(): boolean", Close);

    static EventsModule() => LuaTypes.Declare(LuaUserdataKind.Subscription, "events.Subscription", SubscriptionMethods);

    public static LuaLibrary Library { get; } = new LuaLibrary("events").Checked("subscribe(system: string, kind?: string): events.Subscription!", Subscribe).Checked("send(system: string, kind: string, path: string, data?): boolean!", Send);

    private static int Subscribe(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? system)) return LuaArguments.BadType(stack, 1, "subscribe", "string");
        string? kind = "*";
        if (!stack.IsNoneOrNil(2) && !LuaArguments.TryText(stack, 2, out kind)) return LuaArguments.BadType(stack, 2, "subscribe", "string");
        if (system.Length == 0) return LuaArguments.Failure(stack, Required("system"));
        if (kind.Length == 0) return LuaArguments.Failure(stack, Required("kind"));
        if (!behavior.Process.Permits("events.subscribe", system))
        {
            return LuaArguments.Failure(stack, new Error(ErrorKind.Invalid, $"not allowed to subscribe to events: {system}"));
        }
        stack.PushNil();
        stack.NewUserdata(LuaUserdataKind.Subscription, 1);
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Subscription);
        behavior.Pending.Subscribe(stack, system, kind);
        stack.SetUserValue(-2, 1);
        return 2;
    }

    private static int Send(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? system)) return LuaArguments.BadType(stack, 1, "send", "string");
        if (!LuaArguments.TryText(stack, 2, out string? kind)) return LuaArguments.BadType(stack, 2, "send", "string");
        if (!LuaArguments.TryText(stack, 3, out string? path)) return LuaArguments.BadType(stack, 3, "send", "string");
        var missing = system.Length == 0 ? "system" : kind.Length == 0 ? "kind" : path.Length == 0 ? "path" : null;
        if (missing is not null) return LuaArguments.Failure(stack, Required(missing));
        var data = LuaBehavior.Scratch;
        if (!stack.IsNoneOrNil(4) && LuaCodec.EncodeOne(stack, 4, data) is { } unsendable) return LuaArguments.Failure(stack, unsendable);
        var process = behavior.Process;
        return process.Node.Events.Send(process, new Event(system, kind, path, data.WrittenSpan)) is { } refused
            ? LuaArguments.Failure(stack, refused)
            : LuaArguments.Success(stack);
    }

    private static int Channel(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Subscription)) return LuaArguments.BadType(stack, 1, "channel", "subscription");
        stack.PushNil();
        stack.PushUserValue(1, 1);
        return 2;
    }

    private static int Close(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.Is(stack, 1, LuaUserdataKind.Subscription)) return LuaArguments.BadType(stack, 1, "close", "subscription");
        stack.PushUserValue(1, 1);
        behavior.Pending.Unsubscribe((LuaFeedChannel)behavior.Channels.Of(stack, -1));
        return LuaArguments.Success(stack);
    }

    private static Error Required(string what) => new(ErrorKind.Invalid, $"{what} is required");
}
