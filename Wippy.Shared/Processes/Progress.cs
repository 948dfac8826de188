namespace Wippy.Shared.Processes;

/// <summary>What a behaviour reports after it ran.</summary>
internal enum Progress
{
    /// <summary>More to do at once.</summary>
    Continue,

    /// <summary>Waits for an operation it started.</summary>
    Blocked,

    /// <summary>Waits for messages only.</summary>
    Idle,

    /// <summary>Initialised; may be stepped now. Only from <see cref="IBehavior.Initialise"/>.</summary>
    Ready,

    /// <summary>Wants to be replaced: <see cref="IBehavior.TakeUpgrade"/> says by what. Only from <see cref="IBehavior.Step"/>.</summary>
    Upgrade,

    /// <summary>Over; <see cref="IBehavior.Result"/> says how.</summary>
    Done,
}
