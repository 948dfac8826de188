namespace Wippy.Shared.Lua.Native;

/// <summary>
/// A table as Lua itself keeps it (Table and Node in lobject.h of Lua 5.4), for reading without metamethods. As <see cref="LuaValue"/>.
/// </summary>
internal readonly unsafe struct LuaTable(nint address)
{
    // Of a table.
    private const int Flags = 10;
    private const int HashSize = 11;     // its logarithm
    private const int ArraySize = 12;
    private const int Array = 16;
    private const int Hash = 24;
    private const int Metatables = 40;

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
                Key = new LuaValue(*(long*)(Place + KeyBits), *(byte*)(Place + KeyTag));
                return true;
            }
            return false;
        }
    }
}
