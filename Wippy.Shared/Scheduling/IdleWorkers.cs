using System.Diagnostics;

namespace Wippy.Shared.Scheduling;

/// <summary>
/// Who sleeps, who searches, whom to wake. Pure bookkeeping over worker numbers: it neither blocks nor
/// wakes a thread. Any thread.
/// </summary>
/// <remarks>
/// At most one worker searches: many thieves would only fight over the same items, and a burst of work needs no more
/// than one wake-up at a time, because a searcher that finds work has the next sleeper woken. <i>Wakeable</i> means:
/// somebody sleeps and nobody searches. The protocol that loses no wake-up:
/// <list type="number">
/// <item>Whoever queues work publishes it, passes a full fence, and reads <i>wakeable</i>. When set, it takes the newest
/// sleeper off the list (its caches are the warmest), makes it the searcher and unparks it (<see cref="TryWake"/>).</item>
/// <item>A worker without work tries to become the searcher (<see cref="TryBeginSearch"/>). A searcher that finds
/// something gives the role back (<see cref="EndSearch"/>).</item>
/// <item>A worker that may not search, or searched in vain, puts itself on the list, giving the role back in the same
/// critical section (<see cref="BeginSleep"/>).</item>
/// <item>Whoever made workers wakeable by 2 or 3 passes a full fence and then looks at all queues. After 2, work in
/// sight means: do 1. After 3: leave the list again and search (<see cref="TryWithdraw"/>); when that is refused,
/// a waker or a searcher has taken charge and sleeping is right.</item>
/// <item>A worker taken off the list by 1 wakes up as the searcher, even if it was not asleep yet: the permit to wake
/// up is kept for it.</item>
/// </list>
/// Why nothing is lost: let a producer publish an item and read <i>wakeable</i> as not set. Then either nobody sleeps
/// and no thread is missing, or somebody searches. Each later change to wakeable ends in the look of 4, and of the two
/// fences (in 1 between publishing and reading; in 4 between writing and looking) one comes first: the producer reads
/// what was written, or the look sees what was published. The fences are explicit because this store-then-load order
/// is the one that neither x64 nor arm64 keeps by itself, and that volatile access does not ask for.
/// </remarks>
internal sealed class IdleWorkers(int workers)
{
    private readonly Lock _lock = new();

    // Guarded by _lock. The newest sleeper is last.
    private readonly List<int> _sleepers = new(workers);

    // Guarded by _lock.
    private bool _searching;

    // Written under _lock by whoever changes the two above; read without it by everyone who queues work.
    private bool _wakeable;

    /// <summary>Takes a sleeper off the list and makes it the searcher; the caller unparks it. Call after publishing work.</summary>
    /// <returns>False when nobody sleeps or somebody already searches.</returns>
    public bool TryWake(out int worker)
    {
        worker = -1;
        Interlocked.MemoryBarrier(); // (1) orders the caller's publication before the read
        if (!Volatile.Read(ref _wakeable)) return false;
        lock (_lock)
        {
            AssertInvariants();
            if (!_wakeable) return false;
            worker = _sleepers[^1];
            _sleepers.RemoveAt(_sleepers.Count - 1);
            _searching = true;
            UpdateWakeable();
            return true;
        }
    }

    /// <summary>Asks for the role of the searcher. (2)</summary>
    /// <returns>False when another worker has it.</returns>
    public bool TryBeginSearch()
    {
        lock (_lock)
        {
            AssertInvariants();
            if (_searching) return false;
            _searching = true;
            UpdateWakeable();
            return true;
        }
    }

    /// <summary>Gives the role back after something was found. (2)</summary>
    /// <returns>True when workers are wakeable now: the caller looks at the queues and, if there is more, wakes one. (4)</returns>
    public bool EndSearch()
    {
        lock (_lock)
        {
            AssertInvariants();
            Debug.Assert(_searching, "Only the searcher ends a search.");
            _searching = false;
            return UpdateWakeable();
        }
    }

    /// <summary>Puts a worker on the list of sleepers. (3)</summary>
    /// <param name="worker">The calling worker, which is not on the list.</param>
    /// <param name="searched">Whether it is the searcher, and now stops being it.</param>
    /// <returns>True when workers are wakeable now: the caller looks at the queues before it sleeps. (4)</returns>
    public bool BeginSleep(int worker, bool searched)
    {
        lock (_lock)
        {
            AssertInvariants();
            Debug.Assert(!_sleepers.Contains(worker), "A worker sleeps once.");
            _sleepers.Add(worker);
            if (searched) _searching = false;
            return UpdateWakeable();
        }
    }

    /// <summary>Takes the calling worker off the list again and makes it the searcher. (4)</summary>
    /// <returns>False when a waker has taken it off already, or another worker searches: then it sleeps.</returns>
    public bool TryWithdraw(int worker)
    {
        lock (_lock)
        {
            AssertInvariants();
            if (_searching || !_sleepers.Remove(worker)) return false;
            _searching = true;
            UpdateWakeable();
            return true;
        }
    }

    private bool UpdateWakeable()
    {
        _wakeable = _sleepers.Count > 0 && !_searching;
        Interlocked.MemoryBarrier(); // (4) orders the write before the look that follows
        return _wakeable;
    }

    [Conditional("DEBUG")]
    private void AssertInvariants() =>
        Debug.Assert(_wakeable == (_sleepers.Count > 0 && !_searching), "Wakeable means that somebody sleeps and nobody searches.");
}
