using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// One Lua state: creation, loading, end. The only place that makes and frees states, so that a cloned image can come
/// in here.
/// </summary>
internal sealed unsafe class LuaState : IDisposable
{
    private readonly nint _arena;
    private nint _state;

    private LuaState(nint arena, nint state)
    {
        _arena = arena;
        _state = state;
    }

    /// <summary>The stack of the main thread.</summary>
    public LuaStack Main => new(_state);

    /// <summary>Makes an empty state: no library, no global.</summary>
    /// <exception cref="OutOfMemoryException">The system has no memory left.</exception>
    public static LuaState Create()
    {
        var arena = LuaArena.Create();
        var state = LuaApi.lua_newstate(LuaArena.Allocator, arena);
        if (state != 0) return new LuaState(arena, state);
        LuaArena.Drop(arena);
        throw new OutOfMemoryException("no memory for a Lua state");
    }

    /// <summary>Makes a state with all standard libraries, to take functions from. Never for programs.</summary>
    public static LuaState CreateTemplate()
    {
        var template = Create();
        LuaApi.luaL_openlibs(template._state);
        return template;
    }

    /// <summary>Bytes the state uses.</summary>
    public long MemoryBytes => (long)LuaApi.lua_gc(_state, 3, 0, 0, 0) * 1024 + LuaApi.lua_gc(_state, 4, 0, 0, 0);

    /// <summary>Compiles source text and pushes the function, or pushes the error message.</summary>
    /// <param name="source">UTF-8 text, never bytecode.</param>
    /// <param name="name">Chunk name; messages begin with it.</param>
    public LuaStatus LoadSource(ReadOnlySpan<byte> source, string name) => Load(_state, source, $"={name}", "t\0"u8);

    /// <summary>Bytecode of the function at the top.</summary>
    /// <param name="strip">Whether to leave out the line numbers and names that errors need.</param>
    public byte[] Dump(bool strip = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var handle = GCHandle.Alloc(buffer);
        try
        {
            LuaApi.lua_dump(_state, (nint)(delegate* unmanaged[Cdecl]<nint, byte*, nuint, nint, int>)&Write, GCHandle.ToIntPtr(handle), strip ? 1 : 0);
        }
        finally
        {
            handle.Free();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Calls a function of our own, below its arguments, that neither raises nor blocks nor calls back.</summary>
    /// <exception cref="InvalidOperationException">It raised: a bug.</exception>
    public static void CallTrusted(LuaStack stack, int arguments, int results)
    {
        if (LuaApi.lua_pcallk(stack.Handle, arguments, results, 0, 0, 0) != 0) throw new InvalidOperationException(stack.ToText(-1));
    }

    /// <summary>Pushes the function that <see cref="Dump"/> wrote.</summary>
    /// <exception cref="InvalidOperationException">These are not such bytes: a bug.</exception>
    public static void LoadTrusted(LuaStack stack, ReadOnlySpan<byte> bytecode)
    {
        if (Load(stack.Handle, bytecode, "=", "b\0"u8) != LuaStatus.Ok) throw new InvalidOperationException(stack.ToText(-1));
    }

    /// <summary>Makes the value at the top the environment of the function below it; pops it.</summary>
    public static void SetEnvironment(LuaStack stack) => LuaApi.lua_setupvalue(stack.Handle, -2, 1);

    /// <summary>Pushes a global of a template state.</summary>
    public void PushGlobal(string name)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(name + "\0");
        fixed (byte* p = bytes) LuaApi.lua_getglobal(_state, p);
    }

    /// <summary>Address of the C function at an index, or 0.</summary>
    public nint ToNative(int index) => LuaApi.lua_tocfunction(_state, index);

    /// <summary>Ends the state by giving its memory back; nothing in it is closed or finalised, no code of it runs.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _state, 0) != 0) LuaArena.Drop(_arena);
    }

    private static LuaStatus Load(nint state, ReadOnlySpan<byte> chunk, string name, ReadOnlySpan<byte> mode)
    {
        var nameBytes = System.Text.Encoding.UTF8.GetBytes(name + "\0");
        fixed (byte* c = chunk, n = nameBytes, m = mode)
        {
            return (LuaStatus)LuaApi.luaL_loadbufferx(state, c, (nuint)chunk.Length, n, m);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint state, byte* bytes, nuint length, nint data)
    {
        // An array writer in managed memory cannot fail but for lack of memory, which ends the operating-system process anyway.
        ((ArrayBufferWriter<byte>)GCHandle.FromIntPtr(data).Target!).Write(new ReadOnlySpan<byte>(bytes, (int)length));
        return 0;
    }
}
