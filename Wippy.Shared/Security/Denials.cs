using Microsoft.Extensions.Logging;
using Wippy.Shared.Identity;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Security;

/// <summary>
/// The record of what policies refused: counts all of it, and logs it once per second for the same entry, target and topic.
/// Any thread.
/// </summary>
internal sealed partial class Denials(ILogger<Denials> logger, TimeProvider clock)
{
    private const int Kept = 50;

    private readonly LogThrottle _throttle = new(clock);
    private readonly RecentItems<RecentDenial> _recent = new(Kept);
    private long _count;

    /// <summary>How many so far, logged or not.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>The last ones that were logged, newest first.</summary>
    public IReadOnlyList<RecentDenial> Recent => _recent.ToList();

    /// <summary>Notes what a process's own policies refused it, or those of its host.</summary>
    public void Add(Denial denial)
    {
        Interlocked.Increment(ref _count);
        if (!_throttle.Allows(denial.Pid, denial.Action, denial.Resource)) return;
        _recent.Add(new RecentDenial(clock.GetUtcNow(), denial.Entry, "", "", denial.Action, denial.Resource, "", denial.DecidedBy));
        Log.ProcessDenied(logger, denial.Entry, denial.Pid, denial.Action, denial.Resource, denial.DecidedBy, denial.Actor ?? "");
    }

    /// <summary>Notes what the policies between zones refused.</summary>
    /// <param name="crossing">What was asked for.</param>
    /// <param name="decidedBy">The policy, or the group, or <see cref="ChannelPolicy.Default"/>.</param>
    public void Add(in Crossing crossing, string decidedBy)
    {
        Interlocked.Increment(ref _count);
        var entry = crossing.From.Entry ?? "";
        var topic = crossing.Topic ?? "";
        if (!_throttle.Allows(entry, $"{crossing.Action} {crossing.Resource}", topic)) return;
        _recent.Add(new RecentDenial(
            clock.GetUtcNow(), entry, crossing.From.Zone.ToText(), crossing.To.Zone.ToText(), crossing.Action, crossing.Resource, topic, decidedBy));
        Log.Denied(logger, entry, crossing.From.Node, crossing.From.Zone.ToText(), crossing.Action, crossing.Resource, crossing.To.Zone.ToText(), topic, decidedBy, crossing.Actor?.Id ?? crossing.ClaimedActor ?? "");
    }

    /// <summary>Counts what another node claimed and may not; the channel has its own record of it.</summary>
    public void AddForged() => Interlocked.Increment(ref _count);

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Warning, "denied: {Entry} on node '{Node}', zone {From}: {Action} on {Resource}, zone {To}, topic '{Topic}'; decided by {DecidedBy}, actor '{Actor}'")]
        public static partial void Denied(ILogger logger, string entry, string node, string from, string action, string resource, string to, string topic, string decidedBy, string actor);

        [LoggerMessage(1302, LogLevel.Warning, "denied: {Entry}, process {Pid}: {Action} on '{Resource}'; decided by {DecidedBy}, actor '{Actor}'")]
        public static partial void ProcessDenied(ILogger logger, string entry, string pid, string action, string resource, string decidedBy, string actor);
    }
}

/// <summary>One refusal by the policies of a process or of its host.</summary>
/// <param name="Entry">What it runs.</param>
/// <param name="Pid">The process.</param>
/// <param name="Actor">Under whose name it acts; null = nobody in particular.</param>
/// <param name="Action">For example <c>registry.get</c>.</param>
/// <param name="Resource">What it would have been done to.</param>
/// <param name="DecidedBy">The policy, or which rules were missing one.</param>
internal readonly record struct Denial(string Entry, string Pid, string? Actor, string Action, string Resource, string DecidedBy);

/// <summary>A refusal for those who look later. Zones are empty when the process's own policies refused.</summary>
internal sealed record RecentDenial(DateTimeOffset At, string Entry, string From, string To, string Action, string Resource, string Topic, string DecidedBy);
