using Polly;
using Polly.Retry;
using Wippy.Shared.Errors;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Supervision;

/// <summary>Which ends of a run are retried, and when (reference: services-and-supervision §4).</summary>
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

    /// <summary>Carries the runs of services: each says when the next one comes, or null when it was the last.</summary>
    /// <remarks>
    /// Polly brings the loop, the wait on our clock, and its end when a service is not wanted any more. How long to wait, and how often, say
    /// the services: Polly's own waits grow by two alone, and it does not know of stable runs, which begin a new count.
    /// </remarks>
    public static ResiliencePipeline<NextRun?> Pipeline(TimeProvider clock) =>
        new ResiliencePipelineBuilder<NextRun?> { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions<NextRun?>
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = run => ValueTask.FromResult(run.Outcome.Result is not null),
                DelayGenerator = run => ValueTask.FromResult(run.Outcome.Result?.Delay),
            })
            .Build();
}

/// <summary>What follows a run of a service. An object, because for those Polly is compiled ahead.</summary>
/// <param name="Delay">From the end of the last one.</param>
internal sealed record NextRun(TimeSpan Delay);
