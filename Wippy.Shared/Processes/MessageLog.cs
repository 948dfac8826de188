using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Processes;

/// <summary>
/// The last messages of a process at which somebody looks. It is there from the first look on and says itself when nobody has looked
/// for a while; a process without one pays for a null reference. Any thread.
/// </summary>
internal sealed class MessageLog(TimeProvider clock)
{
    /// <summary>Messages kept.</summary>
    public const int MaxMessages = 50;

    /// <summary>Bytes of a payload that are kept.</summary>
    public const int MaxBytes = 1_024;

    private static readonly TimeSpan Interest = TimeSpan.FromSeconds(30);

    private readonly RecentItems<SeenMessage> _messages = new(MaxMessages);
    private long _lookedAt = clock.GetTimestamp();

    /// <summary>Somebody looks.</summary>
    /// <returns>What is kept, newest first.</returns>
    public IReadOnlyList<SeenMessage> Look()
    {
        Volatile.Write(ref _lookedAt, clock.GetTimestamp());
        return _messages.ToList();
    }

    /// <summary>Notes a message.</summary>
    /// <param name="isSent">Sent by the process, rather than taken.</param>
    /// <param name="other">From or to whom.</param>
    /// <param name="topic">What it is about.</param>
    /// <param name="payload">Its arguments; a part is copied.</param>
    /// <param name="trace">The trace it belongs to, if any.</param>
    /// <returns>False when nobody has looked for long: the log may go.</returns>
    public bool TryAdd(bool isSent, in Pid other, Topic topic, ReadOnlySpan<byte> payload, TraceContext? trace)
    {
        if (clock.GetElapsedTime(Volatile.Read(ref _lookedAt)) > Interest) return false;
        _messages.Add(new SeenMessage(clock.GetUtcNow(), isSent, other, topic.ToString(), payload.Length, payload[..Math.Min(payload.Length, MaxBytes)].ToArray(), trace?.Span.TraceId.ToString()));
        return true;
    }
}

/// <summary>A message that was sent or taken.</summary>
/// <param name="At">When.</param>
/// <param name="IsSent">Sent, rather than taken.</param>
/// <param name="Other">From or to whom.</param>
/// <param name="Topic">What it is about.</param>
/// <param name="Bytes">Length of its payload.</param>
/// <param name="Payload">Its first bytes.</param>
/// <param name="TraceId">The trace it belongs to, if any.</param>
internal sealed record SeenMessage(DateTimeOffset At, bool IsSent, Pid Other, string Topic, int Bytes, byte[] Payload, string? TraceId);
