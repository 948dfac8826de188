namespace Wippy.Shared.Messaging;

/// <summary>How much may wait unread for one process. Signals and completions do not count.</summary>
internal sealed class MailboxLimits
{
    /// <summary>Messages, unless said otherwise.</summary>
    public const int DefaultMessages = 1_048_576;

    /// <summary>Messages; 1 to 8,388,607.</summary>
    public int MaxMessages { get; init; } = DefaultMessages;

    /// <summary>Bytes of payload, all messages together; 1 to 2^40. Default 128 MiB.</summary>
    public long MaxBytes { get; init; } = 128L << 20;

    /// <summary>What this and other mailboxes may hold together; null for no such limit.</summary>
    public MailboxBudget? Budget { get; init; }
}
