using System.Runtime.CompilerServices;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Lua;

/// <summary>
/// What the maps in the messages of one process look like: keys that come again and again, in the same order, need not be read each time.
/// A few are known; which of them others replace depends on their first key, and happens after some maps only, so that messages
/// which always look different cost little. Worker of the process only.
/// </summary>
internal sealed class LuaShapes
{
    private const int MaxKeys = 8;
    private const int MapsToLearnFrom = 16;

    private readonly Slot[] _slots = new Slot[LuaAnchors.Shapes];

    /// <summary>Whether a map is small enough to be known.</summary>
    public static bool IsSmall(int count) => count is > 0 and <= MaxKeys;

    /// <summary>What a map may look like; null when nothing is known.</summary>
    /// <param name="count">Its entries.</param>
    /// <param name="body">At its first key.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LuaShape? Find(int count, in MessagePackReader body) => _slots[SlotOf(count, body)].Shape is { } shape && shape.Count == count ? shape : null;

    /// <summary>Notes a small map that looked different from what was found.</summary>
    /// <param name="stack">Any of the process; needs four places.</param>
    /// <param name="count">Its entries.</param>
    /// <param name="body">At its first key; all of it was read without a problem.</param>
    public void Missed(LuaStack stack, int count, MessagePackReader body)
    {
        var number = SlotOf(count, body);
        ref var slot = ref _slots[number];
        if (++slot.Misses < MapsToLearnFrom) return;
        slot.Misses = 0;
        var keys = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            var key = body.ReadRaw();
            body.Skip();
            // A key may be there twice: then the last value counts, as it does when they are read one by one.
            if (key[0] is < MessagePackCode.MinFixStr or > MessagePackCode.MaxFixStr) return;
            keys[i] = key.ToArray();
        }
        slot.Shape = new LuaShape(stack, keys);
        stack.Anchor(LuaAnchors.Shape(number));
    }

    // Maps with the same number of entries and the same first letter of the first key meet.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SlotOf(int count, in MessagePackReader body)
    {
        var next = body.Rest;
        return (count + next[0] + next[1]) % LuaAnchors.Shapes;
    }

    private struct Slot
    {
        public LuaShape? Shape;
        public int Misses;
    }
}
