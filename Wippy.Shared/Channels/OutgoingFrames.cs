using System.Buffers.Binary;
using System.Diagnostics;
using Wippy.Shared.Errors;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Channels;

/// <summary>
/// Frames on their way out, kept until the other side has acknowledged them. Many writers append, one connection after
/// the other takes what follows; so frames are numbered and leave in one order, one system call carries all that came
/// meanwhile, nothing is allocated per frame, and a new connection goes on where the other side says.
/// </summary>
/// <remarks>
/// <code>
///   acknowledged | written, not acknowledged | waits to be written
///    (given up)  ^ _head                     ^ _at, _offset       ^ _tail
/// </code>
/// The bytes between <c>_head</c> and <c>_tail</c> are the credit of the peer: more are refused.
/// </remarks>
internal sealed class OutgoingFrames : IDisposable
{
    // Length, array header, type, seq: more than a frame's fields take.
    private const int HeaderBytes = 16;

    // A frame that comes after so long without another one is written by the thread that brings it.
    private static readonly TimeSpan Idle = TimeSpan.FromMicroseconds(50);

    // One system call carries as much.
    private const int MaxSegmentBytes = 1 << 16;

    private readonly string _peer;
    private readonly ChannelOptions _options;
    private readonly Action _overflowed;
    private readonly int _segmentBytes;
    private readonly Lock _lock = new();
    private readonly WriterWake _wake = new();
    private readonly TimeProvider _clock;
    private Segment _head;               // all fields below are guarded by _lock
    private Segment _tail;
    private Segment _at;
    private Segment? _beingWritten;      // its bytes are in a system call
    private int _offset;
    private long _kept;
    private ulong _lastSequence;
    private ulong _written;              // the last frame that a connection has taken
    private ulong _acknowledged;
    private (int Processes, ulong Received)? _heartbeat;
    private ulong _reported;             // what the other side has heard of, or is about to
    private bool _holdsBack = true;      // the other side has not said yet where to go on
    private bool _detached = true;       // there is no connection
    private bool _writerSleeps;
    private bool _closed;
    private bool _disposed;
    private long _bytes;
    private long _lastWrite;             // when the last system call began

    /// <param name="peer">Node name, for errors.</param>
    /// <param name="options">Its limits.</param>
    /// <param name="overflowed">Called when even what may not be refused finds no room: the peer does not read.</param>
    /// <param name="clock">Tells whether the connection is idle.</param>
    public OutgoingFrames(string peer, ChannelOptions options, Action overflowed, TimeProvider clock)
    {
        (_peer, _options, _overflowed, _clock) = (peer, options, overflowed, clock);
        _segmentBytes = Math.Min(MaxSegmentBytes, options.MaxBacklogBytes / 16);
        _head = _tail = _at = new Segment(_segmentBytes, 1);
    }

    /// <summary>Bytes that are not acknowledged, or wait to leave. Any thread.</summary>
    public long Backlog
    {
        get
        {
            lock (_lock) return _kept;
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
        if (fields.Length > _options.MaxFrameBytes - HeaderBytes)
        {
            return new Error(ErrorKind.LimitExceeded, $"{fields.Length} bytes for node {_peer} are more than one frame may hold ({_options.MaxFrameBytes}, MaxFrameBytes)");
        }
        bool fits;
        var isIdle = false;
        lock (_lock)
        {
            AssertInvariants();
            if (_closed) return ProcessErrors.NodeDown(_peer);
            var backlog = _kept + fields.Length;
            if (refusable && backlog > _options.MaxBacklogBytes) return Full();
            fits = backlog <= 2L * _options.MaxBacklogBytes;
            if (fits)
            {
                Append(type, fields);
                isIdle = _writerSleeps && _clock.GetElapsedTime(_lastWrite) >= Idle;
                if (isIdle) _writerSleeps = false;
                else Wake();
            }
        }
        if (!fits)
        {
            _overflowed();
            return Full();
        }
        // To wake another thread would take longer than the system call.
        if (isIdle) _wake.RunWriter();
        return null;
    }

    /// <summary>Has a heartbeat written before anything else that waits; the last one counts. Any thread.</summary>
    /// <param name="processes">How many this node has.</param>
    /// <param name="received">The last frame that this side has handled.</param>
    public void Beat(int processes, ulong received)
    {
        lock (_lock)
        {
            // Two threads may say so at once; what was reported is not taken back.
            _reported = Math.Max(_reported, received);
            _heartbeat = (processes, _reported);
            Wake();
        }
    }

    /// <summary>Takes what the other side says in a heartbeat. The first one of a connection says where to go on.</summary>
    /// <param name="received">The last frame it has handled.</param>
    /// <exception cref="ChannelException">It cannot have.</exception>
    public void Acknowledge(ulong received)
    {
        lock (_lock)
        {
            if (received < _acknowledged || received > _written)
            {
                throw new ChannelException($"it acknowledges frame {received}, and has acknowledged {_acknowledged} of {_written} before");
            }
            _acknowledged = received;
            GiveUp();
            if (!_holdsBack) return;
            GoTo(received + 1);
            _holdsBack = false;
            Wake();
        }
    }

    /// <summary>Accepts nothing from now on; what waits is still written while there is a connection. Any thread.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Wake();
        }
    }

    /// <summary>Begins with another connection: nothing but heartbeats leaves before <see cref="Acknowledge"/>.</summary>
    public void Attach()
    {
        lock (_lock) (_detached, _holdsBack) = (false, true);
    }

    /// <summary>The connection is lost: ends <see cref="WriteToAsync"/>. Any thread.</summary>
    public void Detach()
    {
        lock (_lock)
        {
            _detached = true;
            Wake();
        }
    }

    /// <summary>Writes frames as they come, until <see cref="Detach"/>, or <see cref="Close"/> and all is written. One at a time.</summary>
    /// <exception cref="IOException">The connection failed.</exception>
    /// <remarks>
    /// Who brings a frame may be a native process, whose context must not be captured by any <c>await</c> here: when that process has ended,
    /// nothing would go on in it.
    /// </remarks>
    public async Task WriteToAsync(Stream output)
    {
        using var heartbeat = new ByteBuffer();
        var (isBorrowed, hasPaid) = (false, false);
        while (true)
        {
            var bytes = Next(heartbeat, out var ended);
            if (ended) return;
            if (bytes.IsEmpty)
            {
                await _wake.WaitAsync().ConfigureAwait(false);
                (isBorrowed, hasPaid) = (_wake.IsBorrowed, false);
                continue;
            }
            // Whoever brings a frame may write that one, but not what others bring meanwhile.
            if (isBorrowed && hasPaid)
            {
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                isBorrowed = false;
            }
            hasPaid = true;
            await output.WriteAsync(bytes).ConfigureAwait(false);   // completes at once, unless the other side is slow
        }
    }

    /// <summary>Gives back all memory; after the last <see cref="WriteToAsync"/>.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _closed = _disposed = true;
            for (var segment = _head; segment is not null; segment = segment.Next) segment.Dispose();
            _kept = 0;
        }
    }

    private void Append(FrameType type, ReadOnlySpan<byte> fields)
    {
        var needed = fields.Length + HeaderBytes;
        if (_tail.Bytes.WrittenCount + needed > _tail.Capacity)
        {
            // What is being written must not move, so a segment never grows.
            var next = new Segment(Math.Max(_segmentBytes, needed), _lastSequence + 1);
            _tail.Next = next;
            _tail = next;
            GiveUp();
        }
        var before = _tail.Bytes.WrittenCount;
        FrameWriter.Append(_tail.Bytes, type, ++_lastSequence, fields);
        _tail.Last = _lastSequence;
        _kept += _tail.Bytes.WrittenCount - before;
        _bytes += fields.Length;
    }

    // What to write next: at most one segment.
    private ReadOnlyMemory<byte> Next(ByteBuffer heartbeat, out bool ended)
    {
        lock (_lock)
        {
            AssertInvariants();
            _beingWritten = null;
            GiveUp();
            ended = _detached;
            if (ended) return default;
            if (_heartbeat is { } beat)
            {
                _heartbeat = null;
                heartbeat.Clear();
                Write(heartbeat, beat.Processes, beat.Received);
                return heartbeat.WrittenMemory;
            }
            if (!_holdsBack)
            {
                if (Take() is { IsEmpty: false } bytes) return bytes;
                ended = _closed;
            }
            _writerSleeps = !ended;
            if (_writerSleeps) _wake.Reset();
            return default;
        }
    }

    private ReadOnlyMemory<byte> Take()
    {
        if (_offset == _at.Bytes.WrittenCount && _at.Next is { } next) (_at, _offset) = (next, 0);
        var bytes = _at.Bytes.WrittenMemory[_offset..];
        if (bytes.IsEmpty) return default;
        _offset += bytes.Length;
        // What is written again was written before.
        _written = Math.Max(_written, _at.Last);
        _beingWritten = _at;
        _lastWrite = _clock.GetTimestamp();
        return bytes;
    }

    // Gives back the segments whose frames are all acknowledged. The last one is used again.
    private void GiveUp()
    {
        while (_head != _beingWritten && _head.Last <= _acknowledged)
        {
            var isDone = _at != _head || _offset == _head.Bytes.WrittenCount;
            if (!isDone) return;
            _kept -= _head.Bytes.WrittenCount;
            if (_head.Next is null)
            {
                _head.Reset(_lastSequence + 1);
                _offset = 0;
                return;
            }
            if (_at == _head) (_at, _offset) = (_head.Next, 0);
            _head.Dispose();
            _head = _head.Next;
        }
    }

    // The next frame to be written is the one of this number, which is kept or not there yet.
    private void GoTo(ulong sequence)
    {
        var segment = _head;
        while (segment.Last < sequence && segment.Next is { } next) segment = next;
        var offset = 0;
        var bytes = segment.Bytes.WrittenSpan;
        for (var frame = segment.First; frame < sequence && frame <= segment.Last; frame++)
        {
            offset += Frame.LengthBytes + (int)BinaryPrimitives.ReadUInt32BigEndian(bytes[offset..]);
        }
        (_at, _offset) = (segment, offset);
    }

    private static void Write(ByteBuffer output, int processes, ulong received)
    {
        using var fields = new ByteBuffer();
        var writer = new MessagePackWriter(fields);
        writer.Write((ulong)processes);
        writer.Write(received);
        writer.Flush();
        FrameWriter.Append(output, FrameType.Heartbeat, 0, fields.WrittenSpan);
    }

    private void Wake()
    {
        if (_writerSleeps) _wake.WakeWriter();
        _writerSleeps = false;
    }

    private Error Full() => new(ErrorKind.Unavailable, $"channel to {_peer} is full", Retryable: true);

    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        Debug.Assert(_acknowledged <= _written && _written <= _lastSequence, "frames are accepted, then written, then acknowledged");
        if (_disposed) return;
        long kept = 0;
        for (var segment = _head; segment is not null; segment = segment.Next) kept += segment.Bytes.WrittenCount;
        Debug.Assert(kept == _kept, "what is kept is what the segments hold");
    }

    // Frames of consecutive numbers, one after the other.
    private sealed class Segment(int bytes, ulong first) : IDisposable
    {
        public readonly int Capacity = bytes;

        public ByteBuffer Bytes { get; } = new(bytes);

        public ulong First { get; private set; } = first;

        public ulong Last { get; set; } = first - 1;

        public Segment? Next { get; set; }

        public void Reset(ulong first)
        {
            Bytes.Clear();
            (First, Last) = (first, first - 1);
        }

        public void Dispose() => Bytes.Dispose();
    }
}

/// <summary>Frames and the bytes of their fields.</summary>
internal readonly record struct FrameCount(long Frames, long Bytes);
