namespace Wippy.Shared.Messaging;

/// <summary>
/// What a mailbox holds: a <see cref="Message"/> from a process, a <see cref="Signal"/> from the runtime about a
/// process, or the <see cref="Completion"/> of an operation which the owner started.
/// </summary>
internal abstract class MailboxItem
{
    /// <summary>Link to the next item. Written by whoever holds the item alone: the poster before, the owner after the mailbox.</summary>
    internal MailboxItem? Next;
}
