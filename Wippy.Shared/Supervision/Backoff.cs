using Wippy.Shared.Registry;

namespace Wippy.Shared.Supervision;

/// <summary>
/// The delay before a retry (reference: services-and-supervision §4). Pure; Polly's own calculation is not public, and its
/// jitter is of another kind.
/// </summary>
internal static class Backoff
{
    /// <summary><c>min(max_delay, initial_delay × backoff_factor^(retry-1)) × (1 ± jitter)</c></summary>
    /// <param name="restart">Of the service.</param>
    /// <param name="retry">From 1.</param>
    /// <param name="random">From 0 to 1, uniform.</param>
    public static TimeSpan Delay(RestartSpec restart, int retry, double random)
    {
        if (restart.InitialDelay <= TimeSpan.Zero) return TimeSpan.Zero;   // nothing grows to nothing, but nothing times infinity is no number
        var grown = restart.InitialDelay.TotalSeconds * Math.Pow(restart.BackoffFactor, retry - 1);
        var capped = Math.Min(grown, restart.MaxDelay.TotalSeconds);
        return TimeSpan.FromSeconds(capped * (1 + (restart.Jitter * ((2 * random) - 1))));
    }
}
