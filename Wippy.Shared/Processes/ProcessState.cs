namespace Wippy.Shared.Processes;

/// <summary>States of a process (reference: scheduler §2). Moved only by compare-and-set in <see cref="Process"/>.</summary>
internal enum ProcessState
{
    /// <summary>In a run queue, or about to be put into one.</summary>
    Ready = 0,

    /// <summary>A worker executes a step; never more than one.</summary>
    Running = 1,

    /// <summary>Waits for the results of operations it started.</summary>
    Blocked = 2,

    /// <summary>Waits for messages.</summary>
    Idle = 3,

    /// <summary>Over; nothing moves it any more.</summary>
    Complete = 4,
}
