using Wippy.Shared.Identity;

namespace Wippy.Shared.Messaging;

/// <summary>
/// A message from one process to another: source, topic, payload. Never changes while it travels. Instances are
/// pooled, because one is needed per send: the receiver calls <see cref="Release"/> when it has taken what it needs.
/// </summary>
internal sealed class Message : MailboxItem
{
    private const int BatchSize = 128;

    // Each thread keeps up to two batches; a full one moves to the shared stack in one go, so that a thread which
    // only sends and one which only receives exchange instances without a lock per message.
    private static readonly Lock SharedLock = new();
    private static Message?[] s_batches = new Message?[64];
    private static int s_batchCount;

    [ThreadStatic]
    private static Message? t_free;

    [ThreadStatic]
    private static int t_freeCount;

    private Message()
    {
    }

    /// <summary>Who sent it; <see cref="Pid.None"/> for the runtime.</summary>
    public Pid Source { get; private set; }

    /// <summary>What it is about.</summary>
    public Topic Topic { get; private set; } = null!;

    /// <summary>The arguments; owned by this message.</summary>
    public Payload Payload { get; private set; }

    /// <summary>Makes a message which owns the payload.</summary>
    public static Message Create(in Pid source, Topic topic, Payload payload)
    {
        var message = Rent();
        message.Source = source;
        message.Topic = topic;
        message.Payload = payload;
        return message;
    }

    /// <summary>Returns the payload and the instance to their pools. The caller must not touch either again.</summary>
    public void Release()
    {
        Payload.Return();
        Payload = default;
        Topic = null!;
        Source = default;

        Next = t_free;
        t_free = this;
        if (++t_freeCount >= 2 * BatchSize) ShareBatch();
    }

    private static Message Rent()
    {
        var message = t_free ?? TakeBatch();
        if (message is null) return new Message();
        t_free = (Message?)message.Next;
        t_freeCount--;
        message.Next = null;
        return message;
    }

    private static void ShareBatch()
    {
        var batch = t_free!;
        var last = batch;
        for (var i = 1; i < BatchSize; i++) last = (Message)last.Next!;
        t_free = (Message?)last.Next;
        t_freeCount -= BatchSize;
        last.Next = null;
        lock (SharedLock)
        {
            if (s_batchCount == s_batches.Length) Array.Resize(ref s_batches, s_batchCount * 2);
            s_batches[s_batchCount++] = batch;
        }
    }

    private static Message? TakeBatch()
    {
        lock (SharedLock)
        {
            if (s_batchCount == 0) return null;
            t_free = s_batches[--s_batchCount];
            s_batches[s_batchCount] = null;
        }
        t_freeCount = BatchSize;
        return t_free;
    }
}
