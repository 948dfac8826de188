using System.Diagnostics;
using Wippy.Shared.Errors;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Channels;

/// <summary>
/// Frames on their way out: many writers append to one buffer while another is being written to the socket, then the
/// two change places. So frames are numbered and leave in one order, one system call carries all that came meanwhile,
/// and nothing is allocated per frame.
/// </summary>
/// <param name="peer">Node name, for errors.</param>
/// <param name="options">Its limits.</param>
/// <param name="overflowed">Called when even what may not be refused finds no room: the peer does not read.</param>
internal sealed class OutgoingFrames(string peer, ChannelOptions options, Action overflowed)
{
    // A buffer that grew beyond this under load goes back to the pool once it was written.
    private const int KeptBytes = 1 << 20;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _wake = new(0);
    private ByteBuffer _filling = new(1 << 16);   // all fields below are guarded by _lock
    private int _beingWritten;
    private ulong _lastSequence;
    private bool _writerSleeps;
    private bool _closed;
    private long _bytes;

    /// <summary>Bytes that wait. Any thread.</summary>
    public long Backlog
    {
        get
        {
            lock (_lock) return (long)_filling.WrittenCount + _beingWritten;
        }
    }

    /// <summary>What was accepted so far. Any thread.</summary>
    public FrameCount Accepted
    {
        get
        {
            lock (_lock) return new FrameCount((long)_lastSequence, _bytes);
        }
    }

    /// <summary>Appends one frame. Any thread; never blocks.</summary>
    /// <param name="type">What it is.</param>
    /// <param name="fields">Its fields.</param>
    /// <param name="refusable">
    /// Whether it may be refused for lack of room. News and answers may not, because nobody would repeat them; there
    /// is as much room again for them.
    /// </param>
    /// <returns>Null when appended; else too large, full, or node down.</returns>
    public Error? TryAdd(FrameType type, ReadOnlySpan<byte> fields, bool refusable)
    {
        if (fields.Length > options.MaxFrameBytes - 16)
        {
            return new Error(ErrorKind.LimitExceeded, $"{fields.Length} bytes for node {peer} are more than one frame may hold ({options.MaxFrameBytes}, MaxFrameBytes)");
        }
        bool wake;
        lock (_lock)
        {
            AssertInvariants();
            if (_closed) return ProcessErrors.NodeDown(peer);
            var backlog = (long)_filling.WrittenCount + _beingWritten + fields.Length;
            if (refusable && backlog > options.MaxBacklogBytes) return Full();
            if (backlog <= 2 * options.MaxBacklogBytes)
            {
                FrameWriter.Append(_filling, type, ++_lastSequence, fields);
                _bytes += fields.Length;
                (wake, _writerSleeps) = (_writerSleeps, false);
                if (wake) _wake.Release();
                return null;
            }
        }
        overflowed();
        return Full();
    }

    /// <summary>Accepts nothing from now on; what waits is still written unless the connection has gone. Any thread.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            if (_writerSleeps) _wake.Release();
            _writerSleeps = false;
        }
    }

    /// <summary>Writes frames as they come, until <see cref="Close"/>; once.</summary>
    /// <exception cref="IOException">The connection failed.</exception>
    public async Task WriteToAsync(Stream output)
    {
        var spare = new ByteBuffer(1 << 16);
        try
        {
            while (true)
            {
                var full = Exchange(spare, out var ended);
                if (full is null)
                {
                    if (ended) return;
                    await _wake.WaitAsync();
                    continue;
                }
                spare = full;
                await output.WriteAsync(full.WrittenMemory);
                lock (_lock) _beingWritten = 0;
                if (full.WrittenCount > KeptBytes)
                {
                    full.Dispose();
                    spare = new ByteBuffer(1 << 16);
                }
                spare.Clear();
            }
        }
        finally
        {
            lock (_lock)
            {
                _closed = true;
                _filling.Dispose();
            }
            spare.Dispose();
        }
    }

    // The full buffer in exchange for an empty one; null when there is nothing to write.
    private ByteBuffer? Exchange(ByteBuffer empty, out bool ended)
    {
        lock (_lock)
        {
            AssertInvariants();
            ended = _closed;
            if (_filling.WrittenCount == 0)
            {
                _writerSleeps = !_closed;
                return null;
            }
            var full = _filling;
            _filling = empty;
            _beingWritten = full.WrittenCount;
            return full;
        }
    }

    private Error Full() => new(ErrorKind.Unavailable, $"channel to {peer} is full", Retryable: true);

    [Conditional("DEBUG")]
    private void AssertInvariants() =>
        Debug.Assert(!_writerSleeps || _filling.WrittenCount == 0 || _closed, "the writer does not sleep while frames wait");
}

/// <summary>Frames and the bytes of their fields.</summary>
internal readonly record struct FrameCount(long Frames, long Bytes);
