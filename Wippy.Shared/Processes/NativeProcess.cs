namespace Wippy.Shared.Processes;

/// <summary>
/// A process written in .NET: derive from it, register the class under a name (<see cref="NativeProcesses"/>) and
/// declare an entry of kind <c>process.native</c>. It has a PID, a mailbox, names, monitors and links like any other.
/// </summary>
public abstract class NativeProcess
{
    /// <summary>
    /// The process: it ends when the task does. Runs on workers of its host, one continuation at a time, and must
    /// await rather than block. An exception ends the process with an error; <see cref="ProcessFailedException"/>
    /// says which.
    /// </summary>
    /// <param name="process">What it can do.</param>
    /// <returns>Its result, of the kinds of values that can be sent.</returns>
    public abstract Task<object?> RunAsync(NativeContext process);
}
