namespace Wippy.Shared.Lua.Native;

/// <summary>
/// Takes out of the state of an image what only a compiler needs, which no process has: Lua keeps the words of the language, and <c>_ENV</c>,
/// as strings in every state. Without them, half of the table of strings is enough for a small program.
/// </summary>
/// <remarks>
/// The words are in the list of objects that are never collected. They are moved to that of all others, as if they were new, and Lua collects them itself,
/// but for those that the program has as values. It also makes the table smaller itself, in a collection that finds fewer strings counted than there are.
/// What is known of strings (TString in lobject.h of Lua 5.4) has to agree with what is there; else they stay.
/// </remarks>
internal static unsafe class LuaImageStrings
{
    private const int Collect = 2;

    // In a short string: which word it is, from 1, or 0.
    private const int Word = 10;
    private const byte ShortString = 4;
    private const byte AnyColour = 0x38;
    private const int Text = 24;
    private const ushort Underscores = 0x5f5f;
    private const int Words = 22;

    // For the strings that a program makes before it first waits, three lists for each two strings of the image.
    private const int SmallestTable = 32;

    /// <summary>Makes the words garbage.</summary>
    public static void DropWords(LuaGlobalState global)
    {
        if (!HasWords(global)) return;
        for (ref var link = ref global.FixedObjects; link != 0;)
        {
            var text = link;
            ref var next = ref *(nint*)text;
            if (text == global.FirstString || IsOfMetamethod(text))
            {
                link = ref next;
                continue;
            }
            link = next;
            next = global.Objects;
            global.Objects = text;
            *(byte*)(text + LuaObject.Colour) = global.ColourOfNew;
        }
    }

    /// <summary>Makes the table as small as the strings allow. All that is in the state lives, and so it is after this.</summary>
    public static void ShrinkTable(nint state, LuaGlobalState global)
    {
        int lists;
        do
        {
            lists = global.StringLists;
            var strings = global.Strings;
            if (lists <= SmallestTable || strings * 3 > lists) return;
            global.Strings = 0;
            LuaApi.lua_gc(state, Collect, 0, 0, 0);
            global.Strings = strings;
        }
        while (global.StringLists < lists);
    }

    private static bool IsOfMetamethod(nint text) => *(ushort*)(text + Text) == Underscores;

    // All of the list are strings, the words among them each once; the first that was made is the last of it.
    private static bool HasWords(LuaGlobalState global)
    {
        var words = 0;
        for (var text = global.FixedObjects; text != 0; text = *(nint*)text)
        {
            if (*(byte*)(text + LuaObject.Type) != ShortString || (*(byte*)(text + LuaObject.Colour) & AnyColour) != 0 || *(byte*)(text + Word) > Words) return false;
            if (*(byte*)(text + Word) is var word and > 0) words ^= 1 << word;
            if (text == global.FirstString) return *(nint*)text == 0 && words == (1 << Words + 1) - 2;
        }
        return false;
    }
}
