using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// The memory of one Lua state (manual §4.6, lua_Alloc): chunks of its own, so that a state ends by giving them back
/// instead of freeing every value, and its values lie close together. One thread at a time, the one that runs the state.
/// </summary>
/// <remarks>
/// <code>
/// block size        where                                              granularity
/// up to 256         chunk, free list of its size                       8
/// up to 512         likewise                                           64
/// up to 1,024       likewise                                           128
/// more              heap of the system, linked so that the end finds it
/// </code>
/// The arena itself lies at the start of its first chunk. A chunk begins with the address of the next.
/// </remarks>
internal unsafe struct LuaArena
{
    private const int SmallClasses = 32;
    private const int Classes = 40;
    private const int MaxPooled = 1024;

    private nint _chunks;      // the newest, which is filled
    private byte* _next;       // its unused part
    private byte* _end;
    private Large* _large;     // the newest block on the heap of the system
    private fixed long _free[Classes];   // by class, blocks to use again, linked by their first word

    private struct Large
    {
        public Large* Newer;
        public Large* Older;
    }

    /// <summary>For <c>lua_newstate</c>; its user data is the arena.</summary>
    public static nint Allocator { get; } = (nint)(delegate* unmanaged[Cdecl]<nint, nint, nuint, nuint, nint>)&Allocate;

    /// <summary>Makes an empty arena.</summary>
    /// <exception cref="OutOfMemoryException">The system has no memory left.</exception>
    public static nint Create()
    {
        var chunk = LuaChunkPool.Take();
        *(nint*)chunk = 0;
        var arena = (LuaArena*)(chunk + sizeof(nint));
        *arena = default;
        arena->_chunks = chunk;
        arena->_next = (byte*)(arena + 1);
        arena->_end = (byte*)chunk + LuaChunkPool.ChunkSize;
        return (nint)arena;
    }

    /// <summary>Gives everything back, the arena included.</summary>
    public static void Drop(nint arena)
    {
        for (var large = ((LuaArena*)arena)->_large; large != null;)
        {
            var older = large->Older;
            NativeMemory.Free(large);
            large = older;
        }
        for (var chunk = ((LuaArena*)arena)->_chunks; chunk != 0;)
        {
            var next = *(nint*)chunk;
            LuaChunkPool.Give(chunk);
            chunk = next;
        }
    }

    /// <summary>Makes, moves or frees a block.</summary>
    /// <param name="arena">Whose.</param>
    /// <param name="block">0 for a new one.</param>
    /// <param name="oldSize">Of the block; means nothing for a new one.</param>
    /// <param name="newSize">0 frees it.</param>
    /// <returns>The block, aligned to 8; 0 when it was freed or there is no memory, which leaves the old one as it is.</returns>
    public static nint Resize(nint arena, nint block, nuint oldSize, nuint newSize)
    {
        var self = (LuaArena*)arena;
        if (block == 0) return newSize == 0 ? 0 : self->Take(newSize);
        if (newSize == 0)
        {
            self->Give(block, oldSize);
            return 0;
        }
        if (oldSize > MaxPooled && newSize > MaxPooled) return self->ResizeLarge(block, newSize);
        if (oldSize <= MaxPooled && newSize <= MaxPooled && ClassOf(oldSize) == ClassOf(newSize)) return block;

        var moved = self->Take(newSize);
        if (moved == 0) return 0;
        NativeMemory.Copy((void*)block, (void*)moved, Math.Min(oldSize, newSize));
        self->Give(block, oldSize);
        return moved;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Allocate(nint arena, nint block, nuint oldSize, nuint newSize)
    {
        try
        {
            return Resize(arena, block, oldSize, newSize);
        }
        catch (OutOfMemoryException)
        {
            return 0;   // Lua collects and asks again, then raises "not enough memory"
        }
    }

    private nint Take(nuint size)
    {
        if (size > MaxPooled) return ResizeLarge(0, size);
        var number = ClassOf(size);
        var block = (nint)_free[number];
        if (block != 0)
        {
            _free[number] = *(nint*)block;
            return block;
        }
        var needed = SizeOf(number);
        if (_end - _next < needed) AddChunk();
        block = (nint)_next;
        _next += needed;
        return block;
    }

    private void Give(nint block, nuint size)
    {
        if (size > MaxPooled)
        {
            var large = (Large*)block - 1;
            Unlink(large);
            NativeMemory.Free(large);
            return;
        }
        Keep(block, ClassOf(size));
    }

    private void Keep(nint block, int number)
    {
        *(nint*)block = (nint)_free[number];
        _free[number] = block;
    }

    private void AddChunk()
    {
        // What is left of the old one serves a smaller block some day.
        var left = (int)(_end - _next);
        if (left >= 8) Keep((nint)_next, left < 320 ? Math.Min(left, 256) / 8 - 1 : ClassOf((nuint)left + 1) - 1);

        var chunk = LuaChunkPool.Take();
        *(nint*)chunk = _chunks;
        _chunks = chunk;
        _next = (byte*)chunk + sizeof(nint);
        _end = (byte*)chunk + LuaChunkPool.ChunkSize;
    }

    private nint ResizeLarge(nint block, nuint size)
    {
        if (size > nuint.MaxValue - (nuint)sizeof(Large)) return 0;
        var old = block == 0 ? null : (Large*)block - 1;
        // Whether it moves or not, its neighbours know it by address; on failure it stays, linked as it was.
        var resized = (Large*)NativeMemory.Realloc(old, size + (nuint)sizeof(Large));
        if (old == null) *resized = new Large { Older = _large };
        if (resized->Older != null) resized->Older->Newer = resized;
        if (resized->Newer != null) resized->Newer->Older = resized;
        else _large = resized;
        return (nint)(resized + 1);
    }

    private void Unlink(Large* large)
    {
        if (large->Older != null) large->Older->Newer = large->Newer;
        if (large->Newer != null) large->Newer->Older = large->Older;
        else _large = large->Older;
    }

    private static int ClassOf(nuint size) => size switch
    {
        <= 256 => (int)((size + 7) >> 3) - 1,
        <= 512 => SmallClasses + (int)((size - 257) >> 6),
        _ => SmallClasses + 4 + (int)((size - 513) >> 7),
    };

    private static int SizeOf(int number) => number switch
    {
        < SmallClasses => (number + 1) * 8,
        < SmallClasses + 4 => 256 + (number - SmallClasses + 1) * 64,
        _ => 512 + (number - SmallClasses - 3) * 128,
    };
}
