using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>Frozen tables (<c>table.freeze</c>) as C# sees them: empty, with their contents behind their metatable (<c>Prelude/plain.lua</c>).</summary>
internal static class LuaFrozen
{
    /// <summary>The table that holds the contents of a frozen one.</summary>
    /// <returns>False when the table is not frozen.</returns>
    public static bool TryContents(LuaTable table, out LuaTable contents)
    {
        contents = default;
        if (!table.TryMetatable(out var metatable) || metatable.Field("__frozen"u8) is not { Type: LuaType.Table } found) return false;
        contents = found.Table;
        return true;
    }

    /// <summary>Pushes the table that holds the contents of a frozen one.</summary>
    /// <returns>False, with nothing pushed, when the table is not frozen. Needs three places on the stack.</returns>
    public static bool TryPushContents(LuaStack stack, int table)
    {
        if (!stack.PushMetatable(table)) return false;
        if (stack.RawGetField(-1, "__frozen"u8) == LuaType.Table)
        {
            stack.Remove(-2);
            return true;
        }
        stack.Pop(2);
        return false;
    }

    /// <summary>
    /// Whether a value is a table that a function may look into, such as one of options; in the place of a frozen one stand its contents
    /// from then on, which the function must not give to the program.
    /// </summary>
    /// <param name="stack">Where it is.</param>
    /// <param name="index">Its index, counted from the bottom.</param>
    public static bool IsTable(LuaStack stack, int index)
    {
        if (stack.TypeOf(index) != LuaType.Table) return false;
        if (!TryPushContents(stack, index)) return true;
        stack.Insert(index);
        stack.Remove(index + 1);
        return true;
    }
}
