namespace Wippy.Shared.Processes;

/// <summary>States of a host.</summary>
internal enum HostState
{
    NotRunning,
    Running,
    Stopping,
    Stopped,
}
