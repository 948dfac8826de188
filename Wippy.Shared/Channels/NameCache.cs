using System.Text;

namespace Wippy.Shared.Channels;

/// <summary>
/// Strings for the host names, entry ids and node names that come in every frame, so that they are not allocated each
/// time. Bounded: a peer that invents names costs allocations, not memory. One thread at a time.
/// </summary>
internal sealed class NameCache
{
    private const int Size = 256;

    private readonly (byte[] Utf8, string Text)[] _slots = new (byte[], string)[Size];

    /// <summary>The text of these bytes; U+FFFD stands for what is not UTF-8.</summary>
    public string TextOf(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return "";
        // Names of one kind begin alike and differ at the end.
        var slot = (utf8[^1] * 31 + utf8[utf8.Length / 2] * 7 + utf8.Length) % Size;
        ref var known = ref _slots[slot];
        if (known.Utf8 is null || !utf8.SequenceEqual(known.Utf8)) known = (utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        return known.Text;
    }
}
