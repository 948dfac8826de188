using System.Runtime.CompilerServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// What the threads of one Lua state have in common, where Lua itself keeps it (global_State in lstate.h of Lua 5.4), for those who make
/// images, or objects. Objects are linked by their first words.
/// </summary>
internal readonly unsafe struct LuaGlobalState
{
    // Of lua_State: behind that of the main thread lies what they have in common.
    private const int ThreadBytes = 200;

    private const int Debt = 24;
    private const int Table = 48;
    private const int Count = 56;
    private const int Size = 60;
    private const int Seed = 96;
    private const int White = 100;
    private const int ObjectList = 112;
    private const int FixedList = 184;
    private const int MainThread = 264;
    private const int MemoryMessage = 272;

    private const int LongestSought = 16;

    private readonly nint _address;

    private LuaGlobalState(nint address) => _address = address;

    /// <summary>All objects that are collected when nothing refers to them, but for those with finalizers.</summary>
    public ref nint Objects => ref Unsafe.AsRef<nint>((void*)(_address + ObjectList));

    /// <summary>Those that are not: strings.</summary>
    public ref nint FixedObjects => ref Unsafe.AsRef<nint>((void*)(_address + FixedList));

    /// <summary>The last of them.</summary>
    public nint FirstString => *(nint*)(_address + MemoryMessage);

    /// <summary>How many short strings there are.</summary>
    public ref int Strings => ref Unsafe.AsRef<int>((void*)(_address + Count));

    /// <summary>Lists in the table of short strings, a power of two.</summary>
    public int StringLists => *(int*)(_address + Size);

    /// <summary>The colour of new objects.</summary>
    public byte ColourOfNew => (byte)(*(byte*)(_address + White) & LuaObject.White);

    /// <summary>The memory of the state; null where it has the plain allocator.</summary>
    public LuaArena* Arena => *(LuaArena**)(_address + LuaValueCheck.AllocatorData);

    /// <summary>That of a thread.</summary>
    public static LuaGlobalState Of(LuaStack thread) => new(*(nint*)(thread.Handle + LuaValueCheck.Global));

    /// <summary>
    /// Makes an object as Lua does (luaC_newobj in lgc.c), without a way out of managed code. All but its beginning is the caller's business, at once.
    /// </summary>
    /// <param name="type">Its type.</param>
    /// <param name="bytes">Of the object, which is small.</param>
    /// <param name="made">The object; white.</param>
    /// <returns>False when the collector has to work first, the state has the plain allocator, or the system has no memory left.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryMake(LuaType type, int bytes, out nint made)
    {
        var arena = Arena;
        made = 0;
        if (*(nint*)(_address + Debt) > 0 || arena is null || (made = arena->TakeSmall(bytes)) == 0) return false;
        Begin(type, made, bytes);
        return true;
    }

    /// <summary>As above, with a small block that belongs to the object.</summary>
    public bool TryMake(LuaType type, int bytes, out nint made, int more, out nint block)
    {
        var arena = Arena;
        made = block = 0;
        if (*(nint*)(_address + Debt) > 0 || arena is null || (block = arena->TakeSmall(more)) == 0 || (made = arena->TakeSmall(bytes)) == 0) return false;
        Begin(type, made, bytes + more);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Begin(LuaType type, nint made, int bytes)
    {
        *(nint*)(_address + Debt) += bytes;
        *(nint*)made = Objects;
        *(byte*)(made + LuaObject.Type) = (byte)type;
        *(byte*)(made + LuaObject.Colour) = ColourOfNew;
        Objects = made;
    }

    /// <summary>Finds a short string that the state has already (internshrstr in lstring.c).</summary>
    /// <param name="text">Its bytes. Those of long ones are not looked for: they seldom come again, and the search takes time for each.</param>
    /// <param name="found">The string.</param>
    /// <returns>False also when the collector is about to free it: then it has to be made as if it were new, which saves it.</returns>
    public bool TryFindString(ReadOnlySpan<byte> text, out LuaValue found)
    {
        found = default;
        if (text.Length > LongestSought) return false;
        var hash = *(uint*)(_address + Seed) ^ (uint)text.Length;
        for (var n = text.Length - 1; n >= 0; n--) hash ^= (hash << 5) + (hash >> 2) + text[n];
        var dead = ColourOfNew ^ LuaObject.White;
        for (var place = (*(nint**)(_address + Table))[hash & (uint)(StringLists - 1)]; place != 0; place = LuaValue.NextString(place))
        {
            var candidate = LuaValue.ShortString(place);
            if (!candidate.Bytes.SequenceEqual(text)) continue;
            found = candidate;
            return (*(byte*)(place + LuaObject.Colour) & dead) == 0;
        }
        return false;
    }

    /// <summary>Finds that of a state.</summary>
    /// <param name="state">Its main thread.</param>
    /// <param name="heap">Where its memory is.</param>
    /// <param name="found">What was found.</param>
    /// <returns>False when what is there is something else: another version of Lua.</returns>
    public static bool TryFind(nint state, LuaImageHeap heap, out LuaGlobalState found)
    {
        var global = state + ThreadBytes;
        found = new LuaGlobalState(global);
        return *(nint*)(state + LuaValueCheck.Global) == global && *(nint*)(global + MainThread) == state
            && heap.SizeOf(*(nint*)(global + Table)) == found.StringLists * sizeof(nint) && heap.SizeOf(found.FirstString) > 0
            && found.ColourOfNew is 0x08 or 0x10;
    }
}
