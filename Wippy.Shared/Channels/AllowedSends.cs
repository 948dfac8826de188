using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Security;

namespace Wippy.Shared.Channels;

/// <summary>
/// Sends that the policy between two zones has allowed: asking it again for each message between the same processes on
/// the same topic would give the same answer. Holds as long as the policies do; only sends without an actor are kept,
/// because an actor's attributes could be different each time. Bounded. One thread.
/// </summary>
internal sealed class AllowedSends
{
    private const int MaxEntries = 1024;

    private readonly HashSet<Key> _allowed = [];
    private ChannelPolicy? _policy;
    private Key? _last;   // one process often sends to one other; its texts come from a cache, so they are equal at a glance

    /// <summary>Everything about a send that a policy can see.</summary>
    /// <param name="FromHost">Host of the sender.</param>
    /// <param name="FromEntry">Entry of the sender.</param>
    /// <param name="To">The receiver.</param>
    /// <param name="ToEntry">Its entry; null when it is not there.</param>
    /// <param name="Topic">What it is about.</param>
    public readonly record struct Key(string FromHost, string FromEntry, Pid To, EntryId? ToEntry, Topic Topic);

    /// <summary>Whether it was allowed before, by these policies.</summary>
    public bool Contains(ChannelPolicy policy, in Key key)
    {
        if (ReferenceEquals(policy, _policy))
        {
            if (_last is { } last && last.Equals(key)) return true;
            if (!_allowed.Contains(key)) return false;
            _last = key;
            return true;
        }
        _policy = policy;
        _last = null;
        _allowed.Clear();
        return false;
    }

    /// <summary>Notes that the policies last asked about have allowed it.</summary>
    public void Add(in Key key)
    {
        if (_allowed.Count >= MaxEntries) _allowed.Clear();
        _allowed.Add(key);
    }
}
