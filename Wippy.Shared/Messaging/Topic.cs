using System.Text;

namespace Wippy.Shared.Messaging;

/// <summary>
/// Topic of a message: its UTF-8 bytes and its text. Lua strings are bytes, so equality is by bytes. Immutable.
/// A small cache per thread keeps topics in use from being allocated per message; it is bounded, so a sender that
/// invents topics without end costs allocations, not memory.
/// </summary>
internal sealed class Topic : IEquatable<Topic>
{
    /// <summary>Bytes that a topic of a message may have.</summary>
    public const int MaxBytes = 1024;

    private const int CacheSize = 256;

    [ThreadStatic]
    private static Slot[]? t_cache;

    private readonly byte[] _utf8;
    private readonly int _hash;
    private string? _text;

    private Topic(byte[] utf8, int hash)
    {
        _utf8 = utf8;
        _hash = hash;
        IsReserved = utf8 is [(byte)'@', ..];
    }

    /// <summary>The bytes, valid as long as the topic.</summary>
    public ReadOnlySpan<byte> Utf8 => _utf8;

    /// <summary>Whether the topic is reserved for the runtime (begins with <c>@</c>).</summary>
    public bool IsReserved { get; }

    /// <summary>The topic with these bytes, from this thread's cache when it was seen lately.</summary>
    public static Topic Of(ReadOnlySpan<byte> utf8)
    {
        var hash = Hash(utf8);
        var cache = t_cache ??= new Slot[CacheSize];
        ref var slot = ref cache[hash & (CacheSize - 1)];
        if (slot.Topic is { } known && known._hash == hash && known.Utf8.SequenceEqual(utf8)) return known;
        return slot.Topic = new Topic(utf8.ToArray(), hash);
    }

    /// <summary>The topic with this text.</summary>
    public static Topic Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc/>
    public bool Equals(Topic? other) =>
        ReferenceEquals(this, other) || (other is not null && other._hash == _hash && other.Utf8.SequenceEqual(_utf8));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Topic);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>The text, with U+FFFD for bytes that are not UTF-8.</summary>
    public override string ToString() => _text ??= Encoding.UTF8.GetString(_utf8);

    // A struct, because an array of references is checked for its type at every store.
    private struct Slot
    {
        public Topic? Topic;
    }

    // FNV-1a, 32 bit (Fowler, Noll, Vo): short keys, no allocation, same in every run.
    private static int Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u;
        foreach (var b in bytes) hash = (hash ^ b) * 16777619u;
        return (int)(hash & 0x7fffffff);
    }
}
