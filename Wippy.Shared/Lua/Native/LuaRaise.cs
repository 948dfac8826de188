namespace Wippy.Shared.Lua.Native;

/// <summary>
/// Lets a callback, or an operation in which a coroutine is suspended, raise an error without a jump over our own frames (DESIGN §5, rule 1): it leaves
/// a value to be closed on its part of the stack. When it has returned, Lua closes that (manual §3.3.8, <c>lua_toclose</c>), and its <c>__close</c>, which is written in Lua, raises.
/// A call that raises nothing costs nothing for it.
/// </summary>
internal static class LuaRaise
{
    // Of the table to be closed.
    private const int Error = 1;

    /// <summary>Makes the function that runs raise the value at the top, a text with the position in the program in front.</summary>
    /// <returns>How many values it has to return.</returns>
    public static int WhenItReturns(LuaStack stack)
    {
        stack.Reserve(8);
        if (stack.TypeOf(-1) == LuaType.String)
        {
            stack.PushCallerPosition();
            stack.Insert(-2);
            LuaApi.lua_concat(stack.Handle, 2);
        }
        stack.NewTable(array: 1);
        stack.Insert(-2);
        stack.RawSet(-2, Error);
        LuaPrelude.Raise.Push(stack);
        stack.SetMetatable(-2);
        LuaApi.lua_toclose(stack.Handle, -1);
        return 0;
    }
}
