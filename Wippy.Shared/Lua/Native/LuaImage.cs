using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// A state that is ready to run, made once and copied for each process: making a copy is a move of some kilobytes, making
/// the state is thousands of small steps. What nobody writes to is not copied: all processes of a program share its bytecode, its callbacks and its long
/// strings. Immutable; any thread.
/// </summary>
/// <remarks>
/// Everything a Lua state refers to lies in blocks from its allocator, apart from native code. So the image is these blocks, one behind the
/// other as in the head of an arena; every word that points to one of them is known, and a copy adds its own address to those words. Which
/// words these are is seen from their values: the original lies in a <see cref="LuaImageHeap"/>, at a random address where nothing else
/// is, so a word with a value from there is a pointer. (A number or text that happens to look like one would have to
/// hit one of 2^30 places nobody knows; and what Lua does not write, the padding of its structures, is zero.) Two things must hold
/// for what is in an image. No table may have an object
/// for a key: Lua places such keys by their address. And no Lua code of a program has run, because its effects would be copied too.
/// </remarks>
internal sealed unsafe class LuaImage
{
    private const int Collect = 2;

    // What a program needs besides before it first waits: values, a call or two.
    private const int Room = 304;

    // One bit for each of the words that are copied at a time.
    private const int BlockWords = 8;
    private const int BlockBytes = BlockWords * sizeof(long);
    private static readonly Vector512<long> Bits = Vector512.Create(1L, 2, 4, 8, 16, 32, 64, 128);

    private static readonly int Start = RoundUp(sizeof(LuaArena));

    private readonly byte[] _bytes;       // whole blocks, from Start; pointers in it count from the start of the arena
    private readonly byte[] _pointers;    // a bit for each word, set if it is a pointer
    private readonly byte[] _shared;      // pinned: the copies point to it
    private readonly int _length;         // bytes in use of the head
    private readonly long _used;          // of which Lua knows
    private readonly int _state;          // where the main thread lies
    private readonly int _sizeClass;

    private LuaImage(LuaImageHeap heap, LuaImageLayout layout, nint state)
    {
        _length = layout.Length;
        _used = layout.Used;
        _sizeClass = LuaChunkPool.ClassFor(Math.Min(_length + Room, LuaChunkPool.MaxBytes));
        layout.TryPlace(state, out var place, out _);
        _state = (int)place;
        _shared = layout.Shared;
        _bytes = new byte[RoundUp(_length - Start)];
        _pointers = new byte[_bytes.Length / BlockBytes];
        layout.CopyTo(_bytes);
        var words = MemoryMarshal.Cast<byte, nint>(_bytes.AsSpan());
        for (var i = 0; i < words.Length; i++)
        {
            // Pointers are to whole words; the rest is what a value of another type left in its place when its type, one byte, was overwritten.
            if (!heap.Contains(words[i]) || words[i] % sizeof(nint) != 0) continue;
            var isInUse = layout.TryPlace(words[i], out words[i], out var isShared);
            if (isInUse && !isShared) _pointers[i / BlockWords] |= (byte)(1 << i % BlockWords);
        }
    }

    /// <summary>Bytes that the copies share.</summary>
    public int SharedBytes => _shared.Length;

    /// <summary>Makes one.</summary>
    /// <param name="prepare">Makes an empty state what the copies are to be; what it leaves on the stack is in the copies.</param>
    /// <returns>Null when the system does not support images, or the state is too large for one.</returns>
    public static LuaImage? TryCreate(Action<LuaStack> prepare)
    {
        if (!LuaChunkPool.IsSupported) return null;
        using var heap = LuaImageHeap.TryCreate();
        if (heap is null) return null;
        var state = LuaApi.lua_newstate(LuaImageHeap.Allocator, heap.Address);
        if (state == 0) return null;
        prepare(new LuaStack(state));
        LuaApi.lua_gc(state, Collect, 0, 0, 0);
        if (LuaGlobalState.TryFind(state, heap, out var global))
        {
            LuaImageSharing.Prepare(state, heap, global);
            LuaImageStrings.DropWords(global);
            LuaApi.lua_gc(state, Collect, 0, 0, 0);
            LuaImageStrings.ShrinkTable(state, global);
            LuaImageSharing.ShareObjects(heap, global);
        }
        LuaApi.lua_setallocf(state, LuaArena.Allocator, heap.Address);
        var layout = new LuaImageLayout(heap, Start, state);
        return layout.Length <= LuaChunkPool.MaxBytes ? new LuaImage(heap, layout, state) : null;
    }

    /// <summary>Makes a state.</summary>
    /// <param name="memoryLimit">Bytes it may use while Lua code runs.</param>
    /// <exception cref="OutOfMemoryException">The system has no memory left.</exception>
    public LuaState Copy(long memoryLimit)
    {
        var head = LuaChunkPool.Take(_sizeClass);
        if (head == 0) throw new OutOfMemoryException("no memory for a Lua state");
        var arena = LuaArena.CreateAt(head, _sizeClass, _length, _used, _shared);
        arena->SetLimit(memoryLimit);
        CopyTo(head, head);
        return new LuaState(head + _state, arena, this);
    }

    /// <summary>Whether what lives in a copy has the colour that it has in the image: that of the main thread, which always lives.</summary>
    public bool HasColourOf(nint head) => *(byte*)(head + _state + LuaObject.Colour) == _bytes[_state - Start + LuaObject.Colour];

    /// <summary>Writes what a new copy has in its head, but for the header. Moves and corrects in one pass.</summary>
    /// <param name="target">The first byte of the header. Chunks are made of whole blocks, too.</param>
    /// <param name="head">Where the copy lies that is meant.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]   // the first processes of a program are to start as fast as the rest
    public void CopyTo(nint target, nint head)
    {
        var address = Vector512.Create((long)head);
        fixed (byte* bytes = _bytes)
        {
            for (var block = 0; block < _pointers.Length; block++)
            {
                var words = Vector512.Load((long*)(bytes + block * BlockBytes));
                var isPointer = Vector512.Equals(Vector512.Create((long)_pointers[block]) & Bits, Bits);
                (words + (isPointer & address)).Store((long*)(target + Start + block * BlockBytes));
            }
        }
    }

    private static int RoundUp(int bytes) => (bytes + BlockBytes - 1) & -BlockBytes;
}
