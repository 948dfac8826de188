using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// The memory in which the state of an image is made (<see cref="LuaImage"/>): blocks one after the other, never used again,
/// so that each that is in use at the end is known, and all that Lua does not write is zero. It lies at an address drawn at random from a
/// part of the address space where nothing else is. One thread.
/// </summary>
internal sealed unsafe partial class LuaImageHeap : IDisposable
{
    private const long Bytes = 256L << 20;   // of address space; memory only for what is touched
    private const int Gap = 8;               // so that the end of a block is not the start of the next
    private const int ProtReadWrite = 3;
    private const int MapPrivateAnonymousUnreservedAtFreeAddress = 0x10_4022;
    private const long LowestAddress = 0x1000_0000_0000;
    private const long HighestAddress = 0x5000_0000_0000;   // programs, libraries and stacks lie above
    private const int Attempts = 8;

    [ThreadStatic]
    private static LuaImageHeap? t_current;

    private readonly LuaImageHeap? _outer = t_current;
    private readonly Dictionary<nint, int> _sizes = [];   // of the blocks in use
    private readonly HashSet<nint> _shared = [];
    private nint _next;

    private LuaImageHeap(nint address)
    {
        Address = _next = address;
        New(Gap);
        t_current = this;
    }

    /// <summary>The function to give to <c>lua_newstate</c> on this thread; its user data is <see cref="Address"/>.</summary>
    public static nint Allocator { get; } = (nint)(delegate* unmanaged[Cdecl]<nint, nint, nuint, nuint, nint>)&Allocate;

    /// <summary>Where it begins. The first block is there: it stands for the arena, and Lua does not use it.</summary>
    public nint Address { get; }

    /// <summary>The blocks in use, in order of address.</summary>
    public Block[] Blocks
    {
        get
        {
            // Without LINQ, which would be compiled for this type at every start.
            var addresses = new long[_sizes.Count];
            var count = 0;
            foreach (var address in _sizes.Keys) addresses[count++] = address;
            Array.Sort(addresses);
            return Array.ConvertAll(addresses, address => new Block((nint)address, _sizes[(nint)address], _shared.Contains((nint)address)));
        }
    }

    /// <summary>Notes that nothing will write to a block any more, so that the copies of the image can share it.</summary>
    public void Share(nint block) => _shared.Add(block);

    /// <summary>Whether <see cref="Share"/> was called for it.</summary>
    public bool IsShared(nint block) => _shared.Contains(block);

    /// <summary>Makes a block like another one, which Lua does not know of.</summary>
    public nint Copy(nint block)
    {
        var size = _sizes[block];
        var copy = New(size);
        new Span<byte>((void*)block, size).CopyTo(new Span<byte>((void*)copy, size));
        return copy;
    }

    /// <summary>Bytes of the block in use at an address; 0 when none begins there.</summary>
    public int SizeOf(nint block) => _sizes.GetValueOrDefault(block);

    /// <summary>Makes one.</summary>
    /// <returns>Null when the system does not support it.</returns>
    public static LuaImageHeap? TryCreate()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            // As unpredictable as the platform's generator, without the library that it loads; the bits used are all random ones.
            var random = BitConverter.ToInt64(Guid.NewGuid().ToByteArray(), 0) & long.MaxValue;
            var address = (LowestAddress + random % (HighestAddress - LowestAddress)) & -Environment.SystemPageSize;
            var mapped = mmap((nint)address, (nint)Bytes, ProtReadWrite, MapPrivateAnonymousUnreservedAtFreeAddress, -1, 0);
            if (mapped == address) return new LuaImageHeap(mapped);
            // A kernel without this flag takes the address for a wish.
            if (mapped != -1) _ = munmap(mapped, (nint)Bytes);
        }
        return null;
    }

    /// <summary>Whether a value is an address in here, of a block or not.</summary>
    public bool Contains(nint value) => (nuint)(value - Address) < (nuint)Bytes;

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = munmap(Address, (nint)Bytes);
        t_current = _outer;
    }

    // lua_Alloc. For a new block, oldSize is its type and means nothing here.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Allocate(nint userData, nint block, nuint oldSize, nuint newSize)
    {
        var heap = t_current!;
        var moved = newSize == 0 ? 0 : heap.New((int)newSize);
        if (block == 0) return moved;
        if (moved != 0) Buffer.MemoryCopy((void*)block, (void*)moved, newSize, Math.Min(oldSize, newSize));
        else if (newSize != 0) return 0;
        heap._sizes.Remove(block);
        return moved;
    }

    private nint New(int size)
    {
        var block = _next;
        var taken = ((size + sizeof(nint) - 1) & -sizeof(nint)) + Gap;
        if (block + taken > Address + (nint)Bytes) return 0;
        _next += taken;
        _sizes.Add(block, size);
        return block;
    }

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int munmap(nint address, nint length);

    /// <summary>A piece of memory that Lua uses.</summary>
    /// <param name="Address">Where it begins.</param>
    /// <param name="Size">In bytes.</param>
    /// <param name="IsShared">Whether the copies of the image share it.</param>
    public readonly record struct Block(nint Address, int Size, bool IsShared);
}
