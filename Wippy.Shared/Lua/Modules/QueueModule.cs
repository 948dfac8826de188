using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Queues;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>queue</c> module: publishing, and the message that a consumer's function was called for (reference: modules, queue).</summary>
internal static class QueueModule
{
    private static readonly LuaLibrary MessageMethods = new LuaLibrary("queue.Message")
        .Checked("id(): string!", Id)
        .Checked("header(name: string): any!", Header)
        .Checked("headers(): table<string, any>!", Headers)
        .Checked("ack(): boolean!", (behavior, stack) => Settle(behavior, stack, "ack", isDone: true))
        .Checked("nack(): boolean!", (behavior, stack) => Settle(behavior, stack, "nack", isDone: false));

    static QueueModule() => LuaTypes.Declare(LuaUserdataKind.QueueMessage, "queue.Message", MessageMethods, LuaObjects.Metamethods("queue.Message"));

    public static LuaLibrary Library { get; } = new LuaLibrary("queue").Checked("publish(queue: string, data, headers?: table<string, any>): boolean!", Publish).Checked("message(): queue.Message!", Message).Checked("info(queue: string): table!", Info);

    private static int Publish(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? id)) return LuaArguments.BadType(stack, 1, "publish", "string");
        if (id.Length == 0) return Invalid(stack, "queue ID is required");
        if (stack.IsNoneOrNil(2)) return Invalid(stack, "message data is required");
        if (!LuaTree.TryReadMap(stack, 3, out var headers, out var problem)) return Invalid(stack, $"headers must be {problem}");
        var process = behavior.Process;
        if (!process.Permits("queue.publish", "") || !process.Permits("queue.publish.queue", id)) return Invalid(stack, $"not allowed to publish to queue: {id}");
        var data = LuaBehavior.Scratch;
        var error = LuaCodec.EncodeOne(stack, 2, data);
        error ??= EntryId.TryParse(id, out var queue) && process.Node.Queues is { } queues
            ? queues.Publish(queue, data.WrittenSpan, headers, process.Trace?.Outgoing())
            : new Error(ErrorKind.Internal, $"queue not found: {id}");
        return error is null ? LuaArguments.Success(stack) : LuaArguments.Failure(stack, error);
    }

    private static int Message(LuaBehavior behavior, LuaStack stack)
    {
        if (behavior.Process.Origin is not Delivery delivery) return Invalid(stack, "no message: this is not the function of a consumer");
        stack.PushNil();
        behavior.Objects.Push(stack, LuaUserdataKind.QueueMessage, delivery);
        return 2;
    }

    private static int Info(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? id)) return LuaArguments.BadType(stack, 1, "info", "string");
        if (id.Length == 0) return Invalid(stack, "queue ID is required");
        if (!EntryId.TryParse(id, out var queue) || behavior.Process.Node.Queues?.Describe(queue) is not { } description)
        {
            return LuaArguments.Failure(stack, new Error(ErrorKind.Internal, $"queue not found: {id}"));
        }
        stack.PushNil();
        LuaTree.Push(stack, description);
        return 2;
    }

    private static int Id(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryDelivery(behavior, stack, out var delivery)) return LuaArguments.BadType(stack, 1, "id", "message");
        stack.PushNil();
        stack.Push(delivery.Message.Id);
        return 2;
    }

    private static int Header(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryDelivery(behavior, stack, out var delivery)) return LuaArguments.BadType(stack, 1, "header", "message");
        if (!LuaArguments.TryText(stack, 2, out string? name)) return LuaArguments.BadType(stack, 2, "header", "string");
        stack.PushNil();
        LuaTree.Push(stack, delivery.Message.Headers.GetValueOrDefault(name));
        return 2;
    }

    private static int Headers(LuaBehavior behavior, LuaStack stack)
    {
        if (!TryDelivery(behavior, stack, out var delivery)) return LuaArguments.BadType(stack, 1, "headers", "message");
        stack.PushNil();
        LuaTree.Push(stack, delivery.Message.Headers);
        return 2;
    }

    private static int Settle(LuaBehavior behavior, LuaStack stack, string method, bool isDone)
    {
        if (!TryDelivery(behavior, stack, out var delivery)) return LuaArguments.BadType(stack, 1, method, "message");
        return delivery.Settle(isDone) is { } error ? LuaArguments.Failure(stack, error) : LuaArguments.Success(stack);
    }

    private static bool TryDelivery(LuaBehavior behavior, LuaStack stack, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Delivery? delivery) =>
        behavior.Objects.TryGet(stack, 1, LuaUserdataKind.QueueMessage, out delivery);

    private static int Invalid(LuaStack stack, string message) => LuaArguments.Failure(stack, new Error(ErrorKind.Invalid, message));
}
