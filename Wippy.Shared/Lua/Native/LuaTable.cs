using System.Runtime.CompilerServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// A table as Lua itself keeps it (Table and Node in lobject.h of Lua 5.4), for access without metamethods. As <see cref="LuaValue"/>.
/// </summary>
internal readonly unsafe struct LuaTable(nint address)
{
    // Of a table.
    private const int Flags = 10;
    private const int HashSize = 11;     // its logarithm
    private const int ArraySize = 12;
    private const int Array = 16;
    private const int Hash = 24;
    private const int LastFree = 32;     // above it no node is free
    private const int Metatables = 40;
    private const int Bytes = 56;

    // In Flags: what ArraySize says is not the size of the array, which is the next power of two then.
    private const byte IsNotRealSize = 0x80;

    // Of a node: its value, and among the padding of that the type of its key; then the key.
    private const int NodeSize = 24;
    private const int KeyTag = 9;
    private const int KeyBits = 16;

    /// <summary>What tells it from other tables.</summary>
    public nint Address => address;

    /// <summary>Its metatable.</summary>
    /// <returns>False when it has none.</returns>
    public bool TryMetatable(out LuaTable metatable)
    {
        metatable = new LuaTable(*(nint*)(address + Metatables));
        return metatable.Address != 0;
    }

    private int HashCount => 1 << *(byte*)(address + HashSize);

    private nint Nodes => *(nint*)(address + Hash);

    /// <summary>Counts its entries, if all their keys are strings, and it has room for no others.</summary>
    /// <returns>-1 otherwise.</returns>
    public int CountFields()
    {
        if (*(uint*)(address + ArraySize) != 0) return -1;
        var count = 0;
        var end = Nodes + HashCount * NodeSize;
        for (var node = Nodes; node < end; node += NodeSize)
        {
            if (LuaValue.At(node).Type == LuaType.Nil) continue;
            if (KeyAt(node).Type != LuaType.String) return -1;
            count++;
        }
        return count;
    }

    /// <summary>Walks through the entries of a table of which <see cref="CountFields"/> has counted some.</summary>
    /// <param name="node">Where it is; 0 before the first.</param>
    /// <param name="key">The next key.</param>
    /// <param name="value">Its value.</param>
    /// <returns>False at the end.</returns>
    public bool NextField(ref nint node, out LuaValue key, out LuaValue value)
    {
        var end = Nodes + HashCount * NodeSize;
        for (node = node == 0 ? Nodes : node + NodeSize; node < end; node += NodeSize)
        {
            value = LuaValue.At(node);
            if (value.Type == LuaType.Nil) continue;
            key = KeyAt(node);
            return true;
        }
        key = value = default;
        return false;
    }

    /// <summary>The number of the node with a key that is there.</summary>
    public int NodeOf(ReadOnlySpan<byte> name)
    {
        for (var node = 0; node < HashCount; node++)
        {
            var key = KeyOf(node);
            if (key.Type == LuaType.String && key.Bytes.SequenceEqual(name)) return node;
        }
        throw new ArgumentException("there is no such key", nameof(name));
    }

    /// <summary>The key in a node.</summary>
    public LuaValue KeyOf(int node) => KeyAt(Nodes + node * NodeSize);

    /// <summary>Sets the value in a node of a table that is white.</summary>
    public void SetNode(int node, LuaValue value) => value.StoreAt(Nodes + node * NodeSize);

    /// <summary>Makes a copy of a table without an array and metatable, and with up to 8 fields, without a way out of managed code.</summary>
    /// <param name="stack">Any of its state.</param>
    /// <param name="copy">The copy, which is white.</param>
    /// <returns>False when that cannot be now, or not in this way: see <see cref="LuaGlobalState.TryMake(LuaType, int, out nint, int, out nint)"/>.</returns>
    public bool TryCopyFields(LuaStack stack, out LuaTable copy)
    {
        var bytes = HashCount * NodeSize;
        copy = default;
        if (bytes > LuaArena.SmallMax || !LuaGlobalState.Of(stack).TryMake(LuaType.Table, Bytes, out var made, bytes, out var nodes)) return false;
        Unsafe.CopyBlockUnaligned((void*)(made + Flags), (void*)(address + Flags), Bytes - Flags);
        var from = Nodes;
        for (var word = 0; word < bytes; word += sizeof(long)) *(long*)(nodes + word) = *(long*)(from + word);
        *(nint*)(made + Hash) = nodes;
        *(nint*)(made + LastFree) = nodes + (*(nint*)(address + LastFree) - Nodes);
        copy = new LuaTable(made);
        return true;
    }

    private static LuaValue KeyAt(nint node) => new(*(long*)(node + KeyBits), *(byte*)(node + KeyTag));

    /// <summary>The value of a field; nil when there is none.</summary>
    public LuaValue Field(ReadOnlySpan<byte> name)
    {
        var entries = new Entries(this);
        while (entries.MoveNext())
        {
            if (entries.Key.Type == LuaType.String && entries.Key.Bytes.SequenceEqual(name)) return entries.Value;
        }
        return default;
    }

    /// <summary>The places of the values, in the order of their keys, of a table whose keys are 1 to the number of its entries.</summary>
    /// <param name="places">One for each entry, for <see cref="LuaValue.At"/>.</param>
    public void Sequence(Span<nint> places)
    {
        var entries = new Entries(this);
        while (entries.MoveNext()) places[(int)entries.Key.Integer - 1] = entries.Place;
    }

    /// <summary>Walks through all entries, those of the array first.</summary>
    public ref struct Entries
    {
        private readonly nint _array;
        private readonly nint _nodes;
        private readonly uint _arraySize;
        private readonly uint _end;
        private uint _next;

        public Entries(LuaTable table)
        {
            var size = *(uint*)(table.Address + ArraySize);
            if ((*(byte*)(table.Address + Flags) & IsNotRealSize) != 0 && size > 0) size = System.Numerics.BitOperations.RoundUpToPowerOf2(size);
            _array = *(nint*)(table.Address + Array);
            _nodes = *(nint*)(table.Address + Hash);
            _arraySize = size;
            _end = size + (1u << *(byte*)(table.Address + HashSize));
        }

        /// <summary>Where the present value is.</summary>
        public nint Place { get; private set; }

        /// <summary>The present key.</summary>
        public LuaValue Key { get; private set; }

        /// <summary>The present value, which is not nil.</summary>
        public readonly LuaValue Value => LuaValue.At(Place);

        /// <summary>Goes on to the next entry.</summary>
        public bool MoveNext()
        {
            while (_next < _end)
            {
                var index = _next++;
                if (index < _arraySize)
                {
                    Place = _array + (nint)index * LuaValue.Size;
                    if (Value.Type == LuaType.Nil) continue;
                    Key = LuaValue.Of(index + 1);
                    return true;
                }
                Place = _nodes + (nint)(index - _arraySize) * NodeSize;
                if (Value.Type == LuaType.Nil) continue;
                Key = KeyAt(Place);
                return true;
            }
            return false;
        }
    }
}
