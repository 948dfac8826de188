namespace Wippy.Shared.Queues;

/// <summary>A message of a queue.</summary>
/// <param name="Id">Unique.</param>
/// <param name="Data">One MessagePack value.</param>
/// <param name="Headers">Plain values.</param>
internal sealed record QueuedMessage(string Id, byte[] Data, IReadOnlyDictionary<string, object?> Headers)
{
    /// <summary>Deliveries that were not confirmed. Written by whoever holds the message alone.</summary>
    public int Failures { get; set; }
}
