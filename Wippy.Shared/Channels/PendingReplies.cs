using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Channels;

/// <summary>The answer to a request.</summary>
/// <param name="Error">Null after success.</param>
/// <param name="Pid">The child, when a process was started.</param>
/// <param name="Found">Whether there was what was to be removed.</param>
/// <param name="Version">The version that a change of the registry led to.</param>
/// <param name="Result">How the process ended that was started for its result; null for any other answer.</param>
internal readonly record struct Reply(Error? Error, Pid Pid = default, bool Found = false, long? Version = null, ExitResult? Result = null);

/// <summary>Requests to a peer that wait for their answer. Each is answered exactly once. Any thread.</summary>
/// <param name="peer">Node name, for the error when it is lost.</param>
internal sealed class PendingReplies(string peer)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Action<Reply>> _waiting = [];
    private ulong _last;
    private bool _closed;

    /// <summary>Notes a request before it is sent.</summary>
    /// <returns>Its number; 0 when the peer is lost, and <paramref name="done"/> has then been called.</returns>
    public ulong Add(Action<Reply> done)
    {
        lock (_lock)
        {
            if (!_closed)
            {
                _waiting.Add(++_last, done);
                return _last;
            }
        }
        done(new Reply(ProcessErrors.NodeDown(peer)));
        return 0;
    }

    /// <summary>Answers a request.</summary>
    /// <returns>False when none of that number waits.</returns>
    public bool TryComplete(ulong request, in Reply reply)
    {
        Action<Reply>? done;
        lock (_lock)
        {
            if (!_waiting.Remove(request, out done)) return false;
        }
        done(reply);
        return true;
    }

    /// <summary>Answers everything that waits, now and later, with node down.</summary>
    public void Close()
    {
        Action<Reply>[] waiting;
        lock (_lock)
        {
            _closed = true;
            waiting = [.. _waiting.Values];
            _waiting.Clear();
        }
        foreach (var done in waiting) done(new Reply(ProcessErrors.NodeDown(peer)));
    }
}
