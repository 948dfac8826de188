namespace Wippy.Shared.Messaging;

/// <summary>
/// What a mailbox holds: a <see cref="Message"/> from a process, a <see cref="Signal"/> from the runtime about a
/// process, or the <see cref="Completion"/> of an operation which the owner started.
/// </summary>
internal abstract class MailboxItem
{
    /// <summary>Link to the next item. Written by whoever holds the item alone: the poster before, the owner after the mailbox.</summary>
    internal MailboxItem? Next;

    /// <summary>Place in the order in which the owner took its mail. Written by the owner when it takes the item.</summary>
    internal long Arrival;

    /// <summary>Links items by <see cref="Arrival"/>, earliest first.</summary>
    internal static MailboxItem? InOrder(IEnumerable<MailboxItem> items)
    {
        MailboxItem? first = null;
        foreach (var item in items.OrderByDescending(item => item.Arrival).ToList())
        {
            item.Next = first;
            first = item;
        }
        return first;
    }
}
