namespace Wippy.Shared.Scheduling;

/// <summary>
/// Runs many runnables on a few dedicated threads: owns the workers, the injection queue between them and the outside,
/// and the bookkeeping of who sleeps. Queues only; whether a runnable may run is decided by the runnable.
/// </summary>
/// <remarks>
/// Shutdown (<see cref="Stop"/>):
/// <list type="number">
/// <item>The stop flag is set. From here on <see cref="Schedule"/> and <see cref="ScheduleLast"/> drop what outside
/// threads bring, and no worker takes another runnable once it has seen the flag.</item>
/// <item>Every worker is given a permit to wake up. The flag is set before, and a permit is kept for a worker that is
/// only about to sleep, so none sleeps through it.</item>
/// <item>The threads are joined: steps in progress end first. Nothing runs after this.</item>
/// <item>What is still queued is dropped.</item>
/// </list>
/// </remarks>
internal sealed class Scheduler : IScheduler, IDisposable
{
    private readonly Lock _lifecycle = new();
    private bool _started;

    // Written by Stop, read by every worker before each take.
    private volatile bool _stopping;

    /// <param name="name">Name of the host, for the threads.</param>
    /// <param name="workers">Number of threads, at least 1.</param>
    /// <param name="ringCapacity">Capacity of each worker's ring, a power of two, at least 2.</param>
    /// <param name="clock">Says how long turns last; by default <see cref="CoarseClock"/>.</param>
    public Scheduler(string name, int workers, int ringCapacity = Worker.RingCapacity, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        Name = name;
        Clock = clock ?? CoarseClock.Instance;
        Idle = new IdleWorkers(workers);
        Workers = new Worker[workers];
        for (var i = 0; i < workers; i++) Workers[i] = new Worker(this, i, workers, ringCapacity);
    }

    /// <summary>Name of the host; thread <c>n</c> is called <c>wippy-name-n</c>.</summary>
    public string Name { get; }

    /// <summary>Whether <see cref="Stop"/> was called.</summary>
    public bool IsStopping => _stopping;

    /// <summary>Steps begun since the start. Any thread, as for all figures here; a sum over workers that go on working.</summary>
    public long Steps => Workers.Sum(worker => worker.Steps);

    /// <summary>Runnables that one worker took from another.</summary>
    public long Steals => Workers.Sum(worker => worker.Steals);

    /// <summary>Times a worker went to sleep.</summary>
    public long Parks => Workers.Sum(worker => worker.Parks);

    /// <summary>Its threads.</summary>
    public long WorkerCount => Workers.Length;

    /// <summary>Runnables in all queues.</summary>
    public int QueueDepth => Injection.Count + Workers.Sum(worker => worker.QueueDepth);

    /// <summary>Told how long steps last; null for nobody. Set before <see cref="Start"/>.</summary>
    public StepTimer? StepTimer { get; set; }

    /// <summary>For the workers.</summary>
    internal TimeProvider Clock { get; }

    /// <summary>For the workers: all of them, by index.</summary>
    internal Worker[] Workers { get; }

    /// <summary>For the workers.</summary>
    internal InjectionQueue Injection { get; } = new();

    /// <summary>For the workers.</summary>
    internal IdleWorkers Idle { get; }

    /// <summary>For the workers: whether there is something that any of them may take. LIFO slots do not count, their owners are awake.</summary>
    internal bool HasWorkForAnyone
    {
        get
        {
            if (Injection.Count > 0) return true;
            foreach (var worker in Workers)
            {
                if (worker.RingDepth > 0) return true;
            }
            return false;
        }
    }

    /// <summary>Starts the threads. What was scheduled before runs now. Once.</summary>
    /// <exception cref="InvalidOperationException">It was started or stopped before.</exception>
    public void Start()
    {
        lock (_lifecycle)
        {
            if (_started || _stopping)
            {
                throw new InvalidOperationException($"Scheduler '{Name}' was {(_stopping ? "stopped" : "started")} before; create another one.");
            }
            _started = true;
            foreach (var worker in Workers) worker.Start();
        }
    }

    /// <inheritdoc/>
    public void Schedule(IRunnable runnable)
    {
        var worker = Worker.Current;
        if (worker?.Scheduler == this) worker.Push(runnable);
        else ScheduleLast(runnable);
    }

    /// <inheritdoc/>
    public void ScheduleLast(IRunnable runnable)
    {
        if (_stopping) return;
        Injection.Enqueue(runnable);
        WakeOne();
    }

    /// <summary>Stops as described above. Returns when no thread is left; may be called again. Any thread but a worker's.</summary>
    /// <exception cref="InvalidOperationException">Called from a step of this scheduler, which cannot wait for its own end.</exception>
    public void Stop()
    {
        if (Worker.Current?.Scheduler == this)
        {
            throw new InvalidOperationException($"Scheduler '{Name}' cannot be stopped from one of its own steps; stop it from another thread.");
        }
        lock (_lifecycle)
        {
            _stopping = true; // (1)
            if (_started)
            {
                foreach (var worker in Workers) worker.Unpark(); // (2)
                foreach (var worker in Workers) worker.Join(); // (3)
            }
            foreach (var worker in Workers) worker.DropQueued(); // (4)
            while (Injection.TryDequeue(out _)) { }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Stop();

    /// <summary>For the workers: has one more look for work if that helps. Call after publishing work.</summary>
    internal void WakeOne()
    {
        if (Idle.TryWake(out var worker)) Workers[worker].Unpark();
    }
}
