using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// A state that is ready to run, made once and copied for each process: making a copy is a move of some kilobytes, making
/// the state is thousands of small steps. Immutable; any thread.
/// </summary>
/// <remarks>
/// Everything a Lua state refers to lies in its arena, apart from code. So the image is the head of an arena, in which
/// every word that points into this head is known, and a copy adds its own address to those words. Which words these
/// are is seen from their values: the original lies at an address drawn at random from a part of the address space where nothing else
/// is, so a word with a value from there is a pointer. (A number or text that happens to look like one would have to
/// hit one of 2^30 places nobody knows; and what Lua does not write, the padding of its structures, is zero or no multiple of a word.) Two things must hold for what is in an image. No table may have an object
/// for a key: Lua places such keys by their address. And no Lua code of a program has run, because its effects would be copied too.
/// </remarks>
internal sealed unsafe partial class LuaImage
{
    private const int Collect = 2;
    private const int SetIncremental = 11;

    // Lua's own settings (manual §2.5.1), and those under which it collects all the time, so that garbage leaves few holes.
    private const int UsualPause = 200;
    private const int UsualStep = 100;
    private const int ShortestPause = 1;
    private const int LargestStep = 1000;

    private const int ProtReadWrite = 3;
    private const int MapPrivateAnonymousAtFreeAddress = 0x10_0022;
    private const long LowestAddress = 0x1000_0000_0000;
    private const long HighestAddress = 0x5000_0000_0000;   // programs, libraries and stacks lie above
    private const int Attempts = 8;

    // What a program needs besides before it first waits: values, a call or two.
    private const int Room = 384;

    // One bit for each of the words that are copied at a time.
    private const int BlockWords = 8;
    private const int BlockBytes = BlockWords * sizeof(long);
    private static readonly Vector512<long> Bits = Vector512.Create(1L, 2, 4, 8, 16, 32, 64, 128);

    private readonly byte[] _bytes;       // whole blocks; pointers in it count from its start
    private readonly byte[] _pointers;    // a bit for each word, set if it is a pointer
    private readonly int _length;         // bytes in use
    private readonly int _state;          // where the main thread lies
    private readonly int _sizeClass;

    private LuaImage(byte[] bytes, byte[] pointers, int length, int state)
    {
        _bytes = bytes;
        _pointers = pointers;
        _length = length;
        _state = state;
        _sizeClass = LuaChunkPool.ClassFor(Math.Min(length + Room, LuaChunkPool.MaxBytes));
    }

    /// <summary>Makes one.</summary>
    /// <param name="prepare">Makes an empty state what the copies are to be; what it leaves on the stack is in the copies.</param>
    /// <returns>Null when the system does not support images, or the state is too large for one.</returns>
    public static LuaImage? TryCreate(Action<LuaStack> prepare)
    {
        if (!LuaChunkPool.IsSupported) return null;
        var head = MapAtRandom();
        if (head == 0) return null;
        var arena = LuaArena.CreateAt(head, LuaChunkPool.MaxBytes);
        try
        {
            var state = LuaApi.lua_newstate(LuaArena.CleanAllocator, head);
            if (state == 0) return null;
            LuaApi.lua_gc(state, SetIncremental, ShortestPause, LargestStep, 0);
            prepare(new LuaStack(state));
            LuaApi.lua_gc(state, SetIncremental, UsualPause, UsualStep, 0);
            LuaApi.lua_gc(state, Collect, 0, 0, 0);
            LuaApi.lua_setallocf(state, LuaArena.Allocator, head);
            return LuaArena.ImageBytes(arena) is > 0 and var length ? Take(head, length, (int)(state - head)) : null;
        }
        finally
        {
            LuaArena.Destroy(arena);
            _ = munmap(head, LuaChunkPool.MaxBytes);
        }
    }

    /// <summary>Makes a state.</summary>
    /// <param name="memoryLimit">Bytes it may use while Lua code runs.</param>
    /// <exception cref="OutOfMemoryException">The system has no memory left.</exception>
    public LuaState Copy(long memoryLimit)
    {
        var head = LuaChunkPool.Take(_sizeClass);
        if (head == 0) throw new OutOfMemoryException("no memory for a Lua state");
        CopyTo(head);
        var arena = (LuaArena*)head;
        LuaArena.Settle(arena, _length, _sizeClass);
        arena->SetLimit(memoryLimit);
        return new LuaState(head + _state, arena);
    }

    // Moves and corrects in one pass; chunks are made of whole blocks, too.
    private void CopyTo(nint head)
    {
        var address = Vector512.Create((long)head);
        fixed (byte* bytes = _bytes)
        {
            for (var block = 0; block < _pointers.Length; block++)
            {
                var words = Vector512.Load((long*)(bytes + block * BlockBytes));
                var isPointer = Vector512.Equals(Vector512.Create((long)_pointers[block]) & Bits, Bits);
                (words + (isPointer & address)).Store((long*)(head + block * BlockBytes));
            }
        }
    }

    private static LuaImage Take(nint head, int length, int state)
    {
        var bytes = new byte[(length + BlockBytes - 1) / BlockBytes * BlockBytes];
        new Span<byte>((void*)head, length).CopyTo(bytes);
        var words = MemoryMarshal.Cast<byte, nint>(bytes.AsSpan());
        var pointers = new byte[bytes.Length / BlockBytes];
        for (var i = 0; i < words.Length; i++)
        {
            var offset = words[i] - head;
            // Pointers are to whole words; the rest is what a value of another type left in its place when its type, one byte, was overwritten.
            if ((nuint)offset > LuaChunkPool.MaxBytes || offset % sizeof(nint) != 0) continue;
            words[i] = offset;
            pointers[i / BlockWords] |= (byte)(1 << i % BlockWords);
        }
        return new LuaImage(bytes, pointers, length, state);
    }

    private static nint MapAtRandom()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            // As unpredictable as the platform's generator, without the library that it loads; the bits used are all random ones.
            var random = BitConverter.ToInt64(Guid.NewGuid().ToByteArray(), 0) & long.MaxValue;
            var address = (LowestAddress + random % (HighestAddress - LowestAddress)) & -LuaChunkPool.MaxBytes;
            var mapped = mmap((nint)address, LuaChunkPool.MaxBytes, ProtReadWrite, MapPrivateAnonymousAtFreeAddress, -1, 0);
            if (mapped == address) return mapped;
            // A kernel without this flag takes the address for a wish.
            if (mapped != -1) _ = munmap(mapped, LuaChunkPool.MaxBytes);
        }
        return 0;
    }

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int munmap(nint address, nint length);
}
