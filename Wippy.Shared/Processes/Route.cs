using System.Runtime.CompilerServices;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Processes;

/// <summary>
/// A checked destination. Only <see cref="Router"/> makes one, after it has asked the policies, so no path to a
/// mailbox can forget the question. Used at once, on the thread that got it; so it is a ref struct, which also spares what references on the heap
/// cost when they are written.
/// </summary>
internal readonly ref struct Route
{
    private readonly Process? _local;
    private readonly IPeer? _peer;
    private readonly Pid _target;   // on the peer

    internal Route(Process local) => _local = local;

    internal Route(IPeer peer, scoped in Pid target)
    {
        _peer = peer;
        _target = target;
    }

    /// <summary>Where it leads.</summary>
    public Pid Target => _local?.Pid ?? _target;

    /// <summary>Sends a message: here, and only here, this node and the others part.</summary>
    /// <param name="source">Who sends.</param>
    /// <param name="topic">What it is about.</param>
    /// <param name="payload">A MessagePack array, copied before the call returns.</param>
    /// <param name="isSigned">Whether the receiver learns who sends; policies do in any case.</param>
    /// <returns>Null when queued or handed to the channel.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Error? Send(Process source, Topic topic, ReadOnlySpan<byte> payload, bool isSigned = true)
    {
        // Before it can be answered. What is refused after all was sent in vain, and is worth seeing.
        if (source.Messages is not null) source.Note(isSent: true, Target, topic, payload, trace: null);
        if (_local is null) return _peer!.TrySend(source, _target, topic, payload, isSigned);
        var message = Message.Create(isSigned ? source.Pid : Pid.None, topic, payload);
        message.Trace = source.Trace?.Outgoing();
        switch (_local.Post(message))
        {
            case PostResult.Posted:
                if (_local.Mailbox.IsCrowded) source.SentToCrowd();
                return null;
            case PostResult.Full:
                message.Release();
                return ProcessErrors.MailboxFull;
            default:
                message.Release();
                return ProcessErrors.ProcessClosed;
        }
    }
}
