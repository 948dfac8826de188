namespace Wippy.Shared.Scheduling;

/// <summary>
/// The machine's monotonic clock in steps of a few milliseconds, as the timer interrupt leaves it: reading it takes 6 ns instead of 24, which counts where it is read before each step.
/// Timestamps only. Any thread.
/// </summary>
internal sealed class CoarseClock : TimeProvider
{
    /// <summary>The only one.</summary>
    public static CoarseClock Instance { get; } = new();

    /// <inheritdoc/>
    public override long TimestampFrequency => 1000;

    /// <inheritdoc/>
#pragma warning disable RS0030 // it enters here, as a TimeProvider
    public override long GetTimestamp() => Environment.TickCount64;
#pragma warning restore RS0030
}
