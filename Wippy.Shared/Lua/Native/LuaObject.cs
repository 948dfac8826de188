namespace Wippy.Shared.Lua.Native;

/// <summary>How every object begins that Lua's collector manages (CommonHeader in lobject.h of Lua 5.4): the next one of its list, its type, its colour.</summary>
internal static class LuaObject
{
    /// <summary>Where its type is.</summary>
    public const int Type = 8;

    /// <summary>Where its colour is.</summary>
    public const int Colour = 9;

    /// <summary>The two bits of a colour that are white: not found yet in a round of the collector, or in the one before.</summary>
    public const byte White = 0x18;
}
