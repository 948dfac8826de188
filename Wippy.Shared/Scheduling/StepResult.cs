namespace Wippy.Shared.Scheduling;

/// <summary>What one step of a process leaves behind (reference: scheduler, "What a process is to the scheduler").</summary>
public enum StepResult
{
    /// <summary>Over; never run it again.</summary>
    Done,

    /// <summary>More to do at once; it spent its budget and goes to the back of the queue.</summary>
    Continue,

    /// <summary>Nothing to do until something arrives; it is in no queue now.</summary>
    Parked,
}
