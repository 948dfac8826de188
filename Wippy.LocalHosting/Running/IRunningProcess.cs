namespace Wippy.LocalHosting;

/// <summary>One operating-system process of a replica, from its start to its end. Any thread.</summary>
internal interface IRunningProcess : IDisposable
{
    /// <summary>Its process id.</summary>
    int Id { get; }

    /// <summary>Completes with the exit code when the process has ended and its output has been read.</summary>
    Task<int> Exit { get; }

    /// <summary>Asks it to end.</summary>
    void Terminate();

    /// <summary>Ends it and the processes it has started.</summary>
    void Kill();
}
