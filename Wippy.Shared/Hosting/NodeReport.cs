using Wippy.Shared.Security;

namespace Wippy.Shared.Hosting;

/// <summary>What there is to see of one node at one moment, for people.</summary>
internal sealed record NodeReport(
    string Node,
    string Zone,
    long RegistryVersion,
    int Entries,
    long DeadLetters,
    long Denials,
    IReadOnlyList<HostReport> Hosts,
    IReadOnlyList<ChannelReport> Channels,
    IReadOnlyList<ServiceReport> Services,
    IReadOnlyList<ProcessReport> Processes,
    IReadOnlyList<RecentDenial> RecentDenials,
    IReadOnlyList<FailureReport> RecentFailures);

/// <summary>A host: its processes and its run queue.</summary>
internal sealed record HostReport(string Id, string Zone, int Processes, int Workers, int Queued, long Steps, long Steals);

/// <summary>A channel to another node; figures since it was opened.</summary>
internal sealed record ChannelReport(string Peer, string Zone, long FramesOut, long BytesOut, long FramesIn, long BytesIn, long Waiting, long Denials);

/// <summary>A service and how often it was started again.</summary>
internal sealed record ServiceReport(string Id, string State, int Restarts, string Pid);

/// <summary>A process. Memory is that of its Lua state when it last rested, in bytes; 0 for .NET processes.</summary>
internal sealed record ProcessReport(string Pid, string Entry, string Host, string State, int Mailbox, long Memory, long Steps, string Parent, string? Actor)
{
    /// <summary>Monitors and links; only of a process that was asked for by its PID.</summary>
    public RelationsReport? Relations { get; init; }

    /// <summary>Its last messages, newest first; only of a process whose messages were asked for.</summary>
    public IReadOnlyList<MessageReport>? Messages { get; init; }
}

/// <summary>A message of a process: sent to another one, or taken from it.</summary>
internal sealed record MessageReport(DateTimeOffset At, bool IsSent, string Other, string Topic, string Content, string? TraceId);

/// <summary>Entries of the registry that match a search, and how many there are in all.</summary>
internal sealed record EntriesReport(long Version, int Total, int Matching, IReadOnlyList<EntryReport> Entries);

/// <summary>An entry: what it is, not what is in it, which may be secret.</summary>
internal sealed record EntryReport(string Id, string Kind, string Comment);

/// <summary>Who monitors a process, whom it monitors, and whom it is linked to, as PIDs.</summary>
internal sealed record RelationsReport(IReadOnlyList<string> Watchers, IReadOnlyList<string> Watching, IReadOnlyList<string> Links);

/// <summary>A process that ended with an error.</summary>
internal sealed record FailureReport(DateTimeOffset At, string Pid, string Entry, string Error);
