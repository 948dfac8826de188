using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>Context values as programs set and see them.</summary>
internal static class LuaContext
{
    /// <summary>Names that begin so belong to the runtime: programs neither see nor set them.</summary>
    public static bool IsReserved(string name) => name.StartsWith('@');

    /// <summary>Reads the values of a <c>with_context</c>: a table with strings as keys.</summary>
    /// <param name="stack">Whose.</param>
    /// <param name="index">Where the table is.</param>
    /// <param name="method">For complaints.</param>
    /// <param name="values">Each one MessagePack value.</param>
    /// <returns>Null, or what to raise.</returns>
    public static string? Read(LuaStack stack, int index, string method, out List<KeyValuePair<string, ReadOnlyMemory<byte>>> values)
    {
        values = [];
        if (stack.TypeOf(index) != LuaType.Table) return LuaArguments.Bad(1, method, "table", LuaArguments.TypeName(stack, index));
        stack.PushNil();
        while (stack.Next(index))
        {
            if (stack.TypeOf(-2) != LuaType.String) return $"bad argument #1 to '{method}' (a key that is a {LuaArguments.TypeName(stack, -2)})";
            var name = stack.ToText(-2);
            if (IsReserved(name)) return $"bad argument #1 to '{method}' (the key '{name}': names that begin with @ belong to the runtime)";
            var scratch = LuaBehavior.Scratch;
            if (LuaCodec.EncodeOne(stack, stack.Top, scratch) is { } error) return $"{error.Message}, context value '{name}'";
            values.Add(new(name, scratch.WrittenSpan.ToArray()));
            stack.Pop(1);
        }
        return null;
    }
}
