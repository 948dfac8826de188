using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>
/// Addresses of the C functions of Lua's standard libraries, and of the metamethods of strings, taken once from a template state. Functions that keep something
/// in an upvalue (<c>math.random</c>) do not work without it.
/// </summary>
internal static class LuaNatives
{
    private static readonly Dictionary<string, nint> Addresses = Harvest();

    /// <summary>The address of a function.</summary>
    /// <exception cref="KeyNotFoundException">Lua 5.4 has no such C function.</exception>
    public static nint Of(string library, string function) => Addresses[$"{library}.{function}"];

    private static Dictionary<string, nint> Harvest()
    {
        var found = new Dictionary<string, nint>(StringComparer.Ordinal);
        using var template = LuaState.CreateTemplate();
        var stack = template.Main;
        foreach (var library in (string[])["_G", "string", "table", "math", "coroutine", "os", "debug"])
        {
            template.PushGlobal(library);
            stack.PushNil();
            while (stack.Next(-2))
            {
                if (template.ToNative(-1) is var address and not 0) found[$"{library}.{stack.ToText(-2)}"] = address;
                stack.Pop(1);
            }
            stack.Pop(1);
        }
        stack.Push(""u8);
        stack.PushMetatable(-1);
        stack.PushNil();
        while (stack.Next(-2))
        {
            if (template.ToNative(-1) is var address and not 0) found[$"string.{stack.ToText(-2)}"] = address;
            stack.Pop(1);
        }
        return found;
    }
}
