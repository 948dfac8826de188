using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// A Lua value as Lua itself keeps it (TValue in lobject.h of Lua 5.4), read without its API: a table of a message is walked in a tenth of
/// the time that <c>lua_next</c> takes, which looks each key up again. Valid until the state that holds it runs or allocates. That the values of this
/// library are laid out like this is checked once for each operating-system process (<see cref="LuaValueCheck"/>).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct LuaValue
{
    private const byte TypeBits = 0x0F;
    private const byte FalseTag = 0x01;
    private const byte TrueTag = 0x11;
    private const byte IntegerTag = 0x03;
    private const byte NumberTag = 0x13;
    private const byte ShortStringTag = 0x44;
    private const byte LongStringTag = 0x54;
    private const byte NativeClosureTag = 0x66;
    private const byte TableTag = 0x45;

    /// <summary>Tag of a userdata.</summary>
    public const byte UserdataTag = 0x47;

    // Of a closure of C: its first upvalue.
    public const int Upvalues = 32;

    // Of a string: its length, if it is short; its length, if it is long, or the next one of the list it is in, if it is short; its bytes.
    private const int ShortLength = 11;
    private const int LongLength = 16;
    private const int Next = 16;
    private const int Text = 24;

    // Of a userdata: how many Lua values it has, its metatable, and the first of its values; behind them is its block, or where it has none.
    public const int ValueCount = 10;
    private const int BlockBytes = 16;
    private const int Metatable = 24;
    public const int Values = 40;
    private const int BlockWithoutValues = 32;

    private readonly long _bits;
    private readonly byte _tag;

    public LuaValue(long bits, byte tag)
    {
        _bits = bits;
        _tag = tag;
    }

    /// <summary>Bytes of a value.</summary>
    public const int Size = 16;

    public LuaType Type => (LuaType)(_tag & TypeBits);

    /// <summary>Whether it is a number that is an integer.</summary>
    public bool IsInteger => _tag == IntegerTag;

    /// <summary>Of a boolean.</summary>
    public bool Boolean => _tag == TrueTag;

    /// <summary>Of a number that is an integer.</summary>
    public long Integer => _bits;

    /// <summary>Of any other number.</summary>
    public double Number => BitConverter.Int64BitsToDouble(_bits);

    /// <summary>Of a string.</summary>
    public ReadOnlySpan<byte> Bytes =>
        new((byte*)_bits + Text, _tag == LongStringTag ? (int)*(nint*)((nint)_bits + LongLength) : *((byte*)_bits + ShortLength));

    /// <summary>The short string at an address.</summary>
    public static LuaValue ShortString(nint address) => new(address, ShortStringTag);

    /// <summary>Address of the next short string of the list in which one is; 0 at its end.</summary>
    public static nint NextString(nint address) => *(nint*)(address + Next);

    /// <summary>Of a table.</summary>
    public LuaTable Table => new((nint)_bits);

    /// <summary>What a userdata is.</summary>
    public LuaUserdataKind Kind => Userdata.Kind;

    /// <summary>The block of a userdata.</summary>
    public ref LuaUserdata Userdata
    {
        get
        {
            var values = *(ushort*)((nint)_bits + ValueCount);
            return ref *(LuaUserdata*)((nint)_bits + (values == 0 ? BlockWithoutValues : Values + values * Size));
        }
    }

    /// <summary>
    /// Of what the collector manages: whether it has not come by yet in its present round, as for all that is new. Then values may be stored in it
    /// without telling it (the barrier of lgc.h), until the state allocates again.
    /// </summary>
    public bool IsWhite => (*(byte*)(_bits + LuaObject.Colour) & LuaObject.White) != 0;

    /// <summary>Memory of a userdata of ours with so many Lua values, one at least.</summary>
    public static int BytesOfUserdata(int values) => OffsetOfUserValue(values + 1) + sizeof(LuaUserdata);

    /// <summary>
    /// Makes a userdata with a metatable that has no finalizer, without a way out of managed code. Its number is 0; its values are the caller's business, at once.
    /// </summary>
    /// <param name="stack">Any of its state.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="values">How many Lua values it holds, 1 to 12.</param>
    /// <param name="metatable">Of the kind.</param>
    /// <param name="made">The userdata, which is white.</param>
    /// <returns>False when that cannot be now, or not in this way: see <see cref="LuaGlobalState.TryMake(LuaType, int, out nint)"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryMakeUserdata(LuaStack stack, LuaUserdataKind kind, int values, LuaTable metatable, out LuaValue made)
    {
        made = default;
        if (!LuaGlobalState.Of(stack).TryMake(LuaType.Userdata, BytesOfUserdata(values), out var userdata)) return false;
        made = new LuaValue(userdata, UserdataTag);
        *(ushort*)(userdata + ValueCount) = (ushort)values;
        *(nint*)(userdata + BlockBytes) = sizeof(LuaUserdata);
        made.SetMetatable(metatable);
        *(LuaUserdata*)(userdata + OffsetOfUserValue(values + 1)) = new LuaUserdata { Kind = kind };
        return true;
    }

    /// <summary>Sets a Lua value of a userdata that is white, from 1.</summary>
    public void SetUserValue(int n, LuaValue value) => value.StoreAt((nint)_bits + OffsetOfUserValue(n));

    /// <summary>Gives a userdata that is white a metatable without a finalizer.</summary>
    public void SetMetatable(LuaTable metatable) => *(nint*)((nint)_bits + Metatable) = metatable.Address;

    /// <summary>A Lua value of a userdata, from 1.</summary>
    public LuaValue UserValue(int n) => At((nint)_bits + OffsetOfUserValue(n));

    /// <summary>Where a Lua value of a userdata is in it, from 1.</summary>
    public static int OffsetOfUserValue(int n) => Values + (n - 1) * Size;

    /// <summary>Whether it is a closure of C.</summary>
    public bool IsNativeClosure => _tag == NativeClosureTag;

    /// <summary>An upvalue of a closure of C, from 1.</summary>
    public LuaValue Upvalue(int n) => At((nint)_bits + Upvalues + (n - 1) * Size);

    /// <summary>The one at an address.</summary>
    public static LuaValue At(nint address) => *(LuaValue*)address;

    /// <summary>Stores it at an address where a value is; what else is in the padding of that one stays.</summary>
    public void StoreAt(nint address)
    {
        *(long*)address = _bits;
        *(byte*)(address + sizeof(long)) = _tag;
    }

    /// <summary>A table.</summary>
    public static LuaValue Of(LuaTable table) => new(table.Address, TableTag);

    /// <summary>A boolean.</summary>
    public static LuaValue Of(bool value) => new(0, value ? TrueTag : FalseTag);

    /// <summary>An integer.</summary>
    public static LuaValue Of(long integer) => new(integer, IntegerTag);

    /// <summary>Any other number.</summary>
    public static LuaValue Of(double number) => new(BitConverter.DoubleToInt64Bits(number), NumberTag);
}
