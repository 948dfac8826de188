using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Processes;
using Wippy.Shared.Security;

namespace Wippy.Shared.Channels;

/// <summary>
/// How the send frames between two processes begin: always with the same bytes, so each thread keeps those that it wrote last. The other
/// side does likewise, in <see cref="KnownSends"/>.
/// </summary>
internal static class SendHeads
{
    private const int Slots = 16;

    [ThreadStatic]
    private static Head?[]? t_heads;

    /// <summary>The fields from, entry, actor and to.</summary>
    /// <param name="source">Who sends.</param>
    /// <param name="target">Where to.</param>
    /// <param name="isSigned">Whether the receiver learns who sends.</param>
    public static ReadOnlySpan<byte> Of(Process source, in Pid target, bool isSigned)
    {
        var heads = t_heads ??= new Head?[Slots];
        ref var head = ref heads[(int)(source.Pid.Number + 7 * target.Number) & (Slots - 1)];
        var known = head;
        if (known is null || !known.IsFor(source, target, isSigned)) head = known = new Head(source, target, isSigned);
        return known.Bytes;
    }

    // It does not hold the process itself, which may end before anything else comes to this slot.
    private sealed class Head
    {
        private readonly Pid _source;
        private readonly EntryId _entry;   // an upgrade may change it
        private readonly Actor? _actor;
        private readonly Pid _target;
        private readonly bool _isSigned;

        public Head(Process source, in Pid target, bool isSigned)
        {
            (_source, _entry, _actor, _target, _isSigned) = (source.Pid, source.Entry, source.Security.Actor, target, isSigned);
            using var fields = new ByteBuffer();
            var writer = new MessagePackWriter(fields);
            FrameFields.Write(ref writer, isSigned ? source.Pid : Pid.None);
            FrameFields.Write(ref writer, _entry);
            FrameFields.Write(ref writer, _actor);
            FrameFields.Write(ref writer, target);
            writer.Flush();
            Bytes = fields.WrittenSpan.ToArray();
        }

        public byte[] Bytes { get; }

        public bool IsFor(Process source, in Pid target, bool isSigned) =>
            _source == source.Pid && _target == target && _isSigned == isSigned && _entry == source.Entry && ReferenceEquals(_actor, source.Security.Actor);
    }
}
