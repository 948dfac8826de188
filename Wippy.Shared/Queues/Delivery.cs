using System.Diagnostics;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Queues;

/// <summary>
/// One message in the hands of a consumer: settled once, by the handler itself or by how its call ended. The place of the
/// consumer is free again only when the call has ended. Any thread.
/// </summary>
internal sealed class Delivery(MemoryQueue queue, QueueConsumer consumer, QueuedMessage message)
{
    private readonly PendingSpan? _span = Span(consumer, message);
    private int _settled;

    public QueuedMessage Message => message;

    /// <summary>What goes along with the call; null when the message is not traced.</summary>
    public TraceContext? Cause => _span?.Cause;

    /// <summary>Confirms the message, or gives it back.</summary>
    /// <returns>Null, or that this was done before.</returns>
    public Error? Settle(bool isDone)
    {
        if (Interlocked.Exchange(ref _settled, 1) != 0) return new Error(ErrorKind.Invalid, "message is settled already");
        if (!isDone) queue.Return(message);
        else queue.Confirm();
        return null;
    }

    /// <summary>The call has ended: an error or false gives the message back, unless it is settled.</summary>
    public void Ended(ExitResult result)
    {
        Settle(result.Error is null && !IsFalse(result.Value.Span));
        _span?.End(result.Error?.Message);
        queue.Freed(consumer);
    }

    private static PendingSpan? Span(QueueConsumer consumer, QueuedMessage message) => message.Trace is not { } cause ? null
        : PendingSpan.Start("deliver", ActivityKind.Consumer, cause)?
            .Named($"{consumer.Entry.Id} deliver")
            .With(RuntimeTracing.Entry, consumer.Entry.Id.ToString())
            .With(RuntimeTracing.Zone, consumer.Zone.ToText())
            .With(RuntimeTracing.Called, consumer.Function.ToString())
            .With(RuntimeTracing.Failures, message.Failures);

    private static bool IsFalse(ReadOnlySpan<byte> value) => value.Length == 1 && value[0] == MessagePackCode.False;
}
