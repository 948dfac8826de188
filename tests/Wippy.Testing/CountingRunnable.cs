using Wippy.Shared.Scheduling;

namespace Wippy.Testing;

/// <summary>
/// The least that behaves like a process: a mailbox that is only a number, and a state moved by compare-and-set
/// which decides who runs it. It notices when two steps overlap.
/// </summary>
/// <remarks>Idle -> Ready (a post) -> Running -> Idle; a post while running makes it Woken, which is not allowed to become Idle.</remarks>
/// <param name="scheduler">Where it queues itself.</param>
/// <param name="onMessage">Called for each message inside the step, or null.</param>
/// <param name="budget">Messages per step; then it continues.</param>
internal sealed class CountingRunnable(IScheduler scheduler, Action<CountingRunnable>? onMessage = null, int budget = 16) : IRunnable
{
    private const int Idle = 0;
    private const int Ready = 1;
    private const int Running = 2;
    private const int Woken = 3;

    private int _state;
    private long _posted;
    private int _inside;
    private int _overlaps;

    // Plain on purpose: only steps write it, so with overlapping steps it would lose counts.
    private long _handled;

    /// <summary>Messages handled so far. Any thread.</summary>
    public long Handled => Volatile.Read(ref _handled);

    /// <summary>Steps that began while another one was under way; zero unless something is broken. Any thread.</summary>
    public int Overlaps => Volatile.Read(ref _overlaps);

    /// <summary>Sends it one message. Any thread.</summary>
    public void Post()
    {
        Interlocked.Increment(ref _posted);
        while (true)
        {
            switch (Volatile.Read(ref _state))
            {
                case Idle when Interlocked.CompareExchange(ref _state, Ready, Idle) == Idle:
                    scheduler.Schedule(this);
                    return;
                case Running when Interlocked.CompareExchange(ref _state, Woken, Running) == Running:
                    return;
                case Ready or Woken:
                    return;
            }
        }
    }

    /// <inheritdoc/>
    public StepResult Run()
    {
        if (Interlocked.CompareExchange(ref _state, Running, Ready) != Ready) return StepResult.Parked;
        if (Interlocked.Exchange(ref _inside, 1) != 0) Interlocked.Increment(ref _overlaps);
        var left = budget;
        while (left > 0)
        {
            if (Interlocked.Read(ref _posted) > _handled)
            {
                _handled++;
                left--;
                onMessage?.Invoke(this);
                continue;
            }
            Volatile.Write(ref _inside, 0);
            if (Interlocked.CompareExchange(ref _state, Idle, Running) == Running) return StepResult.Parked;
            Volatile.Write(ref _inside, 1);
            Interlocked.Exchange(ref _state, Running); // Woken: look at the mailbox again
        }
        Volatile.Write(ref _inside, 0);
        Interlocked.Exchange(ref _state, Ready);
        return StepResult.Continue;
    }
}
