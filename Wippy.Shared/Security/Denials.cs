using Microsoft.Extensions.Logging;
using Wippy.Shared.Identity;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Security;

/// <summary>
/// Counts what the policies between zones refused, and logs it: once per second for the same entry, target and topic.
/// Any thread.
/// </summary>
internal sealed partial class Denials(ILogger<Denials> logger, TimeProvider clock)
{
    private readonly LogThrottle _throttle = new(clock);
    private long _count;

    /// <summary>How many so far, logged or not.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Notes one refusal.</summary>
    /// <param name="crossing">What was asked for.</param>
    /// <param name="decidedBy">The policy, or the group, or <see cref="ChannelPolicy.Default"/>.</param>
    public void Add(in Crossing crossing, string decidedBy)
    {
        Interlocked.Increment(ref _count);
        var entry = crossing.From.Entry ?? "";
        var topic = crossing.Topic ?? "";
        if (!_throttle.Allows(entry, $"{crossing.Action} {crossing.Resource}", topic)) return;
        Log.Denied(logger, entry, crossing.From.Node, crossing.From.Zone.ToText(), crossing.Action, crossing.Resource, crossing.To.Zone.ToText(), topic, decidedBy);
    }

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Warning, "denied: {Entry} on node '{Node}', zone {From}: {Action} on {Resource}, zone {To}, topic '{Topic}'; decided by {DecidedBy}")]
        public static partial void Denied(ILogger logger, string entry, string node, string from, string action, string resource, string to, string topic, string decidedBy);
    }
}
