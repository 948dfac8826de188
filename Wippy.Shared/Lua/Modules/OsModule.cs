using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The reduced <c>os</c> that every program has: clocks and dates, nothing of the operating system (reference: modules, os).</summary>
internal static class OsModule
{
    public static LuaLibrary Library { get; } = new LuaLibrary("os")
        .Made("time(parts?: table): integer", LuaPrelude.OsTime.Push)
        .Made("date(format?: string, time?: number): string|table", LuaPrelude.OsDate.Push)
        .Native("clock(): number", LuaNatives.Of("os", "clock"))
        .Native("difftime(later: number, earlier: number): number", LuaNatives.Of("os", "difftime"))
        .Constant("platform", "wippy");

    /// <summary>Seconds since 1970 by the clock of the node.</summary>
    public static int Now(LuaBehavior behavior, LuaStack stack)
    {
        stack.Push(behavior.Process.Node.Clock.GetUtcNow().ToUnixTimeSeconds());
        return 1;
    }
}
