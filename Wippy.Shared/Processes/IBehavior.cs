using Wippy.Shared.Messaging;

namespace Wippy.Shared.Processes;

/// <summary>
/// What a process does: any state machine, Lua or .NET. Its process calls it from one thread at a time, though not
/// always the same one, and never after <see cref="Close"/>. It takes what arrived from
/// <see cref="Process.TakeMail"/>. It neither throws for what its program does nor blocks the thread.
/// </summary>
internal interface IBehavior
{
    /// <summary>
    /// Prepares the program; called until it reports <see cref="Progress.Ready"/>, or <see cref="Progress.Done"/>
    /// with an error, which fails the spawn.
    /// </summary>
    Progress Initialise();

    /// <summary>Takes what arrived, runs, says what next.</summary>
    Progress Step();

    /// <summary>Memory of its program when it last rested, in bytes; 0 when that is not known. Any thread.</summary>
    long MemoryBytes => 0;

    /// <summary>Whether it hibernates. Any thread; a snapshot.</summary>
    bool IsHibernating => false;

    /// <summary>Gives back memory that it does not need while it waits; its next step takes it again. Between steps only.</summary>
    /// <returns>Whether it hibernates from now on; false when it did, or cannot.</returns>
    bool TryHibernate() => false;

    /// <summary>How it ended; valid once it reported <see cref="Progress.Done"/>.</summary>
    ExitResult Result { get; }

    /// <summary>Hands over to another behaviour; called once, after it reported <see cref="Progress.Upgrade"/>.</summary>
    Upgrade TakeUpgrade();

    /// <summary>Frees what it holds. Called once, also when it was ended from outside.</summary>
    void Close();
}
