using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>
/// The numbers under which we keep values in the registry of a state; 1 and 2 are Lua's own. Lua threads are kept under
/// their own address, which is larger than any of these.
/// </summary>
internal static class LuaAnchors
{
    /// <summary>The global table that Lua gives to a new chunk.</summary>
    public const nint Globals = 2;

    // These and Lua's own lie in the array of the registry, if they are set before all others.
    public const nint Method = 3;
    private const nint FirstChannel = 4;

    public const nint Prelude = 0x100;
    public const nint StringMetatable = 0x1ff;
    public const nint ReadOnly = 0x201;

    /// <summary>The text of the PID that the last message came from.</summary>
    public const nint LastSource = 0x202;

    /// <summary>The topic of the last message.</summary>
    public const nint LastTopic = 0x203;

    public const nint EmptyMaps = 0x204;

    /// <summary>The response of an HTTP request.</summary>
    public const nint Response = 0x205;

    /// <summary>Shapes that are kept.</summary>
    public const int Shapes = 4;

    /// <summary>The table of a shape, from 0.</summary>
    public static nint Shape(int shape) => 0x210 + shape;

    public static nint Metatable(LuaUserdataKind kind) => 0x300 + (nint)kind;

    /// <summary>The table of a library that programs see.</summary>
    public static nint Library(int library) => 0x400 + library;

    /// <summary>The table behind it, which holds the members used so far.</summary>
    public static nint Members(int library) => 0x800 + library;

    /// <summary>What an imported library returned, or the program itself, which is the last; before it has run, its chunk.</summary>
    public static nint Import(int import) => 0x1_0000 + import;

    public static nint Channel(int slot) => slot == 0 ? FirstChannel : 0x100_0000 + slot;

    /// <summary>The value of a type.</summary>
    /// <param name="owner">Who declares it: 0 for built-in ones, else the number of the chunk plus one.</param>
    /// <param name="type">Its number there; a source large enough for 0x100_0000 does not load.</param>
    public static nint Type(int owner, int type) => 0x1000_0000 + owner * (nint)0x100_0000 + type;
}
