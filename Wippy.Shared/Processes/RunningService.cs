using Wippy.Shared.Identity;

namespace Wippy.Shared.Processes;

/// <summary>What a supervisor has started a process for; the process keeps it, so that another supervisor can go on with it.</summary>
/// <param name="Id">The service.</param>
/// <param name="Digest">What its entries were at that time.</param>
internal sealed record ServiceMark(EntryId Id, string Digest);

/// <summary>A service that runs on some node.</summary>
/// <param name="Mark">Which, and as what it was started.</param>
/// <param name="Pid">Its process.</param>
/// <param name="StartedAt">When that was made, by the clock of its node.</param>
internal sealed record RunningService(ServiceMark Mark, Pid Pid, DateTimeOffset StartedAt);
