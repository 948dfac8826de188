namespace Wippy.Shared.Messaging;

/// <summary>What became of an item posted to a mailbox.</summary>
internal enum PostResult
{
    /// <summary>Queued.</summary>
    Posted,

    /// <summary>The owner has ended or is ending; the item stays with the caller.</summary>
    Closed,

    /// <summary>A limit of the mailbox is reached; the item stays with the caller.</summary>
    Full,
}
