namespace Wippy.Shared.Registry;

/// <summary>How long to wait before what has failed is tried again.</summary>
/// <param name="InitialDelay">Before the first retry.</param>
/// <param name="MaxDelay">What the delay grows to.</param>
/// <param name="Factor">Growth per retry, at least 1.</param>
/// <param name="Jitter">Share of the delay, 0 to 1, added or taken at random.</param>
internal sealed record BackoffSpec(TimeSpan InitialDelay, TimeSpan MaxDelay, double Factor, double Jitter)
{
    // Timers of .NET take 49 days.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    /// <summary><c>min(max_delay, initial_delay × backoff_factor^(retry-1)) × (1 ± jitter)</c> (reference: services-and-supervision §4).</summary>
    /// <param name="retry">From 1.</param>
    /// <param name="random">From 0 to 1, uniform.</param>
    public TimeSpan Delay(int retry, double random)
    {
        if (InitialDelay <= TimeSpan.Zero) return TimeSpan.Zero;   // nothing grows to nothing, but nothing times infinity is no number
        var grown = InitialDelay.TotalSeconds * Math.Pow(Factor, retry - 1);
        var capped = Math.Min(grown, MaxDelay.TotalSeconds);
        return TimeSpan.FromSeconds(Math.Min(capped * (1 + (Jitter * ((2 * random) - 1))), Longest.TotalSeconds));
    }
}
