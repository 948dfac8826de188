using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Processes;

/// <summary>Message queues and their consumers on one node. Any thread; nothing blocks.</summary>
internal interface IQueues : IDisposable
{
    /// <summary>Begins to hand messages to consumers. Once, when the hosts are running.</summary>
    void Start();

    /// <summary>Appends a message.</summary>
    /// <param name="queue">Which queue.</param>
    /// <param name="data">One MessagePack value, copied.</param>
    /// <param name="headers">Plain values.</param>
    /// <param name="trace">What the publisher was acting on; null when that is not traced.</param>
    /// <returns>Null, or why not.</returns>
    Error? Publish(EntryId queue, ReadOnlySpan<byte> data, IReadOnlyDictionary<string, object?> headers, TraceContext? trace);

    /// <summary>How a queue stands, as plain values; null when there is no such queue.</summary>
    IReadOnlyDictionary<string, object?>? Describe(EntryId queue);
}
