using Microsoft.Extensions.Logging;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Messaging;

/// <summary>Counts and logs what could not be delivered and has no caller to be told, and why. Any thread.</summary>
internal sealed partial class DeadLetters(ILogger<DeadLetters> logger)
{
    private long _count;

    /// <summary>How many so far.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Notes one message that was dropped.</summary>
    public void Add(in Pid source, in Pid target, string topic, string reason)
    {
        Interlocked.Increment(ref _count);
        if (logger.IsEnabled(LogLevel.Debug)) Log.Dropped(logger, topic, source, target, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Debug, "message '{Topic}' from {Source} to {Target} dropped: {Reason}")]
        public static partial void Dropped(ILogger logger, string topic, Pid source, Pid target, string reason);
    }
}
