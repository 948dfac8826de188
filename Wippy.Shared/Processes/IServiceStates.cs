using Wippy.Shared.Identity;

namespace Wippy.Shared.Processes;

/// <summary>The services of a deployment as its supervisor sees them; on the node that has the supervisor. Any thread.</summary>
internal interface IServiceStates
{
    /// <summary>Every service, in id order.</summary>
    IReadOnlyList<ServiceStatus> All { get; }

    /// <summary>One service; null when there is none of that id.</summary>
    ServiceStatus? Find(EntryId id);

    /// <summary>A node has joined the deployment and tells which services run on it; those go on, or are asked to end.</summary>
    /// <param name="isReturning">Whether it has been in this deployment before, perhaps with another system node.</param>
    /// <param name="running">Its services; all are processes of that node.</param>
    /// <param name="taken">Told when it is decided what becomes of each: from then on services may be started there.</param>
    void Joined(bool isReturning, IReadOnlyList<RunningService> running, Action taken);
}

/// <summary>What is known of one service.</summary>
/// <param name="Id">Its entry.</param>
/// <param name="Status">unknown, starting, running, stopping, stopped, exited or failed.</param>
/// <param name="Desired">What it should be: running or stopped.</param>
/// <param name="RetryCount">Failed starts and runs in a row.</param>
/// <param name="LastUpdate">Of the status.</param>
/// <param name="StartedAt">Of its last run; null if there was none.</param>
/// <param name="Details">Why it is in that state, or null.</param>
internal sealed record ServiceStatus(
    EntryId Id, string Status, string Desired, int RetryCount, DateTimeOffset LastUpdate, DateTimeOffset? StartedAt, string? Details)
{
    /// <summary>How often it was started again.</summary>
    public int Restarts { get; init; }

    /// <summary>Its last process; <see cref="Pid.None"/> while there was none.</summary>
    public Pid Pid { get; init; }

    /// <summary>As programs see it; times in nanoseconds since 1970.</summary>
    public IReadOnlyDictionary<string, object?> ToFields() => new Dictionary<string, object?>
    {
        ["id"] = Id.ToString(),
        ["status"] = Status,
        ["desired"] = Desired,
        ["retry_count"] = (long)RetryCount,
        ["last_update"] = Nanoseconds(LastUpdate),
        ["started_at"] = StartedAt is { } at ? Nanoseconds(at) : null,
        ["details"] = Details,
    };

    private static long Nanoseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
