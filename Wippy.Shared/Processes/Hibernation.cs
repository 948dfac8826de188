namespace Wippy.Shared.Processes;

/// <summary>
/// Lets the processes of a node hibernate that have waited for as long as their host says (<c>limits.hibernate_after</c>). It looks at all of
/// them every <see cref="Interval"/>, on a thread of the pool.
/// </summary>
internal sealed class Hibernation : IDisposable
{
    /// <summary>Between two looks: so much later than its host says may a process begin to hibernate.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2.5);

    private readonly ProcessTable _processes;
    private readonly ITimer _timer;
    private readonly Lock _looking = new();
    private int _looks;

    public Hibernation(ProcessTable processes, TimeProvider clock)
    {
        _processes = processes;
        _timer = clock.CreateTimer(static self => ((Hibernation)self!).Look(), this, Interval, Interval);
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        // A look that lasts longer than the interval is not joined by the next one.
        if (!_looking.TryEnter()) return;
        try
        {
            _looks++;
            foreach (var process in _processes.All)
            {
                var after = process.Host.HibernateAfter;
                if (after <= TimeSpan.Zero || process.IsHibernating) continue;
                if ((_looks - process.RestsSince(_looks)) * Interval >= after) process.TryHibernate();
            }
        }
        finally
        {
            _looking.Exit();
        }
    }
}
