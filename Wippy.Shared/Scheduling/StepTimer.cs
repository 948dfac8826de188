namespace Wippy.Shared.Scheduling;

/// <summary>Receives the duration of a sample of the steps. Both are called by workers, must not block, and are not called when nobody wants to know.</summary>
/// <param name="IsWanted">Whether somebody wants to know now.</param>
/// <param name="Measured">Told how long a step has lasted.</param>
internal sealed record StepTimer(Func<bool> IsWanted, Action<TimeSpan> Measured)
{
    /// <summary>One of so many steps of a worker is measured; a power of two. A measurement costs about as much as a short step.</summary>
    public const int Interval = 128;
}
