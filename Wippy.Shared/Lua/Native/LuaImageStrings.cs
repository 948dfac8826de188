namespace Wippy.Shared.Lua.Native;

/// <summary>
/// Takes out of the state of an image what only a compiler needs, which no process has: Lua keeps the words of the language
/// as strings in every state. Without them, half of the table of strings is enough for a small program.
/// </summary>
/// <remarks>
/// The words are in the list of objects that are never collected. They are moved to that of all others, as if they were new, and Lua collects them itself,
/// but for those that the program has as values. It also makes the table smaller itself, in a collection that finds fewer strings counted than there are.
/// All that is known of these places (global_State in lstate.h of Lua 5.4, TString in lobject.h) has to agree with what is there; else nothing is changed.
/// </remarks>
internal static unsafe class LuaImageStrings
{
    private const int Collect = 2;

    // In lua_State, and behind that, in global_State.
    private const int Global = 24;
    private const int StateBytes = 200;
    private const int Table = 48;
    private const int Count = 56;
    private const int Buckets = 60;
    private const int White = 100;
    private const int Objects = 112;
    private const int Fixed = 184;
    private const int MainThread = 264;
    private const int MemoryMessage = 272;

    // In an object; the next one of its list is its first word. In a short string: which word it is, from 1, or 0.
    private const int Type = 8;
    private const int Colour = 9;
    private const int Word = 10;
    private const byte ShortString = 4;
    private const byte WhiteBits = 0x18;
    private const byte AnyColour = 0x38;
    private const int Words = 22;

    // For the strings that a program makes before it first waits, three buckets for each two strings of the image.
    private const int SmallestTable = 32;

    /// <summary>Collects all garbage of a state, and this.</summary>
    public static void Trim(nint state, LuaImageHeap heap)
    {
        var global = state + StateBytes;
        var isKnown = *(nint*)(state + Global) == global && *(nint*)(global + MainThread) == state && IsTable(global, heap);
        if (isKnown && HasWords(global)) MoveWords(global);
        LuaApi.lua_gc(state, Collect, 0, 0, 0);
        if (!isKnown) return;
        while (*(int*)(global + Buckets) > SmallestTable && *(int*)(global + Count) * 3 / 2 <= *(int*)(global + Buckets) / 2 && TryHalve(state, global))
        {
        }
    }

    private static bool IsTable(nint global, LuaImageHeap heap) => heap.SizeOf(*(nint*)(global + Table)) == *(int*)(global + Buckets) * sizeof(nint);

    // All of the list are strings, the words among them each once; the first that was made is the last of it.
    private static bool HasWords(nint global)
    {
        var words = 0;
        for (var text = *(nint*)(global + Fixed); ; text = *(nint*)text)
        {
            if (text == 0 || *(byte*)(text + Type) != ShortString || (*(byte*)(text + Colour) & AnyColour) != 0 || *(byte*)(text + Word) > Words) return false;
            if (*(byte*)(text + Word) is var word and > 0) words ^= 1 << word;
            if (text == *(nint*)(global + MemoryMessage)) return *(nint*)text == 0 && words == (1 << Words + 1) - 2;
        }
    }

    private static void MoveWords(nint global)
    {
        for (var link = (nint*)(global + Fixed); *link != 0;)
        {
            var text = *link;
            if (*(byte*)(text + Word) == 0)
            {
                link = (nint*)text;
                continue;
            }
            *link = *(nint*)text;
            *(nint*)text = *(nint*)(global + Objects);
            *(nint*)(global + Objects) = text;
            *(byte*)(text + Colour) = (byte)(*(byte*)(global + White) & WhiteBits);
        }
    }

    private static bool TryHalve(nint state, nint global)
    {
        var (count, size) = (*(int*)(global + Count), *(int*)(global + Buckets));
        *(int*)(global + Count) = 0;
        LuaApi.lua_gc(state, Collect, 0, 0, 0);
        *(int*)(global + Count) += count;
        return *(int*)(global + Buckets) == size / 2;
    }
}
