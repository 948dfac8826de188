using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using Wippy.Shared.Identity;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Messaging;

/// <summary>
/// A message from one process to another: source, topic, payload. Never changes while it travels. Instances are
/// pooled with their buffers, because one is needed per send: the receiver calls <see cref="Release"/> when it has taken
/// what it needs.
/// </summary>
internal sealed class Message : MailboxItem
{
    private const int BatchSize = 128;
    private const int MaxSharedBatches = 512;   // 65,536 messages; what a flood leaves beyond that is garbage
    private const int SmallestBuffer = 32;
    private const int LargestKeptBuffer = 256;

    // Each thread keeps up to two batches; a full one moves to the shared stack in one go, so that a thread which
    // only sends and one which only receives exchange instances without a lock per message.
    private static readonly Lock SharedLock = new();
    private static readonly Message?[] SharedBatches = new Message?[MaxSharedBatches];
    private static int s_batchCount;

    private byte[] _buffer = [];
    private int _length;

    private Message()
    {
    }

    /// <summary>Who sent it; <see cref="Pid.None"/> for the runtime.</summary>
    public Pid Source { get; private set; }

    /// <summary>What it is about.</summary>
    public Topic Topic { get; private set; } = null!;

    /// <summary>The trace it belongs to; null for most. Set by the sender before it is posted.</summary>
    public TraceContext? Trace { get; set; }

    /// <summary>The arguments as a MessagePack array; dead after <see cref="Release"/>.</summary>
    public ReadOnlySpan<byte> Payload => _buffer.AsSpan(0, _length);

    /// <summary>Makes a message with a copy of the payload.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Message Create(in Pid source, Topic topic, ReadOnlySpan<byte> payload)
    {
        var message = Rent();
        message.Source = source;
        message.Topic = topic;
        message.Fill(payload);
        return message;
    }

    /// <summary>Returns the instance to its pool. The caller must not touch it, or its payload, again.</summary>
    public void Release()
    {
        if (_buffer.Length > LargestKeptBuffer)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
        _length = 0;
        Topic = null!;
        Source = default;
        Trace = null;

        var free = ThisThread.Free ??= new FreeList();
        Next = free.First;
        free.First = this;
        if (++free.Count >= 2 * BatchSize) ShareBatch(free);
    }

    // Small buffers stay with the instance, so that most messages need no other pool.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Fill(ReadOnlySpan<byte> payload)
    {
        _length = payload.Length;
        if (_length > LargestKeptBuffer) _buffer = ArrayPool<byte>.Shared.Rent(_length);
        else if (_length > _buffer.Length) _buffer = new byte[BitOperations.RoundUpToPowerOf2((uint)Math.Max(_length, SmallestBuffer))];
        payload.CopyTo(_buffer);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Message Rent()
    {
        var free = ThisThread.Free ??= new FreeList();
        var message = free.First ?? TakeBatch(free);
        if (message is null) return new Message();
        free.First = (Message?)message.Next;
        free.Count--;
        message.Next = null;
        return message;
    }

    private static void ShareBatch(FreeList free)
    {
        var batch = free.First!;
        var last = batch;
        for (var i = 1; i < BatchSize; i++) last = (Message)last.Next!;
        free.First = (Message?)last.Next;
        free.Count -= BatchSize;
        last.Next = null;
        lock (SharedLock)
        {
            if (s_batchCount < MaxSharedBatches) SharedBatches[s_batchCount++] = batch;
        }
    }

    private static Message? TakeBatch(FreeList free)
    {
        lock (SharedLock)
        {
            if (s_batchCount == 0) return null;
            free.First = SharedBatches[--s_batchCount];
            SharedBatches[s_batchCount] = null;
        }
        free.Count = BatchSize;
        return free.First;
    }

    // In a class without other statics, which has nothing to initialise: so the way to it is short.
    private static class ThisThread
    {
        [ThreadStatic]
        public static FreeList? Free;
    }

    // Linked by Next.
    private sealed class FreeList
    {
        public Message? First;
        public int Count;
    }
}
