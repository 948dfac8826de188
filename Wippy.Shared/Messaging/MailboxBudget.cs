namespace Wippy.Shared.Messaging;

/// <summary>
/// What all mailboxes of a host may hold together, so that many receivers who do not read cannot take the memory of the others. A mailbox
/// tells it only when it has grown or shrunk by another <see cref="UnitBytes"/>: what most processes ever have waiting costs nothing here. Any thread.
/// </summary>
/// <param name="maxBytes">At least one unit.</param>
internal sealed class MailboxBudget(long maxBytes)
{
    /// <summary>Steps in which it counts; the last step of each mailbox is not counted.</summary>
    public const int UnitBytes = 8192;

    /// <summary>Of a host that says nothing: 1 GiB.</summary>
    public const long DefaultBytes = 1L << 30;

    private long _units;

    /// <summary>Bytes in use, as far as they are counted.</summary>
    public long Bytes => Volatile.Read(ref _units) * UnitBytes;

    /// <summary>Adds units, or takes them back.</summary>
    /// <returns>Whether what is in use now is allowed; whoever is told no has to take his own back.</returns>
    public bool Add(long units) => Interlocked.Add(ref _units, units) * UnitBytes <= maxBytes;
}
