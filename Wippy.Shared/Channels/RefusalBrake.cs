namespace Wippy.Shared.Channels;

/// <summary>
/// Slows down a peer that again and again asks for what it may not do: after so many refusals within a window nothing is read from it until that is
/// over, so that it costs the other peers no more than these. The network makes it wait.
/// </summary>
/// <param name="limit">Refusals within a window.</param>
/// <param name="window">Shorter than the silence after which a connection is cut.</param>
/// <param name="clock">All time comes from here.</param>
internal sealed class RefusalBrake(int limit, TimeSpan window, TimeProvider clock)
{
    private long _refused;      // any thread adds; the receiving thread reads, and owns the others
    private long _before;       // what it was when the window began
    private long _began = clock.GetTimestamp();

    /// <summary>Something was refused. Any thread.</summary>
    public void Refused() => Interlocked.Increment(ref _refused);

    /// <summary>How long nothing should be read from now on; mostly zero. The receiving thread.</summary>
    public TimeSpan Pause()
    {
        var refused = Interlocked.Read(ref _refused);
        var elapsed = clock.GetElapsedTime(_began);
        var isTooMuch = refused - _before >= limit;
        if (!isTooMuch && elapsed < window) return TimeSpan.Zero;
        var pause = isTooMuch && elapsed < window ? window - elapsed : TimeSpan.Zero;
        // The next window begins after the pause.
        _before = refused;
        _began = clock.GetTimestamp() + (long)(pause.TotalSeconds * clock.TimestampFrequency);
        return pause;
    }
}
