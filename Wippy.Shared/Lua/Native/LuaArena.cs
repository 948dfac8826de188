using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// The memory of one Lua state: every block lives in chunks of this arena, so that closing a state is giving its chunks
/// back, and its size is known at any moment. The header lies at the start of the first chunk, the head. Blocks up to
/// <see cref="MaxPooled"/> bytes come in size classes with a free list each (Bonwick's slab idea, without constructors);
/// larger ones from malloc, in a list. What an image brought (<see cref="LuaImage"/>) lies in the head, or is shared with other states and never changed.
/// </summary>
/// <remarks>
/// A Lua state runs on one thread at a time, and so does its arena. Lua passes the size of a block when it frees or
/// grows it (manual §4.6, <c>lua_Alloc</c>), hence blocks need no header of their own.
/// The limit holds only while Lua code runs: then a refusal makes Lua collect and, failing that, raise an error, which Lua
/// code sees. During calls of ours a refusal would raise over managed frames; what they take too much is noticed after.
/// </remarks>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct LuaArena
{
    /// <summary>Classes of small blocks are so many bytes apart.</summary>
    public const int SmallStep = 8;

    /// <summary>The largest small block.</summary>
    public const int SmallMax = 256;

    // Where LuaArenaCode finds the fields. What a message needs of the header lies in the first cache line, and the free lists of its objects in one other.
    public const int UsedOffset = 0;
    public const int ElsewhereOffset = 8;
    public const int LimitOffset = 16;
    public const int FreeOffset = 24;
    public const int EndOffset = 32;
    public const int SharedOffset = 40;
    public const int SharedBytesOffset = 48;
    public const int ArmingOffset = 56;
    public const int MayReceiveOffset = 60;
    public const int FreeListsOffset = 64;
    private const int EnforcingOffset = 52;
    private const int AfterListsOffset = FreeListsOffset + Classes * sizeof(long);

    private const int SmallClasses = SmallMax / SmallStep;
    private const int MaxPooled = 2048;
    private const int CallInfoClass = LuaLayout.CallInfoBytes / SmallStep - 1;
    private const int Classes = SmallClasses + 12;
    private const int LargeHeader = 16;   // links to the next and the previous large block
    private const int ChunkHeader = 16;   // link to the next chunk, and the class of this one
    private const int FirstGrowth = 1024;
    private const int MaxGrowth = 12_288;

    [FieldOffset(UsedOffset)] private long _used;
    [FieldOffset(ElsewhereOffset)] private long _elsewhere;   // bytes that the state makes us use outside of it
    [FieldOffset(LimitOffset)] private long _limit;
    [FieldOffset(FreeOffset)] private byte* _free;    // unused rest of the newest chunk
    [FieldOffset(EndOffset)] private byte* _end;
    [FieldOffset(SharedOffset)] private nint _shared;   // of the image, with other states
    [FieldOffset(SharedBytesOffset)] private int _sharedBytes;
    [FieldOffset(EnforcingOffset)] private int _enforcing;
    [FieldOffset(ArmingOffset)] private int _arming;
    [FieldOffset(MayReceiveOffset)] private int _mayReceive;
    [FieldOffset(FreeListsOffset)] private fixed long _freeLists[Classes];
    [FieldOffset(AfterListsOffset)] private nint _chunks;   // all but the head
    [FieldOffset(AfterListsOffset + 8)] private nint _large;
    [FieldOffset(AfterListsOffset + 16)] private int _headClass;   // of the pool
    [FieldOffset(AfterListsOffset + 20)] private int _headBytes;
    [FieldOffset(AfterListsOffset + 24)] private int _growth;      // bytes of the next chunk

    /// <summary>The function to give to <c>lua_newstate</c>; its user data is the arena.</summary>
    public static nint Allocator { get; } = LuaArenaCode.Before(ManagedAllocator);

    /// <summary>The same in managed code.</summary>
    public static nint ManagedAllocator => (nint)(delegate* unmanaged[Cdecl]<nint, nint, nuint, nuint, nint>)&Allocate;

    /// <summary>Bytes that the state uses.</summary>
    public readonly long Used => _used;

    /// <summary>Whether the state uses more than it may.</summary>
    public readonly bool IsOverLimit => _used + _elsewhere > _limit;

    /// <summary>Counts bytes, more or less of them, that exist elsewhere on behalf of the state.</summary>
    public void Charge(long bytes) => _elsewhere += bytes;

    // Lua begins each of its stacks with 720 bytes.
    private static ReadOnlySpan<ushort> MediumSizes => [320, 384, 512, 640, 720, 768, 896, 1024, 1280, 1536, 1792, MaxPooled];

    /// <summary>Makes an arena.</summary>
    /// <param name="headBytes">Of its first chunk, at least; up to <see cref="LuaChunkPool.MaxBytes"/>.</param>
    /// <returns>Null when the system has no memory left.</returns>
    public static LuaArena* Create(int headBytes)
    {
        var sizeClass = LuaChunkPool.ClassFor(headBytes);
        var chunk = LuaChunkPool.Take(sizeClass);
        if (chunk != 0) CreateAt(chunk, sizeClass, LuaChunkPool.SizeOf(sizeClass));
        return (LuaArena*)chunk;
    }

    /// <summary>Makes one of which the first part is in use, for the copy of an image.</summary>
    /// <param name="chunk">Its head; the header is written, the rest is left as it is.</param>
    /// <param name="sizeClass">Of the chunk.</param>
    /// <param name="length">Bytes in use, header included.</param>
    /// <param name="used">What of them Lua knows of.</param>
    /// <param name="shared">Blocks that belong to the image.</param>
    public static LuaArena* CreateAt(nint chunk, int sizeClass, int length, long used, ReadOnlySpan<byte> shared)
    {
        CreateAt(chunk, sizeClass, LuaChunkPool.SizeOf(sizeClass));
        var arena = (LuaArena*)chunk;
        arena->_free = (byte*)chunk + length;
        arena->_used = used;
        arena->_shared = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(shared));
        arena->_sharedBytes = shared.Length;
        return arena;
    }

    /// <summary>Sets what it may use while Lua code runs, in bytes. Without it there is no limit.</summary>
    public void SetLimit(long limit) => _limit = limit;

    /// <summary>Bytes that a block takes in the head of an image, so that it can be given back and used again like any other.</summary>
    public static int BytesFor(int size) => size <= MaxPooled ? SizeOf(ClassOf(size)) : (size + SmallStep - 1) & -SmallStep;

    /// <summary>Gives out no block of the size of a CallInfo from now on; who asks for one waits. By another thread than the state's, for some nanoseconds.</summary>
    public void BeginArming() => Volatile.Write(ref _arming, 1);

    /// <summary>Ends that.</summary>
    public void EndArming() => Volatile.Write(ref _arming, 0);

    /// <summary>Whether it has not more than so many bytes of chunks.</summary>
    public readonly bool IsWithin(int bytes)
    {
        var total = _headBytes;
        for (var chunk = _chunks; chunk != 0 && total <= bytes; chunk = *(nint*)chunk) total += LuaChunkPool.SizeOf(ClassOfChunk(chunk));
        return total <= bytes;
    }

    /// <summary>Its chunks, the head first, and how much of each is in use or in free lists.</summary>
    public static List<(nint Address, int SizeClass, int Used)> ChunksOf(LuaArena* arena)
    {
        List<(nint, int, int)> chunks = [((nint)arena, arena->_headClass, arena->_chunks == 0 ? (int)(arena->_free - (byte*)arena) : arena->_headBytes)];
        for (var chunk = arena->_chunks; chunk != 0; chunk = *(nint*)chunk)
        {
            var sizeClass = ClassOfChunk(chunk);
            chunks.Add((chunk, sizeClass, chunk == arena->_chunks ? (int)(arena->_free - (byte*)chunk) : LuaChunkPool.SizeOf(sizeClass)));
        }
        return chunks;
    }

    /// <summary>The free blocks: address and size. Their first word is the link of their list, the rest means nothing.</summary>
    public static List<(nint Address, int Size)> FreeBlocksOf(LuaArena* arena)
    {
        List<(nint, int)> blocks = [];
        for (var sizeClass = 0; sizeClass < Classes; sizeClass++)
        {
            for (var block = (nint)arena->_freeLists[sizeClass]; block != 0; block = *(nint*)block) blocks.Add((block, SizeOf(sizeClass)));
        }
        return blocks;
    }

    /// <summary>Gives all its memory back, whatever is in it.</summary>
    public static void Destroy(LuaArena* arena)
    {
        for (var block = arena->_large; block != 0;)
        {
            var next = *(nint*)block;
            NativeMemory.Free((void*)block);
            block = next;
        }
        for (var chunk = arena->_chunks; chunk != 0;)
        {
            var next = *(nint*)chunk;
            LuaChunkPool.Return(chunk, ClassOfChunk(chunk));
            chunk = next;
        }
        LuaChunkPool.Return((nint)arena, arena->_headClass);
    }

    /// <summary>Says whether a receive may find something: no business of the arena, but here <see cref="LuaReceiveCode"/> finds it.</summary>
    public void MayReceive(bool may) => _mayReceive = may ? 1 : 0;

    /// <summary>Says whether the limit holds from now on.</summary>
    /// <returns>What held before.</returns>
    public bool Enforce(bool enforce)
    {
        var before = _enforcing != 0;
        _enforcing = enforce ? 1 : 0;
        return before;
    }

    /// <summary>Takes a small block, for a call of ours, during which the limit does not hold.</summary>
    /// <param name="size">Up to <see cref="SmallMax"/> bytes, and not those of a CallInfo.</param>
    /// <returns>0 when the system has no memory left.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint TakeSmall(int size)
    {
        var sizeClass = (size + SmallStep - 1) / SmallStep - 1;
        Debug.Assert(sizeClass != CallInfoClass, "a block of the size of a CallInfo must wait while a thread is armed: use Take");
        var block = (nint)_freeLists[sizeClass];
        if (block != 0) _freeLists[sizeClass] = *(nint*)block;
        else if ((block = TakeFresh(sizeClass)) == 0) return 0;
        _used += size;
        return block;
    }

    /// <summary>Has the processor fetch the block that <see cref="TakeSmall"/> gives next, while there is something else to do: nobody has looked at it for long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void PrefetchSmall(int size)
    {
        var block = (byte*)_freeLists[(size + SmallStep - 1) / SmallStep - 1];
        Sse.Prefetch0(block);
        Sse.Prefetch0(block + size - 1);
    }

    // lua_Alloc. For a new block, oldSize is its type and means nothing here.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Allocate(nint userData, nint block, nuint oldSize, nuint newSize)
    {
        ref var arena = ref *(LuaArena*)userData;
        if (block == 0) return newSize == 0 ? 0 : arena.New((long)newSize);
        if (newSize == 0)
        {
            arena.Free(block, (long)oldSize);
            return 0;
        }
        return arena.Resize(block, (long)oldSize, (long)newSize);
    }

    private nint New(long size)
    {
        if (Refuses(size)) return 0;
        var block = size <= MaxPooled ? Take(ClassOf(size)) : NewLarge(size);
        if (block != 0) _used += size;
        return block;
    }

    private void Free(nint block, long size)
    {
        if ((nuint)(block - _shared) < (nuint)_sharedBytes) return;
        _used -= size;
        if (size > MaxPooled) FreeLarge(block);
        else Put(block, ClassOf(size));
    }

    private nint Resize(nint block, long oldSize, long newSize)
    {
        if (newSize > oldSize && Refuses(newSize - oldSize)) return 0;
        nint resized;
        if (oldSize > MaxPooled && newSize > MaxPooled)
        {
            resized = ResizeLarge(block, oldSize, newSize);
        }
        else if (oldSize <= MaxPooled && newSize <= MaxPooled && ClassOf(oldSize) == ClassOf(newSize))
        {
            resized = block;
        }
        else
        {
            resized = newSize <= MaxPooled ? Take(ClassOf(newSize)) : NewLarge(newSize);
            if (resized == 0) return 0;
            Buffer.MemoryCopy((void*)block, (void*)resized, newSize, Math.Min(oldSize, newSize));
            if (oldSize > MaxPooled) FreeLarge(block);
            else Put(block, ClassOf(oldSize));
        }
        if (resized != 0) _used += newSize - oldSize;
        return resized;
    }

    private readonly bool Refuses(long more) => _enforcing != 0 && _used + _elsewhere + more > _limit;

    private static int ClassOfChunk(nint chunk) => (int)*(nint*)(chunk + sizeof(nint));

    private static int ClassOf(long size)
    {
        if (size <= SmallMax) return (int)((size + SmallStep - 1) / SmallStep) - 1;
        var medium = 0;
        while (MediumSizes[medium] < size) medium++;
        return SmallClasses + medium;
    }

    private static int SizeOf(int sizeClass) => sizeClass < SmallClasses ? (sizeClass + 1) * SmallStep : MediumSizes[sizeClass - SmallClasses];

    private nint Take(int sizeClass)
    {
        if (sizeClass == CallInfoClass) WhileArming();
        var block = (nint)_freeLists[sizeClass];
        if (block != 0)
        {
            _freeLists[sizeClass] = *(nint*)block;
            return block;
        }
        return TakeFresh(sizeClass);
    }

    // One that was not in use before.
    private nint TakeFresh(int sizeClass)
    {
        var size = SizeOf(sizeClass);
        if (_free + size > _end && !TryAddChunk(size)) return 0;
        var block = (nint)_free;
        _free += size;
        return block;
    }

    private void WhileArming()
    {
        while (Volatile.Read(ref _arming) != 0) Thread.SpinWait(1);
    }

    private void Put(nint block, int sizeClass)
    {
        *(nint*)block = (nint)_freeLists[sizeClass];
        _freeLists[sizeClass] = block;
    }

    private bool TryAddChunk(int needed)
    {
        var sizeClass = LuaChunkPool.ClassFor(Math.Max(_growth, needed + ChunkHeader));
        var chunk = LuaChunkPool.Take(sizeClass);
        if (chunk == 0) return false;
        KeepRest();
        *(nint*)chunk = _chunks;
        *(nint*)(chunk + sizeof(nint)) = sizeClass;
        _chunks = chunk;
        _free = (byte*)chunk + ChunkHeader;
        _end = (byte*)chunk + LuaChunkPool.SizeOf(sizeClass);
        _growth = Math.Min(2 * _growth, MaxGrowth);
        return true;
    }

    // What is left of a chunk becomes one free block of the largest class that fits.
    private void KeepRest()
    {
        var rest = _end - _free;
        if (rest < SmallStep) return;
        var sizeClass = rest >= MaxPooled ? Classes - 1 : ClassOf(rest);
        if (SizeOf(sizeClass) > rest) sizeClass--;
        Put((nint)_free, sizeClass);
    }

    private nint NewLarge(long size)
    {
        var header = Reallocate(0, size);
        if (header == 0) return 0;
        Link(header);
        return header + LargeHeader;
    }

    private void FreeLarge(nint block)
    {
        if (IsInHead(block)) return;   // came with the image; goes with the arena
        Unlink(block - LargeHeader);
        NativeMemory.Free((void*)(block - LargeHeader));
    }

    // 0 when the machine has none: Lua collects garbage then, and tries again. What there was is as it was.
    private static nint Reallocate(nint header, long size)
    {
        try
        {
            return (nint)NativeMemory.Realloc((void*)header, (nuint)size + LargeHeader);
        }
        catch (OutOfMemoryException)
        {
            return 0;   // no exception gets past Lua
        }
    }

    private nint ResizeLarge(nint block, long oldSize, long size)
    {
        if (IsInHead(block))
        {
            var copy = NewLarge(size);
            if (copy == 0) return 0;
            Buffer.MemoryCopy((void*)block, (void*)copy, size, Math.Min(oldSize, size));
            return copy;
        }
        Unlink(block - LargeHeader);
        var header = Reallocate(block - LargeHeader, size);
        Link(header == 0 ? block - LargeHeader : header);
        return header == 0 ? 0 : header + LargeHeader;
    }

    private bool IsInHead(nint block)
    {
        fixed (LuaArena* self = &this) return (nuint)(block - (nint)self) < (nuint)_headBytes;
    }

    private static void CreateAt(nint head, int sizeClass, int bytes)
    {
        var arena = (LuaArena*)head;
        *arena = default;
        arena->_limit = long.MaxValue;
        arena->_headClass = sizeClass;
        arena->_headBytes = bytes;
        arena->_growth = FirstGrowth;
        arena->_free = (byte*)head + sizeof(LuaArena);
        arena->_end = (byte*)head + bytes;
    }

    private void Link(nint header)
    {
        *(nint*)header = _large;
        *(nint*)(header + sizeof(nint)) = 0;
        if (_large != 0) *(nint*)(_large + sizeof(nint)) = header;
        _large = header;
    }

    private void Unlink(nint header)
    {
        var next = *(nint*)header;
        var previous = *(nint*)(header + sizeof(nint));
        if (previous != 0) *(nint*)previous = next;
        else _large = next;
        if (next != 0) *(nint*)(next + sizeof(nint)) = previous;
    }
}
