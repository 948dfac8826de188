namespace Wippy.Shared.Scheduling;

/// <summary>Where a process puts itself when it has become ready. Any thread.</summary>
internal interface IScheduler
{
    /// <summary>
    /// Queues a runnable that has just become ready. From a worker of this scheduler it goes to the hot end of that
    /// worker's deque (the LIFO slot), from any other thread to the injection queue.
    /// </summary>
    void Schedule(IRunnable runnable);

    /// <summary>Queues a runnable at the back (injection queue), whoever calls: for new processes, which start after older work.</summary>
    void ScheduleLast(IRunnable runnable);
}
