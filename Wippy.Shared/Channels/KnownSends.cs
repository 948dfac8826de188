using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Security;

namespace Wippy.Shared.Channels;

/// <summary>
/// The beginnings of the send frames that came last and were allowed. Between the same two processes, about the same topic, they are
/// the same bytes, so they need not be read, looked up and judged again. One is good as long as the policies are the same
/// and its target lives. Bounded. One thread at a time.
/// </summary>
internal sealed class KnownSends
{
    private const int Slots = 8;

    private readonly Send?[] _sends = new Send?[Slots];
    private int _next;
    private int _last;

    /// <summary>What is known of the frame that begins like this; null for nothing.</summary>
    /// <param name="fields">The fields of a send frame.</param>
    /// <param name="policy">The policy of now.</param>
    public Send? Find(ReadOnlySpan<byte> fields, ChannelPolicy policy)
    {
        if (Matches(_last, fields, policy)) return _sends[_last];
        for (var slot = 0; slot < Slots; slot++)
        {
            if (!Matches(slot, fields, policy)) continue;
            _last = slot;
            return _sends[slot];
        }
        return null;
    }

    /// <summary>Notes one.</summary>
    public void Add(Send send)
    {
        _last = _next;
        _sends[_next] = send;
        _next = (_next + 1) % Slots;
    }

    private bool Matches(int slot, ReadOnlySpan<byte> fields, ChannelPolicy policy)
    {
        if (_sends[slot] is not { } send || !fields.StartsWith(send.Head)) return false;
        if (ReferenceEquals(send.Policy, policy) && send.Target.State != ProcessState.Complete && send.Target.Entry == send.TargetEntry) return true;
        _sends[slot] = null;
        return false;
    }

    /// <summary>What a frame says before its payload.</summary>
    /// <param name="Head">Its bytes: from, entry, actor, to, topic.</param>
    /// <param name="Policy">Which has allowed it.</param>
    /// <param name="From">The source.</param>
    /// <param name="Topic">What it is about.</param>
    /// <param name="Target">The process it is for.</param>
    /// <param name="TargetEntry">What that ran when it was judged: an upgrade may change it.</param>
    public sealed record Send(byte[] Head, ChannelPolicy Policy, Pid From, Topic Topic, Process Target, EntryId TargetEntry);
}
