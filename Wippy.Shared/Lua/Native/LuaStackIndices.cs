namespace Wippy.Shared.Lua.Native;

/// <summary>Stack indices with a meaning of their own.</summary>
internal static class LuaStackIndices
{
    /// <summary>
    /// Reads as "no value" everywhere: an upvalue that no function of ours has (the C API calls such an index
    /// acceptable, manual §4.1.2).
    /// </summary>
    public const int Absent = LuaApi.RegistryIndex - 255;
}
