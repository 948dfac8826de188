using System.Diagnostics;

namespace Wippy.Shared.Scheduling;

/// <summary>One thread of a <see cref="Scheduler"/>: find, run, park.</summary>
/// <remarks>
/// Order of taking, which is what makes it fair:
/// <list type="number">
/// <item>Every <see cref="InjectionInterval"/>th take, and one in each <see cref="Turn"/>, looks at the injection queue first, so local work cannot keep new
/// and preempted processes out for ever.</item>
/// <item>The LIFO slot: what was woken last, whose data is warm. After <see cref="MaxLifoRuns"/> in a row, or a <see cref="Turn"/>, it goes to the
/// back of the ring, so two processes that keep waking each other cannot starve a third.</item>
/// <item>The ring, oldest first.</item>
/// <item>The injection queue.</item>
/// <item>As the searcher: the injection queue and the rings of the others, a few times over; then the LIFO slot of a
/// worker whose step lasted through the whole search. A slot is spared before that because its owner takes
/// it within a fraction of a microsecond, and two workers would else throw a talking pair to and fro.</item>
/// </list>
/// Filling an empty slot wakes nobody (a reply to the sender would otherwise cost a system call each), so a slot's item
/// may wait for the end of the current step while the others sleep; what it pushes out into the ring is offered
/// to them, and so is the item itself when that step turns out to last (<see cref="OfferSlot"/>).
/// </remarks>
internal sealed class Worker
{
    /// <summary>Default capacity of the ring; what does not fit goes to the injection queue.</summary>
    public const int RingCapacity = 256;

    /// <summary>A prime, so that it does not fall into step with a regular pattern of work. Go uses the same.</summary>
    public const int InjectionInterval = 61;

    /// <summary>Runs from the LIFO slot in a row before the ring gets its turn.</summary>
    public const int MaxLifoRuns = 64;

    /// <summary>How long those who wake each other may go on, about: as long as a program alone.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(10);

    // Reading the clock takes a hundredth of a short step; in between are no more than so many slices.
    private const int TakesPerLook = 4;

    // A search lasts a few microseconds: about what parking and waking a thread costs, and ten times a short step.
    private const int SearchRounds = 8;
    private const int SpinsPerRound = 20;

    [ThreadStatic]
    private static Worker? _current;

    private readonly Scheduler _scheduler;
    private readonly int _index;
    private readonly Thread _thread;
    private readonly WorkStealingDeque _ring;
    private readonly long[] _stepsBeforeSearch;
    private readonly long _turn;   // in units of timestamps

    // Set by the owner only; emptied by the owner or a thief with an exchange, so one of them gets the item. The owner
    // may therefore fill an empty slot with a plain release store: nobody else writes to it then.
    private IRunnable? _slot;

    // The owner's bookkeeping; no other thread looks at it.
    private uint _takes;
    private int _lifoRuns;
    private long _now;          // timestamp of the last look at the clock; the next ones are, too
    private long _lifoSince;
    private long _localSince;   // since when it runs what it has itself, without a look at the injection queue
    private long _injectedAt;   // when it has taken something from there at such a look; 0 afterwards

    // Written by the owner only, read by anyone for metrics and by thieves (steps). Aligned 64-bit stores do not tear.
    private long _steps;
    private long _steals;
    private long _parks;

    // Guarded by _parkGate. A permit given before the worker waits lets it pass at once.
    private readonly object _parkGate = new();
    private bool _permit;

    public Worker(Scheduler scheduler, int index, int workers, int ringCapacity)
    {
        _scheduler = scheduler;
        _index = index;
        _ring = new WorkStealingDeque(ringCapacity);
        _stepsBeforeSearch = new long[workers];
        _turn = (long)(Turn.TotalSeconds * scheduler.Clock.TimestampFrequency);
        _thread = new Thread(Loop) { IsBackground = true, Name = $"wippy-{scheduler.Name}-{index}" };
    }

    /// <summary>The worker on whose thread the caller runs, or null.</summary>
    public static Worker? Current => _current;

    /// <summary>The scheduler it belongs to.</summary>
    public Scheduler Scheduler => _scheduler;

    /// <summary>Steps begun. Any thread.</summary>
    public long Steps => Volatile.Read(ref _steps);

    /// <summary>Items it took from other workers. Any thread.</summary>
    public long Steals => Volatile.Read(ref _steals);

    /// <summary>Times it went to sleep. Any thread.</summary>
    public long Parks => Volatile.Read(ref _parks);

    /// <summary>Items in its ring, which all workers may take. Any thread.</summary>
    public int RingDepth => _ring.Count;

    /// <summary>Items in its ring and slot. Any thread.</summary>
    public int QueueDepth => RingDepth + (Volatile.Read(ref _slot) is null ? 0 : 1);

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Waits until the thread has ended. Any thread but its own.</summary>
    public void Join() => _thread.Join();

    /// <summary>Queues at the hot end. This worker's thread only.</summary>
    public void Push(IRunnable runnable)
    {
        if (_slot is null)
        {
            Volatile.Write(ref _slot, runnable); // release: a thief sees the runnable as it is now
            return;
        }
        var displaced = Interlocked.Exchange(ref _slot, runnable);
        if (displaced is not null) PushBack(displaced);
    }

    /// <summary>Lets others have what waits in the slot: the step that runs lasts, and cannot be suspended. This worker's thread only.</summary>
    public void OfferSlot()
    {
        if (TakeSlot() is { } waiting) PushBack(waiting);
    }

    /// <summary>Ends the worker's sleep, or the next one if it does not sleep. Any thread.</summary>
    public void Unpark()
    {
        lock (_parkGate)
        {
            _permit = true;
            Monitor.Pulse(_parkGate);
        }
    }

    /// <summary>Empties ring and slot. Only after the thread has ended.</summary>
    public void DropQueued()
    {
        _slot = null;
        while (_ring.AsOwner.TryPop(out _)) { }
    }

    private void Loop()
    {
        _current = this;
        LookAtClock();
        while (!_scheduler.IsStopping && (Take() ?? TakeElsewhere()) is { } runnable)
        {
            // Before the step: a counter that stands still is a step that lasts.
            _steps++;
            var result = _steps % StepTimer.Interval == 0 && _scheduler.StepTimer is { } timer && timer.IsWanted() ? RunTimed(runnable, timer) : runnable.Run();
            if (result == StepResult.Continue) PutBack(runnable);
        }
    }

    private static StepResult RunTimed(IRunnable runnable, StepTimer timer)
    {
        var began = Stopwatch.GetTimestamp();
        var result = runnable.Run();
        timer.Measured(Stopwatch.GetElapsedTime(began));
        return result;
    }

    private IRunnable? Take()
    {
        if (++_takes % TakesPerLook == 0 || _injectedAt != 0) LookAtClock();
        if ((_takes % InjectionInterval == 0 || _now - _localSince >= _turn) && TakeInjected() is { } injected) return injected;
        var hot = TakeSlot();
        if (_lifoRuns == 0) _lifoSince = _now;
        if (hot is not null && ++_lifoRuns <= MaxLifoRuns && _now - _lifoSince < _turn) return hot;
        _lifoRuns = 0;
        if (_ring.AsOwner.TryPop(out var oldest))
        {
            if (hot is not null) PushBack(hot);
            return oldest;
        }
        return hot ?? (_scheduler.Injection.TryDequeue(out var last) ? last : null);
    }

    private void LookAtClock()
    {
        _now = _scheduler.Clock.GetTimestamp();
        if (_injectedAt == 0) return;
        // What that took is not the time of those who are here.
        _lifoSince += _now - _injectedAt;
        _localSince = _now;
        _injectedAt = 0;
    }

    // Leaves _lifoRuns alone: reset here, it would never reach its bound while the injection queue has work.
    private IRunnable? TakeInjected()
    {
        LookAtClock();
        _localSince = _now;
        if (!_scheduler.Injection.TryDequeue(out var injected)) return null;
        _injectedAt = _now;
        return injected;
    }

    private void PushBack(IRunnable runnable)
    {
        if (!_ring.AsOwner.TryPush(runnable)) _scheduler.Injection.Enqueue(runnable);
        _scheduler.WakeOne();
    }

    private void PutBack(IRunnable runnable)
    {
        // With nothing else to do, this worker takes it up again itself: waking another would only move it.
        var alone = QueueDepth == 0 && _scheduler.Injection.Count == 0;
        _scheduler.Injection.Enqueue(runnable);
        if (!alone) _scheduler.WakeOne();
    }

    // Null once the scheduler stops. Numbers: IdleWorkers.
    private IRunnable? TakeElsewhere()
    {
        var idle = _scheduler.Idle;
        var searching = idle.TryBeginSearch(); // (2)
        while (true)
        {
            if (searching && Search() is { } found)
            {
                if (idle.EndSearch() && _scheduler.HasWorkForAnyone) _scheduler.WakeOne(); // (4)
                LookAtClock();
                return found;
            }
            var wakeable = idle.BeginSleep(_index, searching); // (3)
            if (!(wakeable && _scheduler.HasWorkForAnyone && idle.TryWithdraw(_index))) Park(); // (4)
            if (_scheduler.IsStopping) return null;
            searching = true; // (5), or withdrawn
        }
    }

    private IRunnable? Search()
    {
        var workers = _scheduler.Workers;
        for (var i = 0; i < workers.Length; i++) _stepsBeforeSearch[i] = workers[i].Steps;
        for (var round = 0; round < SearchRounds; round++)
        {
            if (_scheduler.Injection.TryDequeue(out var injected)) return injected;
            for (var i = 1; i < workers.Length; i++)
            {
                if (!Victim(i)._ring.AsThief.TrySteal(out var stolen)) continue;
                _steals++;
                return stolen;
            }
            Thread.SpinWait(SpinsPerRound);
        }
        for (var i = 1; i < workers.Length; i++)
        {
            var victim = Victim(i);
            if (victim.Steps != _stepsBeforeSearch[victim._index] || victim.TakeSlot() is not { } stolen) continue;
            _steals++;
            return stolen;
        }
        return null;

        Worker Victim(int distance) => workers[(_index + distance) % workers.Length];
    }

    // Owner and thieves. The read spares the exchange (and the cache line) when there is nothing.
    private IRunnable? TakeSlot() => Volatile.Read(ref _slot) is null ? null : Interlocked.Exchange(ref _slot, null);

    private void Park()
    {
        _parks++;
        lock (_parkGate)
        {
            while (!_permit) Monitor.Wait(_parkGate);
            _permit = false;
        }
    }
}
