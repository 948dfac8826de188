using System.Collections.Concurrent;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Channels;

/// <summary>Questions to other nodes what they look like, until they answer. Any thread.</summary>
/// <param name="limit">How long an answer may take.</param>
/// <param name="clock">All time comes from here.</param>
internal sealed class Observations(TimeSpan limit, TimeProvider clock)
{
    private readonly ConcurrentDictionary<ulong, (Channel To, TaskCompletionSource<byte[]> Answer)> _waiting = new();
    private ulong _last;

    /// <summary>Asks a node.</summary>
    /// <param name="peer">Which one.</param>
    /// <param name="query">About what.</param>
    /// <exception cref="TimeoutException">It did not answer.</exception>
    public async Task<byte[]> AskAsync(Channel peer, string query)
    {
        var request = Interlocked.Increment(ref _last);
        var answer = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[request] = (peer, answer);
        try
        {
            peer.SendObserve(request, query);
            return await answer.Task.WaitAsync(limit, clock);
        }
        finally
        {
            _waiting.TryRemove(request, out _);
        }
    }

    /// <summary>Takes an answer. One that comes too late, or from another node than was asked, is of no interest.</summary>
    public void TakeReport(Channel from, ref MessagePackReader fields)
    {
        var request = fields.ReadUInt64();
        var report = fields.ReadBytes();
        if (_waiting.TryGetValue(request, out var asked) && asked.To == from) asked.Answer.TrySetResult(report.ToArray());
    }
}
