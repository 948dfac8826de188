namespace Aspire.Hosting.ApplicationModel;

/// <summary>The states of a replica.</summary>
public static class KnownResourceStates
{
    /// <summary>Nobody has asked for a start.</summary>
    public static readonly string NotStarted = nameof(NotStarted);

    /// <summary>The start waits for another resource.</summary>
    public static readonly string Waiting = nameof(Waiting);

    /// <summary>The process is being started.</summary>
    public static readonly string Starting = nameof(Starting);

    /// <summary>The process runs.</summary>
    public static readonly string Running = nameof(Running);

    /// <summary>The process was asked to end.</summary>
    public static readonly string Stopping = nameof(Stopping);

    /// <summary>The process ended by itself with exit code 0.</summary>
    public static readonly string Finished = nameof(Finished);

    /// <summary>The process was stopped, or ended with another exit code.</summary>
    public static readonly string Exited = nameof(Exited);

    /// <summary>There is no process: its command could not be run, or what it waited for failed.</summary>
    public static readonly string FailedToStart = nameof(FailedToStart);

    /// <summary>States that only a start command leaves.</summary>
    public static readonly IReadOnlyList<string> TerminalStates = [Finished, FailedToStart, Exited];
}
