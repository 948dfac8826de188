namespace Wippy.Shared.Messaging;

/// <summary>How much may wait unread for one process. Signals and completions do not count.</summary>
internal sealed class MailboxLimits
{
    /// <summary>Messages; 1 to 8,388,607. Default 1,048,576.</summary>
    public int MaxMessages { get; init; } = 1_048_576;

    /// <summary>Bytes of payload, all messages together; 1 to 2^40. Default 128 MiB.</summary>
    public long MaxBytes { get; init; } = 128L << 20;
}
