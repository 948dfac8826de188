namespace Wippy.Shared.Lua.Native;

/// <summary>
/// Finds what nothing ever writes to in the state of an image, or makes it so, for all copies to share: bytecode with its line numbers and the names of files and
/// variables, long strings, variables that no function assigns to, and functions; as far as they refer to nothing else.
/// </summary>
/// <remarks>
/// A collector writes to objects that are white when it finds them, and to those of its lists. The strings that Lua keeps for ever are neither
/// (luaC_fix in lgc.c), and so is what is shared. Short strings are linked with each other in their table, so they are never shared; but names are only compared
/// by their bytes, so copies serve that are in no table. What an object says of itself (lobject.h of Lua 5.4) has to agree with the sizes of its blocks; else it is left as it is.
/// </remarks>
internal sealed unsafe class LuaImageSharing
{
    private const byte Fixed = 4;   // neither white nor black, and old

    // Of a value.
    private const int Tag = 8;
    private const byte Collectable = 0x40;

    // A function in C with values, or in Lua with its Proto and the places of its outer variables; what the collector links it with while it is at work.
    private const byte NativeType = 0x26;
    private const byte FunctionType = 6;
    private const int FunctionLink = 16;
    private const int Code = 24;
    private const int Count = 10;
    private const int Values = 32;

    // An outer variable, whose function has ended: where its value is, which is behind that.
    private const byte VariableType = 9;
    private const int ValuePlace = 16;
    private const int OwnValue = 24;
    private const int VariableBytes = 40;

    private const byte PrototypeType = 10;
    private const int PrototypeLink = 120;
    private const int PrototypeBytes = 128;
    private const int File = 112;

    // An instruction that assigns to an outer variable: its code, and which one.
    private const int Assign = 10;
    private const int InstructionBits = 0x7f;
    private const int VariableShift = 16;

    // A string; its length is in the one or in the other place. In a short one the second is a link, in a long one the first tells whether its hash is known.
    private const byte ShortString = 4;
    private const byte LongString = 0x14;
    private const byte LongStringTag = LongString | Collectable;
    private const int HasHash = 10;
    private const int ShortLength = 11;
    private const int LongLength = 16;
    private const int StringBytes = 25;   // besides its text

    // In a Proto: where it says how many it has, where they are, bytes of each.
    private static readonly Part Constants = new(20, 56, LuaValue.Size);
    private static readonly Part Instructions = new(24, 64, 4);
    private static readonly Part Lines = new(28, 88, 1);             // each as the difference to the one before
    private static readonly Part Functions = new(32, 72, sizeof(long));
    private static readonly Part OtherLines = new(40, 96, 8);
    private static readonly Part OuterVariables = new(16, 80, 16);   // a name first
    private static readonly Part Variables = new(36, 104, 16);       // likewise

    private readonly LuaImageHeap _heap;
    private readonly Dictionary<nint, nint> _names = [];
    private readonly HashSet<nint> _assigned = [];   // outer variables

    private LuaImageSharing(LuaImageHeap heap) => _heap = heap;

    /// <summary>Prepares what is there. Nothing in the state is garbage before; afterwards, names are that are nothing else.</summary>
    public static void Prepare(nint state, LuaImageHeap heap, LuaGlobalState global)
    {
        var sharing = new LuaImageSharing(heap);
        for (var value = global.Objects; value != 0; value = *(nint*)value)
        {
            if (sharing.IsPrototype(value)) sharing.ShareParts(value);
            else if (sharing.IsString(value, LongString)) Hash(new LuaStack(state), value);
        }
    }

    /// <summary>Shares whole objects. Nothing in the state is garbage.</summary>
    public static void ShareObjects(LuaImageHeap heap, LuaGlobalState global)
    {
        var sharing = new LuaImageSharing(heap);
        sharing.FindAssigned(global);
        // An object is shared once all that it refers to is, which may come later in the list.
        while (sharing.ShareEach(global))
        {
        }
    }

    // A string that is a key for the first time gets its hash, which must not happen to what is shared.
    private static void Hash(LuaStack stack, nint text)
    {
        stack.Reserve(2);
        stack.NewTable();
        stack.Push(false);
        *(LuaValue*)(*(nint*)*(nint*)(stack.Handle + LuaValueCheck.RunningCall) + stack.Top * LuaValue.Size) = new LuaValue(text, LongStringTag);
        stack.RawGet(-2);
        stack.Pop(2);
    }

    private void ShareParts(nint prototype)
    {
        foreach (var part in (ReadOnlySpan<Part>)[Instructions, Lines, OtherLines])
        {
            if (IsWhole(prototype, part)) ShareBlock(part.Of(prototype));
        }
        foreach (var part in (ReadOnlySpan<Part>)[OuterVariables, Variables])
        {
            if (!IsWhole(prototype, part)) continue;
            var areShared = true;
            for (var i = 0; i < part.CountOf(prototype); i++) areShared &= ShareName((nint*)part.At(prototype, i));
            if (areShared) ShareBlock(part.Of(prototype));
        }
        ShareName((nint*)(prototype + File));
    }

    // Puts the shared copy of a name in its place. False: it is no string.
    private bool ShareName(nint* place)
    {
        var name = *place;
        if (name == 0) return true;
        if (!_names.TryGetValue(name, out var shared))
        {
            var isShort = IsString(name, ShortString);
            if (!isShort && !IsString(name, LongString)) return false;
            shared = _heap.Copy(name);
            if (isShort) *(nint*)(shared + LongLength) = 0;
            Share(shared);
            _names.Add(name, shared);
        }
        *place = shared;
        return true;
    }

    // Of functions with others inside, all variables count as assigned to: those may do it.
    private void FindAssigned(LuaGlobalState global)
    {
        for (var function = global.Objects; function != 0; function = *(nint*)function)
        {
            if (!IsFunction(function)) continue;
            var prototype = *(nint*)(function + Code);
            var assignsAll = !IsPrototype(prototype) || !IsWhole(prototype, Instructions) || Functions.CountOf(prototype) > 0;
            for (var i = 0; assignsAll && i < *(byte*)(function + Count); i++) _assigned.Add(OuterVariable(function, i));
            for (var i = 0; !assignsAll && i < Instructions.CountOf(prototype); i++)
            {
                var instruction = *(int*)Instructions.At(prototype, i);
                if ((instruction & InstructionBits) == Assign) _assigned.Add(OuterVariable(function, (byte)(instruction >> VariableShift)));
            }
        }
    }

    private bool ShareEach(LuaGlobalState global)
    {
        var isAny = false;
        for (ref var link = ref global.Objects; link != 0;)
        {
            var value = link;
            if (!IsConstant(value))
            {
                link = ref *(nint*)value;
                continue;
            }
            isAny = true;
            link = *(nint*)value;
            Share(value);
        }
        return isAny;
    }

    private void Share(nint value)
    {
        *(nint*)value = 0;   // the next of its list
        *(byte*)(value + LuaObject.Colour) = Fixed;
        _heap.Share(value);
        switch (*(byte*)(value + LuaObject.Type))
        {
            case NativeType or FunctionType:
                *(nint*)(value + FunctionLink) = 0;
                break;
            case PrototypeType:
                *(nint*)(value + PrototypeLink) = 0;
                ShareBlock(Constants.Of(value));
                ShareBlock(Functions.Of(value));
                break;
        }
    }

    private void ShareBlock(nint block)
    {
        if (block != 0) _heap.Share(block);
    }

    private bool IsConstant(nint value) => *(byte*)(value + LuaObject.Type) switch
    {
        LongString => IsString(value, LongString) && *(byte*)(value + HasHash) == 1,
        NativeType => _heap.SizeOf(value) == Values + *(byte*)(value + Count) * LuaValue.Size && AreConstant(value + Values, *(byte*)(value + Count)),
        VariableType => _heap.SizeOf(value) == VariableBytes && *(nint*)(value + ValuePlace) == value + OwnValue && !_assigned.Contains(value) && AreConstant(value + OwnValue, 1),
        FunctionType => IsFunction(value) && _heap.IsShared(*(nint*)(value + Code)) && AreShared(value + Values, *(byte*)(value + Count)),
        PrototypeType => IsPrototype(value) && IsConstantPrototype(value),
        _ => false,
    };

    private bool IsConstantPrototype(nint prototype)
    {
        foreach (var part in (ReadOnlySpan<Part>)[Instructions, Lines, OtherLines, OuterVariables, Variables])
        {
            if (!IsSharedOrNone(part.Of(prototype))) return false;
        }
        return IsSharedOrNone(*(nint*)(prototype + File))
            && IsWhole(prototype, Constants) && AreConstant(Constants.Of(prototype), Constants.CountOf(prototype))
            && IsWhole(prototype, Functions) && AreShared(Functions.Of(prototype), Functions.CountOf(prototype));
    }

    private bool AreConstant(nint values, int count)
    {
        for (var value = values; value < values + count * LuaValue.Size; value += LuaValue.Size)
        {
            if ((*(byte*)(value + Tag) & Collectable) != 0 && !_heap.IsShared(*(nint*)value)) return false;
        }
        return true;
    }

    private bool AreShared(nint places, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (!_heap.IsShared(((nint*)places)[i])) return false;
        }
        return true;
    }

    private bool IsFunction(nint value) => *(byte*)(value + LuaObject.Type) == FunctionType && _heap.SizeOf(value) == Values + *(byte*)(value + Count) * sizeof(long);

    private bool IsPrototype(nint value) => *(byte*)(value + LuaObject.Type) == PrototypeType && _heap.SizeOf(value) == PrototypeBytes;

    private static nint OuterVariable(nint function, int number) => ((nint*)(function + Values))[number];

    private bool IsSharedOrNone(nint block) => block == 0 || _heap.IsShared(block);

    private bool IsString(nint value, byte type) =>
        *(byte*)(value + LuaObject.Type) == type && _heap.SizeOf(value) == StringBytes + (type == ShortString ? *(byte*)(value + ShortLength) : *(nint*)(value + LongLength));

    private bool IsWhole(nint prototype, Part part) => _heap.SizeOf(part.Of(prototype)) == part.CountOf(prototype) * part.Bytes;

    private readonly record struct Part(int Count, int Place, int Bytes)
    {
        public nint Of(nint prototype) => *(nint*)(prototype + Place);

        public int CountOf(nint prototype) => *(int*)(prototype + Count);

        public nint At(nint prototype, int number) => Of(prototype) + number * Bytes;
    }
}
