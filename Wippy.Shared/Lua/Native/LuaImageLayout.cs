using System.Runtime.InteropServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// Which place each block of a <see cref="LuaImageHeap"/> gets in an image: one behind the other in the head of an arena or, if
/// it is shared (<see cref="LuaImageSharing"/>), in memory of its own.
/// </summary>
internal sealed unsafe class LuaImageLayout
{
    private readonly LuaImageHeap.Block[] _blocks;
    private readonly nint[] _places;   // of the blocks: from the start of the arena, or an address of what is shared
    private readonly int _start;

    /// <param name="heap">Nothing in it changes any more.</param>
    /// <param name="start">Where in the head the blocks begin; before it is the header.</param>
    /// <param name="state">The main thread, whose block is never given back by itself: it need not have the size of others.</param>
    public LuaImageLayout(LuaImageHeap heap, int start, nint state)
    {
        _blocks = heap.Blocks;
        _places = new nint[_blocks.Length];
        _start = Length = start;
        Shared = GC.AllocateUninitializedArray<byte>(Enumerable.Range(0, _blocks.Length).Sum(number => _blocks[number].IsShared ? RoundUp(_blocks[number].Size) : 0), pinned: true);
        var shared = Shared.AsSpan();
        for (var number = 1; number < _blocks.Length; number++)   // the first stands for the arena
        {
            var block = _blocks[number];
            if (_blocks[number].IsShared)
            {
                fixed (byte* place = shared) _places[number] = (nint)place;
                Bytes(block).CopyTo(shared);
                shared = shared[RoundUp(block.Size)..];
                continue;
            }
            _places[number] = Length;
            Length += (nuint)(state - block.Address) < (nuint)block.Size ? RoundUp(block.Size) : LuaArena.BytesFor(block.Size);
            Used += block.Size;
        }
        foreach (ref var word in MemoryMarshal.Cast<byte, nint>(Shared.AsSpan()))
        {
            // What is shared refers to nothing else.
            if (heap.Contains(word) && TryPlace(word, out var place, out var isShared) && isShared) word = place;
        }
    }

    /// <summary>Bytes of the head, with what lies before the blocks.</summary>
    public int Length { get; }

    /// <summary>Bytes that Lua has asked for, without what is shared.</summary>
    public long Used { get; }

    /// <summary>What the copies share; pinned.</summary>
    public byte[] Shared { get; }

    /// <summary>Copies the blocks of the head to where they belong.</summary>
    /// <param name="head">All zero, from where the blocks begin.</param>
    public void CopyTo(Span<byte> head)
    {
        for (var number = 1; number < _blocks.Length; number++)
        {
            if (!_blocks[number].IsShared) Bytes(_blocks[number]).CopyTo(head[((int)_places[number] - _start)..]);
        }
    }

    /// <summary>Finds the place of an address of the heap, which may be just behind its block.</summary>
    /// <param name="address">Of the heap.</param>
    /// <param name="place">From the start of the arena, or an address.</param>
    /// <param name="isShared">Whether it is an address.</param>
    /// <returns>False when nothing in use is there.</returns>
    public bool TryPlace(nint address, out nint place, out bool isShared)
    {
        place = 0;
        isShared = false;
        var number = Find(address);
        if (number < 0) return false;
        isShared = _blocks[number].IsShared;
        place = _places[number] + (address - _blocks[number].Address);
        return true;
    }

    // The number of the block that holds an address or ends there; -1 when none does.
    private int Find(nint address)
    {
        var (low, high) = (0, _blocks.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_blocks[middle].Address <= address) low = middle;
            else high = middle - 1;
        }
        return (nuint)(address - _blocks[low].Address) <= (nuint)_blocks[low].Size ? low : -1;
    }

    private static Span<byte> Bytes(in LuaImageHeap.Block block) => new((void*)block.Address, block.Size);

    private static int RoundUp(int size) => (size + sizeof(nint) - 1) & -sizeof(nint);
}
