namespace Wippy.Shared.MessagePack;

/// <summary>Bytes that are not the MessagePack that was asked for. The reader that threw it must not be used further.</summary>
/// <param name="offset">Bytes from the start of the reader's input to the place of the fault.</param>
/// <param name="expected">What would have been right.</param>
/// <param name="found">What is there.</param>
internal sealed class MessagePackException(int offset, string expected, string found)
    : FormatException($"MessagePack at offset {offset}: expected {expected}, found {found}")
{
    /// <summary>Bytes from the start of the reader's input to the place of the fault.</summary>
    public int Offset { get; } = offset;
}
