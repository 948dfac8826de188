namespace Wippy.Shared.Lua.Native;

/// <summary>Types of Lua values, as <c>lua_type</c> numbers them.</summary>
internal enum LuaType
{
    None = -1,
    Nil = 0,
    Boolean = 1,
    LightUserdata = 2,
    Number = 3,
    String = 4,
    Table = 5,
    Function = 6,
    Userdata = 7,
    Thread = 8,
}

/// <summary>Results of running Lua code (<c>LUA_OK</c> and so on).</summary>
internal enum LuaStatus
{
    Ok = 0,
    Yield = 1,
    RuntimeError = 2,
    SyntaxError = 3,
    MemoryError = 4,
    ErrorInErrorHandling = 5,
}
