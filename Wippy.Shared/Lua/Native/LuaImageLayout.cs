namespace Wippy.Shared.Lua.Native;

/// <summary>
/// Which place each block of a <see cref="LuaImageHeap"/> gets in an image: one behind the other in the head of an arena or, if
/// Lua only reads it, in memory that all copies share.
/// </summary>
/// <remarks>
/// Shared are the instructions of functions and the tables of their lines, which hold no pointers (Proto in lobject.h of Lua 5.4). They are
/// found by what a Proto says of them, which has to agree with the sizes of the blocks; so with another layout nothing is shared.
/// </remarks>
internal sealed unsafe class LuaImageLayout
{
    // A Proto, and in it its type, and how many it has of what with so many bytes each, and where.
    private const int PrototypeBytes = 128;
    private const int Type = 8;
    private const byte PrototypeType = 10;

    private readonly LuaImageHeap.Block[] _blocks;
    private readonly nint[] _places;   // of the blocks: from the start of the arena, or an address of what is shared
    private readonly bool[] _isShared;
    private readonly int _start;

    /// <param name="heap">Nothing in it changes any more.</param>
    /// <param name="start">Where in the head the blocks begin; before it is the header.</param>
    public LuaImageLayout(LuaImageHeap heap, int start)
    {
        _blocks = heap.Blocks;
        _places = new nint[_blocks.Length];
        _isShared = new bool[_blocks.Length];
        _start = Length = start;
        for (var number = 1; number < _blocks.Length; number++) FindShared(_blocks[number]);
        Shared = GC.AllocateUninitializedArray<byte>(Enumerable.Range(0, _blocks.Length).Sum(number => _isShared[number] ? RoundUp(_blocks[number].Size) : 0), pinned: true);
        var shared = Shared.AsSpan();
        for (var number = 1; number < _blocks.Length; number++)   // the first stands for the arena
        {
            var block = _blocks[number];
            if (_isShared[number])
            {
                fixed (byte* place = shared) _places[number] = (nint)place;
                Bytes(block).CopyTo(shared);
                shared = shared[RoundUp(block.Size)..];
                continue;
            }
            _places[number] = Length;
            Length += LuaArena.BytesFor(block.Size);
            Used += block.Size;
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
            if (!_isShared[number]) Bytes(_blocks[number]).CopyTo(head[((int)_places[number] - _start)..]);
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
        isShared = _isShared[number];
        place = _places[number] + (address - _blocks[number].Address);
        return true;
    }

    private void FindShared(in LuaImageHeap.Block block)
    {
        if (block.Size != PrototypeBytes || *(byte*)(block.Address + Type) != PrototypeType) return;
        FindShared(block.Address, count: 24, at: 64, size: 4);   // instructions
        FindShared(block.Address, count: 28, at: 88, size: 1);   // lines, each as the difference to the one before
        FindShared(block.Address, count: 40, at: 96, size: 8);   // lines that are not
    }

    private void FindShared(nint prototype, int count, int at, int size)
    {
        var address = *(nint*)(prototype + at);
        var number = Find(address);
        if (number > 0 && _blocks[number].Address == address && _blocks[number].Size == *(int*)(prototype + count) * size) _isShared[number] = true;
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
