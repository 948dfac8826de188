using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// One Lua state: creation, loading, end. The only place that makes and frees states. Its memory is a
/// <see cref="LuaArena"/> where the system supports that; elsewhere the plain allocator, without a limit.
/// </summary>
internal sealed unsafe class LuaState : IDisposable
{
    private const int CollectFully = 2;
    private const int CountKilobytes = 3;
    private const int CountRest = 4;
    private const int HeadBytes = 8192;   // what a small program without an image needs
    private const int CacheLine = 64;
    private const int PrefetchedBytes = 384;   // the main thread, and the beginning of what all threads have in common
    private const int PrefetchedStack = 256;

    private nint _state;
    private LuaArena* _arena;
    private LuaImage? _image;
    private LuaHibernation? _hibernation;

    /// <summary>A state that is there already.</summary>
    /// <param name="state">The <c>lua_State*</c> of its main thread.</param>
    /// <param name="arena">Where its memory comes from; null for the plain allocator. Given back with the state.</param>
    /// <param name="image">What it is a copy of, which lives as long, because its bytecode is there, among others; null for none.</param>
    internal LuaState(nint state, LuaArena* arena, LuaImage? image = null)
    {
        _state = state;
        _arena = arena;
        _image = image;
    }

    /// <summary>Where its memory comes from; null for the plain allocator.</summary>
    internal LuaArena* Arena => _arena;

    /// <summary>The stack of the main thread.</summary>
    public LuaStack Main => new(_state);

    /// <summary>Whether it rests: nothing but <see cref="Wake"/> and <see cref="Dispose"/> may be done with it then.</summary>
    public bool IsHibernating => _hibernation is not null;

    /// <summary>
    /// Collects its garbage and lets it rest, which takes some tens of microseconds. Nobody is in a call of it.
    /// </summary>
    /// <returns>What it keeps of its memory, in bytes; null when it is no copy of an image, or too large.</returns>
    public int? TryHibernate()
    {
        if (_image is null || !_arena->IsWithin(LuaHibernation.MaxBytes)) return null;
        Collect();
        // Each collection marks what lives with the other of two colours: with that of the image, less has changed.
        if (!_image.HasColourOf((nint)_arena)) Collect();
        if (!_arena->IsWithin(LuaHibernation.MaxBytes)) return null;
        _hibernation = new LuaHibernation(_image, _arena);
        return _hibernation.Bytes;
    }

    /// <summary>Ends its rest.</summary>
    public void Wake()
    {
        _hibernation!.End();
        _hibernation = null;
    }

    /// <summary>Makes an empty state: no library, no global.</summary>
    /// <param name="memoryLimit">Bytes it may use while Lua code runs.</param>
    /// <exception cref="OutOfMemoryException">The system has no memory left.</exception>
    public static LuaState Create(long memoryLimit = long.MaxValue) => Create(memoryLimit, LuaArena.Allocator);

    /// <summary>As above, with one of the two allocators of <see cref="LuaArena"/>.</summary>
    public static LuaState Create(long memoryLimit, nint allocator)
    {
        LuaArena* arena = null;
        nint state = 0;
        if (!LuaChunkPool.IsSupported)
        {
            state = LuaApi.luaL_newstate();
        }
        else if ((arena = LuaArena.Create(HeadBytes)) is not null)
        {
            arena->SetLimit(memoryLimit);
            state = LuaApi.lua_newstate(allocator, (nint)arena);
            if (state == 0) LuaArena.Destroy(arena);
        }
        return state == 0 ? throw new OutOfMemoryException("no memory for a Lua state") : new LuaState(state, arena);
    }

    /// <summary>Makes a state with all standard libraries, to take functions from. Never for programs.</summary>
    public static LuaState CreateTemplate()
    {
        var template = Create();
        LuaApi.luaL_openlibs(template._state);
        return template;
    }

    /// <summary>Bytes the state uses.</summary>
    public long MemoryBytes => _arena is not null ? _arena->Used : CountedBytes;

    /// <summary>Bytes the state uses, as Lua itself counts them.</summary>
    public long CountedBytes => (long)LuaApi.lua_gc(_state, CountKilobytes, 0, 0, 0) * 1024 + LuaApi.lua_gc(_state, CountRest, 0, 0, 0);

    /// <summary>Whether it uses more than it may, garbage included.</summary>
    public bool IsOverLimit => _arena is not null && _arena->IsOverLimit;

    /// <summary>Says whether the memory limit holds from now on: while Lua code runs, and never during calls of ours.</summary>
    /// <returns>What held before.</returns>
    public bool EnforceLimit(bool enforce) => _arena is not null && _arena->Enforce(enforce);

    /// <summary>Says whether a receive may find something. If not it waits at once, and finds it then if there is something after all.</summary>
    public void MayReceive(bool may)
    {
        if (_arena is not null) _arena->MayReceive(may);
    }

    /// <summary>
    /// Has the processor fetch what the next step begins with, all at once: the main thread and its stack, and the blocks which the objects of a message will take.
    /// Of a process whose turn comes after a thousand others nothing is in the caches any more, and without this it is fetched bit by bit.
    /// </summary>
    /// <param name="first">Size of one of the blocks.</param>
    /// <param name="second">Size of another.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int first, int second)
    {
        if (_arena is null || !Sse.IsSupported) return;
        _arena->PrefetchSmall(first);
        _arena->PrefetchSmall(second);
        var state = (byte*)_state;
        for (var line = 0; line < PrefetchedBytes; line += CacheLine) Sse.Prefetch0(state + line);
        Sse.Prefetch0((void*)Main.CallAddress);
        var top = (byte*)Main.TopAddress;
        for (var line = 0; line < PrefetchedStack; line += CacheLine) Sse.Prefetch0(top - line);
    }

    /// <summary>Counts against its limit what it makes us keep outside of it.</summary>
    /// <param name="bytes">More, or less than before.</param>
    public void Charge(long bytes)
    {
        if (_arena is not null) _arena->Charge(bytes);
    }

    /// <summary>Collects all garbage.</summary>
    public void Collect() => LuaApi.lua_gc(_state, CollectFully, 0, 0, 0);

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

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_state == 0) return;
        if (_hibernation is not null)
        {
            _hibernation.Drop();
            _hibernation = null;
        }
        else if (_arena is not null)
        {
            // Everything the state owns is memory of the arena; finalizers free nothing but slots of the process, which ends.
            LuaArena.Destroy(_arena);
        }
        else
        {
            // Closing runs what the main thread left to be closed; a program must not go on in there.
            LuaCallbacks.StopByForce(_state);
            LuaApi.lua_close(_state);
        }
        _state = 0;
        _arena = null;
        _image = null;
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
