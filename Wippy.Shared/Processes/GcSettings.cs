namespace Wippy.Shared.Processes;

/// <summary>
/// What programs have set about the memory of the operating-system process. The limit is a soft one: beyond it, unused memory is
/// collected once a second. Any thread.
/// </summary>
internal sealed class GcSettings : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ITimer _timer;
    private long _limit = long.MaxValue;
    private int _percent = 100;

    public GcSettings(TimeProvider clock) =>
        _timer = clock.CreateTimer(static self => ((GcSettings)self!).Collect(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Bytes; <see cref="long.MaxValue"/> for none.</summary>
    public long Limit => Volatile.Read(ref _limit);

    /// <summary>Kept for those who read it back: the collector of .NET has no such setting.</summary>
    public int Percent => Volatile.Read(ref _percent);

    /// <returns>The limit before.</returns>
    public long SetLimit(long bytes)
    {
        var before = Interlocked.Exchange(ref _limit, bytes);
        var interval = bytes == long.MaxValue ? Timeout.InfiniteTimeSpan : Interval;
        _timer.Change(interval, interval);
        return before;
    }

    /// <returns>The value before.</returns>
    public int SetPercent(int percent) => Interlocked.Exchange(ref _percent, percent);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Collect()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) > Limit) GC.Collect(GC.MaxGeneration, GCCollectionMode.Optimized, blocking: false);
    }
}
