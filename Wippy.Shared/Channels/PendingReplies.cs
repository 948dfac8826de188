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

/// <summary>Requests to a peer that wait for their answer. Any thread.</summary>
/// <param name="peer">Node name, for the error when it is lost.</param>
internal sealed class PendingReplies(string peer)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Waiting> _waiting = [];
    private ulong _last;
    private bool _closed;

    /// <summary>Notes a request before it is sent.</summary>
    /// <param name="done">
    /// Told the answer; when a result is to come, told twice: that the process has started, then how it ended, which after the
    /// loss of the peer is an error without a result.
    /// </param>
    /// <param name="hasResult">Whether a result comes after an answer without error.</param>
    /// <returns>Its number; 0 when the peer is lost, and <paramref name="done"/> has then been called.</returns>
    public ulong Add(Action<Reply> done, bool hasResult = false)
    {
        lock (_lock)
        {
            if (!_closed)
            {
                _waiting.Add(++_last, new Waiting(done, hasResult));
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
        Waiting waiting;
        lock (_lock)
        {
            if (!_waiting.TryGetValue(request, out waiting) || waiting.HasStarted != reply.Result is not null) return false;
            if (waiting.HasResult && reply is { Result: null, Error: null }) _waiting[request] = waiting with { HasStarted = true };
            else _waiting.Remove(request);
        }
        waiting.Done(reply);
        return true;
    }

    /// <summary>Answers everything that waits, now and later, with node down.</summary>
    public void Close()
    {
        Waiting[] waiting;
        lock (_lock)
        {
            _closed = true;
            waiting = [.. _waiting.Values];
            _waiting.Clear();
        }
        foreach (var one in waiting) one.Done(new Reply(ProcessErrors.NodeDown(peer)));
    }

    private readonly record struct Waiting(Action<Reply> Done, bool HasResult, bool HasStarted = false);
}
