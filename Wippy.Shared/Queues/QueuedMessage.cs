using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Queues;

/// <summary>A message of a queue.</summary>
/// <param name="Id">Unique.</param>
/// <param name="Data">One MessagePack value.</param>
/// <param name="Headers">Plain values.</param>
/// <param name="Trace">What its publisher was acting on; null when that is not traced.</param>
internal sealed record QueuedMessage(string Id, byte[] Data, IReadOnlyDictionary<string, object?> Headers, TraceContext? Trace)
{
    /// <summary>Deliveries that were not confirmed. Written by whoever holds the message alone.</summary>
    public int Failures { get; set; }
}
