using System.Diagnostics;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Processes;

/// <summary>
/// The timers of one node: a heap ordered by due time, driven by a single timer of the <see cref="TimeProvider"/>.
/// A timer that falls due posts a <see cref="Completion"/> to the process that started it. Any thread.
/// </summary>
internal sealed class Timers : IDisposable
{
    // Cancelled entries are dropped when they come up; when they outnumber the live ones the heap is rebuilt, so that
    // timeouts which never fire do not pile up.
    private const int RebuildThreshold = 1024;

    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly PriorityQueue<Ticket, (long Due, long Order)> _queue = new();
    private long _order;
    private int _cancelled;
    private long _armedFor = long.MaxValue;
    private bool _disposed;

    public Timers(TimeProvider clock)
    {
        _clock = clock;
        _timer = clock.CreateTimer(static self => ((Timers)self!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>One running timer.</summary>
    internal sealed class Ticket(Process? owner, long operation)
    {
        public Process? Owner = owner;   // null once fired or cancelled; under the lock of the timers

        public long Operation => operation;
    }

    /// <summary>Starts a timer that posts one completion of <paramref name="operation"/>.</summary>
    /// <param name="delay">Zero or less: the completion is posted before this returns.</param>
    /// <param name="owner">Who is told.</param>
    /// <param name="operation">The owner's number for it.</param>
    public Ticket Start(TimeSpan delay, Process owner, long operation)
    {
        if (delay <= TimeSpan.Zero)
        {
            owner.Post(new Completion(operation, null, null));
            return new Ticket(null, operation);
        }
        var ticket = new Ticket(owner, operation);
        var now = _clock.GetTimestamp();
        var due = now + Math.Min(ToTimestamp(delay), long.MaxValue - now);
        lock (_queue)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _queue.Enqueue(ticket, (due, ++_order));
            AssertInvariants();
            if (due < _armedFor) Arm(due);
        }
        return ticket;
    }

    /// <summary>Cancels a timer.</summary>
    /// <returns>False when it has fired or was cancelled before.</returns>
    public bool Cancel(Ticket ticket)
    {
        lock (_queue)
        {
            if (ticket.Owner is null) return false;
            ticket.Owner = null;
            if (++_cancelled > RebuildThreshold && _cancelled > _queue.Count / 2) DropCancelled();
            AssertInvariants();
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_queue)
        {
            _disposed = true;
            _queue.Clear();
            _cancelled = 0;
        }
        _timer.Dispose();
    }

    private void Fire()
    {
        List<Ticket> due = [];
        List<Process> owners = [];
        lock (_queue)
        {
            if (_disposed) return;
            var now = _clock.GetTimestamp();
            while (_queue.TryPeek(out var ticket, out var priority) && (ticket.Owner is null || priority.Due <= now))
            {
                _queue.Dequeue();
                if (ticket.Owner is null)
                {
                    _cancelled--;
                    continue;
                }
                due.Add(ticket);
                owners.Add(ticket.Owner);
                ticket.Owner = null;
            }
            if (_queue.TryPeek(out _, out var next)) Arm(next.Due);
            else _armedFor = long.MaxValue;
            AssertInvariants();
        }
        // Outside the lock: posting wakes processes.
        for (var i = 0; i < due.Count; i++) owners[i].Post(new Completion(due[i].Operation, null, null));
    }

    private void Arm(long due)
    {
        _armedFor = due;
        var ticks = (double)(due - _clock.GetTimestamp()) * TimeSpan.TicksPerSecond / _clock.TimestampFrequency;
        // Timers of the system count whole milliseconds and may be early by a fraction: round up, so that what fires is due.
        var delay = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Clamp(ticks / TimeSpan.TicksPerMillisecond, 0, 86_400_000)));
        _timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private void DropCancelled()
    {
        var live = _queue.UnorderedItems.Where(item => item.Element.Owner is not null).ToArray();
        _queue.Clear();
        _queue.EnqueueRange(live);
        _cancelled = 0;
    }

    private long ToTimestamp(TimeSpan span) =>
        (long)(span.Ticks * ((double)_clock.TimestampFrequency / TimeSpan.TicksPerSecond));

    [Conditional("DEBUG")]
    private void AssertInvariants() => Debug.Assert(_cancelled >= 0 && _cancelled <= _queue.Count, "cancelled timers are in the heap");
}
