using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>One member of a <see cref="LuaLibrary"/>.</summary>
/// <param name="Push">Pushes it.</param>
/// <param name="Signature">What follows its name where it is declared: parameters and results, or a type. Null for what declares none.</param>
/// <param name="Value">Of a constant: a string, long or double.</param>
/// <param name="Library">Of a library inside another.</param>
internal sealed record LuaMember(Action<LuaStack> Push, string? Signature = null, object? Value = null, LuaLibrary? Library = null);
