namespace Wippy.Shared.Scheduling;

/// <summary>The only thing the scheduler knows about a process.</summary>
internal interface IRunnable
{
    /// <summary>
    /// Runs one step on the calling worker. The queue only suggests: the runnable itself decides by compare-and-set
    /// whether it may run, so a stale queue entry is harmless (it returns <see cref="StepResult.Parked"/>).
    /// Never throws, never blocks.
    /// </summary>
    StepResult Run();
}
