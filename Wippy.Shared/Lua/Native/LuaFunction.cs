namespace Wippy.Shared.Lua.Native;

/// <summary>
/// A function which Lua calls and which answers at once. It finds its arguments at 1 to <see cref="LuaStack.Top"/>,
/// pushes its results and returns their number. It must neither block nor run Lua code.
/// </summary>
/// <param name="behavior">The process that calls.</param>
/// <param name="stack">The calling Lua thread.</param>
internal delegate int LuaFunction(LuaBehavior behavior, LuaStack stack);
