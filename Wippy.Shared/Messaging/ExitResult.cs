using Wippy.Shared.Errors;

namespace Wippy.Shared.Messaging;

/// <summary>How a process ended: with a value, or with an error. Immutable and shared by all who are told.</summary>
/// <param name="Value">One MessagePack value; empty for none.</param>
/// <param name="Error">Null after success.</param>
internal sealed record ExitResult(ReadOnlyMemory<byte> Value, Error? Error)
{
    /// <summary>Ended normally without a value.</summary>
    public static ExitResult Normal { get; } = new(default, null);

    /// <summary>Ended with an error.</summary>
    public static ExitResult Failed(Error error) => new(default, error);
}
