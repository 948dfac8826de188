using System.Text;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Lua.Types;

namespace Wippy.Shared.Tests.Lua.Types;

/// <summary>Sources in and out of the front end, as text.</summary>
internal static class LuaText
{
    /// <summary>What is left of a source; fails the test if it is refused.</summary>
    public static string Erase(string source)
    {
        Assert.True(TypeErasure.TryErase(Encoding.UTF8.GetBytes(source), "app:main", out var erased, out var error), error?.ToString());
        return Encoding.UTF8.GetString(erased.Text);
    }

    /// <summary>The error of a source; fails the test if it is accepted.</summary>
    public static string ErrorOf(string source)
    {
        Assert.False(TypeErasure.TryErase(Encoding.UTF8.GetBytes(source), "app:main", out var erased, out var error), erased is null ? null : Encoding.UTF8.GetString(erased.Text));
        return error.ToString();
    }

    /// <summary>Lua's complaint about plain Lua; null if it compiles.</summary>
    public static string? Problem(byte[] plain)
    {
        using var state = LuaState.Create();
        return state.LoadSource(plain, "app:main") == LuaStatus.Ok ? null : state.Main.ToText(-1);
    }
}
