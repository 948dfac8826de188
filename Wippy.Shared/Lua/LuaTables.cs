using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>The functions of <c>table</c> that work through a table: in bounded time, whatever its metatable says (<c>Prelude/table.lua</c>).</summary>
internal static class LuaTables
{
    private static readonly string[] Names = ["concat", "insert", "remove", "sort", "unpack"];

    /// <summary>Adds them to a library.</summary>
    public static LuaLibrary AddTo(LuaLibrary library)
    {
        foreach (var name in Names) library.Made(name, stack => Push(stack, name));
        return library
            .Made("freeze(t: table): table", stack => LuaPrelude.Plain.PushMember(stack, "freeze"))
            .Made("isfrozen(t: table): boolean", stack => LuaPrelude.Plain.PushMember(stack, "isfrozen"));
    }

    /// <summary>Pushes one of them.</summary>
    public static void Push(LuaStack stack, string name) => LuaPrelude.Table.PushMember(stack, name);
}
