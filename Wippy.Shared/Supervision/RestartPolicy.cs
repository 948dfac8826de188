using Wippy.Shared.Errors;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Supervision;

/// <summary>Which ends of a run are retried (reference: services-and-supervision §4). Pure.</summary>
internal static class RestartPolicy
{
    /// <summary>The state after a run that ended by itself.</summary>
    /// <param name="error">How it ended; null for a normal return, which is never restarted.</param>
    public static ServiceState AfterRun(Error? error) => error is null or { Retryable: false } ? ServiceState.Exited : ServiceState.Failed;

    /// <summary>The state after a spawn that failed: only what may pass by itself (no node, host stopping) is tried again.</summary>
    public static ServiceState AfterSpawn(Error error) => error.Retryable == true ? ServiceState.Failed : ServiceState.Exited;

    /// <summary>Whether there is an attempt left.</summary>
    /// <param name="restart">Of the service.</param>
    /// <param name="failures">Failed runs and starts in a row, this one included.</param>
    public static bool MayRetry(RestartSpec restart, int failures) => restart.MaxAttempts == 0 || failures < restart.MaxAttempts;
}
