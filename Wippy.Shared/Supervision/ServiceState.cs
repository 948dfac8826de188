namespace Wippy.Shared.Supervision;

/// <summary>States of a service (reference: services-and-supervision §1).</summary>
internal enum ServiceState
{
    /// <summary>Declared, never started.</summary>
    Unknown,

    /// <summary>Its process is being spawned.</summary>
    Starting,

    /// <summary>Up.</summary>
    Running,

    /// <summary>Asked to end.</summary>
    Stopping,

    /// <summary>Ended on request.</summary>
    Stopped,

    /// <summary>Ended by itself, well or with an error that is not worth a retry. Not restarted.</summary>
    Exited,

    /// <summary>Ended with an error: waits for a retry, or is out of attempts.</summary>
    Failed,
}
