using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>
/// Remembers which empty tables stand for a map: those that were made from a text which said so. All others stand for a
/// list. Worker of the process only.
/// </summary>
internal static class LuaEmptyMaps
{
    /// <summary>Remembers the table at the top.</summary>
    public static void Add(LuaStack stack)
    {
        PushTable(stack);
        stack.PushValue(-2);
        stack.Push(true);
        stack.RawSet(-3);
        stack.Pop(1);
    }

    /// <summary>Whether a table was added.</summary>
    public static bool Contains(LuaStack stack, int index)
    {
        index = stack.Absolute(index);
        PushTable(stack);
        stack.PushValue(index);
        var isThere = stack.RawGet(-2) == LuaType.Boolean;
        stack.Pop(2);
        return isThere;
    }

    // Its keys are weak, so that it keeps nothing alive.
    private static void PushTable(LuaStack stack)
    {
        if (stack.PushAnchored(LuaAnchors.EmptyMaps) == LuaType.Table) return;
        stack.Pop(1);
        stack.NewTable();
        stack.NewTable(0, 1);
        stack.Push("k"u8);
        stack.RawSetField(-2, "__mode"u8);
        stack.SetMetatable(-2);
        stack.PushValue(-1);
        stack.Anchor(LuaAnchors.EmptyMaps);
    }
}
