using System.Runtime.InteropServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// The C API of Lua 5.4 (reference manual §4.6, §5.1), from the native library which the KeraLua package brings. Own
/// blittable imports, because KeraLua's cost a GC handle per state and copies per string (DESIGN §5, rule 2).
/// </summary>
/// <remarks>
/// What may allocate may call back into managed code (finalisers of userdata), so only functions that never
/// allocate, raise or run Lua code skip the GC transition.
/// </remarks>
internal static unsafe partial class LuaApi
{
    public const int RegistryIndex = -1_000_000 - 1000;
    public const int MaskCount = 8;

    private const string Library = "lua54";

    private static readonly nint Handle = NativeLibrary.Load(Library, typeof(LuaApi).Assembly, null);

    /// <summary>Address of an exported function.</summary>
    public static nint Export(string name) => NativeLibrary.GetExport(Handle, name);

    [DllImport(Library)] public static extern nint luaL_newstate();
    [DllImport(Library)] public static extern nint lua_newstate(nint allocator, nint userData);
    [DllImport(Library)] public static extern void lua_setallocf(nint l, nint allocator, nint userData);
    [DllImport(Library)] public static extern void luaL_openlibs(nint l);
    [DllImport(Library)] public static extern void lua_close(nint l);
    [DllImport(Library)] public static extern int luaL_loadbufferx(nint l, byte* buffer, nuint size, byte* name, byte* mode);
    [DllImport(Library)] public static extern int lua_pcallk(nint l, int arguments, int results, int handler, nint context, nint k);
    [DllImport(Library)] public static extern int lua_resume(nint l, nint from, int arguments, int* results);
    [DllImport(Library)] public static extern int lua_yieldk(nint l, int results, nint context, nint k);
    [DllImport(Library)] public static extern int lua_closethread(nint l, nint from);
    [DllImport(Library)] public static extern int lua_dump(nint l, nint writer, nint data, int strip);
    [DllImport(Library)] public static extern void lua_sethook(nint l, nint hook, int mask, int count);
    [DllImport(Library)] public static extern int lua_gethookcount(nint l);
    [DllImport(Library)] public static extern int lua_gc(nint l, int what, int a, int b, int c);
    [DllImport(Library)] public static extern nint lua_newthread(nint l);
    [DllImport(Library)] public static extern double lua_version(nint l);
    [DllImport(Library)] public static extern int lua_getstack(nint l, int level, LuaFrames.Activation* activation);
    [DllImport(Library)] public static extern int lua_getinfo(nint l, byte* what, LuaFrames.Activation* activation);
    [DllImport(Library)] public static extern nint lua_newuserdatauv(nint l, nuint size, int values);
    [DllImport(Library)] public static extern byte* lua_pushlstring(nint l, byte* text, nuint length);
    [DllImport(Library)] public static extern void lua_createtable(nint l, int array, int hash);
    [DllImport(Library)] public static extern void lua_pushcclosure(nint l, nint function, int upvalues);
    [DllImport(Library)] public static extern void lua_rawset(nint l, int index);
    [DllImport(Library)] public static extern void lua_rawseti(nint l, int index, long n);
    [DllImport(Library)] public static extern int lua_checkstack(nint l, int n);
    [DllImport(Library)] public static extern byte* luaL_tolstring(nint l, int index, nuint* length);
    [DllImport(Library)] public static extern byte* lua_setupvalue(nint l, int function, int n);
    [DllImport(Library)] public static extern nint lua_tocfunction(nint l, int index);
    [DllImport(Library)] public static extern void luaL_where(nint l, int level);
    [DllImport(Library)] public static extern void lua_concat(nint l, int n);
    [DllImport(Library)] public static extern void lua_toclose(nint l, int index);
    [DllImport(Library)] public static extern int lua_getglobal(nint l, byte* name);

    [DllImport(Library), SuppressGCTransition] public static extern int lua_gettop(nint l);
    [DllImport(Library), SuppressGCTransition] public static extern void lua_settop(nint l, int index);
    [DllImport(Library), SuppressGCTransition] public static extern int lua_absindex(nint l, int index);
    [DllImport(Library), SuppressGCTransition] public static extern void lua_pushvalue(nint l, int index);
    [DllImport(Library), SuppressGCTransition] public static extern void lua_rotate(nint l, int index, int n);
    [DllImport(Library), SuppressGCTransition] public static extern void lua_copy(nint l, int from, int to);
    [DllImport(Library), SuppressGCTransition] public static extern void lua_xmove(nint from, nint to, int n);
    [DllImport(Library), SuppressGCTransition] public static extern int lua_type(nint l, int index);
    [DllImport(Library), SuppressGCTransition] public static extern int lua_isinteger(nint l, int index);
    [DllImport(Library), SuppressGCTransition] public static extern int lua_toboolean(nint l, int index);
    [DllImport(Library), SuppressGCTransition] public static extern long lua_tointegerx(nint l, int index, int* isInteger);
    [DllImport(Library), SuppressGCTransition] public static extern double lua_tonumberx(nint l, int index, int* isNumber);
    [DllImport(Library), SuppressGCTransition] public static extern nint lua_tothread(nint l, int index);
    [DllImport(Library), SuppressGCTransition] public static extern nint lua_topointer(nint l, int index);
    [DllImport(Library), SuppressGCTransition] public static extern ulong lua_rawlen(nint l, int index);
    [DllImport(Library), SuppressGCTransition] public static extern int lua_rawequal(nint l, int a, int b);
    [DllImport(Library), SuppressGCTransition] public static extern int lua_rawget(nint l, int index);
    [DllImport(Library), SuppressGCTransition] public static extern int lua_rawgeti(nint l, int index, long n);
    [DllImport(Library), SuppressGCTransition] public static extern int lua_getmetatable(nint l, int index);
    [DllImport(Library), SuppressGCTransition] public static extern int lua_getiuservalue(nint l, int index, int n);
    [DllImport(Library), SuppressGCTransition] public static extern int lua_setiuservalue(nint l, int index, int n);
    [DllImport(Library), SuppressGCTransition] public static extern int lua_pushthread(nint l);
    [DllImport(Library), SuppressGCTransition] public static extern int lua_status(nint l);
    [DllImport(Library), SuppressGCTransition] public static extern int lua_isyieldable(nint l);

    // Allocates nothing; only for an object with a finalizer does it look for it, and ours are the newest then.
    [DllImport(Library), SuppressGCTransition] public static extern int lua_setmetatable(nint l, int index);

    // Raises only for a key that is not in the table, which our loops never pass.
    [DllImport(Library), SuppressGCTransition] public static extern int lua_next(nint l, int index);
}
