using Wippy.Shared.Scheduling;

namespace Wippy.Testing;

/// <summary>A runnable whose step is a lambda; it does not guard itself, so it is queued once at a time.</summary>
internal sealed class LambdaRunnable(Func<StepResult> run) : IRunnable
{
    /// <summary>A runnable that is over after one step.</summary>
    public static LambdaRunnable Once(Action run) => new(() =>
    {
        run();
        return StepResult.Done;
    });

    /// <inheritdoc/>
    public StepResult Run() => run();
}
