using Wippy.Shared.Errors;

namespace Wippy.Shared.Processes;

/// <summary>Thrown by a native process to end with a certain error.</summary>
public sealed class ProcessFailedException(Error error) : Exception(error.Message)
{
    /// <summary>What monitors see.</summary>
    public Error Error { get; } = error;
}
