using System.Runtime.CompilerServices;
using System.Text;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// The stack of one Lua thread, safe to use outside this folder: nothing here raises a Lua error or yields, given
/// valid indices. Indices count as in the C API: from 1 at the bottom, from -1 at the top. Only the thread which
/// currently runs the process may use it. Spans of strings are valid while the string is on the stack. What tells the runtime that it leaves
/// managed code is not inlined where it is rare, because a method with such a call in it prepares for that when it begins, whether it comes to it or not.
/// </summary>
internal readonly unsafe struct LuaStack(nint state) : IEquatable<LuaStack>
{
    /// <summary>The <c>lua_State*</c>; identifies the Lua thread.</summary>
    public nint Handle => state;

    public int Top => (int)((TopAddress - Function) / LuaValue.Size) - 1;

    public void SetTop(int index) => LuaApi.lua_settop(state, index);

    /// <summary>Removes values at the top, of which none is to be closed.</summary>
    public void Pop(int count) => *(nint*)(state + LuaValueCheck.Top) -= count * LuaValue.Size;

    /// <summary>Makes room for pushes; false when the Lua stack cannot grow that far.</summary>
    public bool Reserve(int slots) => Room >= slots || TryGrow(slots);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryGrow(int slots) => LuaApi.lua_checkstack(state, slots) != 0;

    /// <summary>Pushes for which there is room.</summary>
    public int Room => (int)((Limit - TopAddress) / LuaValue.Size);

    public int Absolute(int index) => LuaApi.lua_absindex(state, index);

    /// <summary>The type of a value; none where there is none.</summary>
    public LuaType TypeOf(int index)
    {
        var address = AddressOf(index);
        return address > Function && address < TopAddress ? LuaValue.At(address).Type : LuaType.None;
    }

    public bool IsNoneOrNil(int index) => TypeOf(index) is LuaType.None or LuaType.Nil;

    public bool IsInteger(int index) => LuaApi.lua_isinteger(state, index) != 0;

    public bool ToBoolean(int index) => LuaApi.lua_toboolean(state, index) != 0;

    public long ToInteger(int index) => LuaApi.lua_tointegerx(state, index, null);

    public double ToNumber(int index) => LuaApi.lua_tonumberx(state, index, null);

    public long RawLength(int index) => (long)LuaApi.lua_rawlen(state, index);

    /// <summary>Identity of a table, function, userdata or thread.</summary>
    public nint ToPointer(int index) => LuaApi.lua_topointer(state, index);

    public LuaStack ToThread(int index) => new(LuaApi.lua_tothread(state, index));

    /// <summary>The value itself, nil if there is none at the index; valid until the state runs, allocates, or moves its stack.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LuaValue ValueAt(int index)
    {
        var address = AddressOf(index);
        return address > Function && address < TopAddress ? LuaValue.At(address) : default;
    }

    private nint AddressOf(int index) => (index < 0 ? TopAddress : Function) + index * (nint)LuaValue.Size;

    /// <summary>The function that runs.</summary>
    public LuaValue Running => LuaValue.At(Function);

    // The CallInfo of the running function; its own place on the stack; the first place above the values, and above those there is room for.
    internal nint CallAddress => *(nint*)(state + LuaValueCheck.RunningCall);

    private nint Function => *(nint*)CallAddress;

    internal nint TopAddress => *(nint*)(state + LuaValueCheck.Top);

    private nint Limit => *(nint*)(CallAddress + LuaValueCheck.CallLimit);

    public bool RawEqual(int a, int b) => LuaApi.lua_rawequal(state, a, b) != 0;

    /// <summary>The bytes of a value which is a string; empty for any other.</summary>
    public ReadOnlySpan<byte> ToBytes(int index)
    {
        var value = ValueAt(index);
        return value.Type == LuaType.String ? value.Bytes : default;
    }

    /// <summary>The text of a value which is a string, U+FFFD for bytes that are not UTF-8; empty for any other.</summary>
    public string ToText(int index) => Encoding.UTF8.GetString(ToBytes(index));

    public void PushNil() => Push(default(LuaValue));

    public void Push(bool value) => Push(LuaValue.Of(value));

    public void Push(long value) => Push(LuaValue.Of(value));

    public void Push(double value) => Push(LuaValue.Of(value));

    /// <summary>Pushes a string. One that the state has already is found without leaving managed code, which takes longer than to find it.</summary>
    public void Push(ReadOnlySpan<byte> text)
    {
        if (LuaGlobalState.Of(this).TryFindString(text, out var known)) Push(known);
        else PushNew(text);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void PushNew(ReadOnlySpan<byte> text)
    {
        fixed (byte* p = text) LuaApi.lua_pushlstring(state, p, (nuint)text.Length);
    }

    [SkipLocalsInit]
    public void Push(string text)
    {
        var size = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (size > 512)
        {
            Push(Encoding.UTF8.GetBytes(text));
            return;
        }
        Span<byte> bytes = stackalloc byte[size];
        Push(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    /// <summary>Pushes a value that the state holds somewhere else as well. There must be room.</summary>
    public void Push(LuaValue value)
    {
        *(LuaValue*)TopAddress = value;
        *(nint*)(state + LuaValueCheck.Top) += LuaValue.Size;
    }

    /// <summary>Pushes a copy of a value.</summary>
    public void PushValue(int index) => LuaApi.lua_pushvalue(state, index);

    /// <summary>Pushes a C function of the native library without upvalues.</summary>
    public void PushNative(nint function) => LuaApi.lua_pushcclosure(state, function, 0);

    /// <summary>Pushes a C function of the native library with one upvalue, which it does not look at.</summary>
    public void PushNative(nint function, long upvalue)
    {
        Push(upvalue);
        LuaApi.lua_pushcclosure(state, function, 1);
    }

    /// <summary>Pushes this thread itself; true if it is the main thread of its state.</summary>
    public bool PushThread() => LuaApi.lua_pushthread(state) != 0;

    /// <summary>Puts a copy of a value in the place of another.</summary>
    public void Copy(int from, int to) => LuaApi.lua_copy(state, from, to);

    /// <summary>Moves the value at the top to the index, shifting up what is above it.</summary>
    public void Insert(int index) => LuaApi.lua_rotate(state, index, 1);

    /// <summary>Removes the value at the index.</summary>
    public void Remove(int index)
    {
        LuaApi.lua_rotate(state, index, -1);
        Pop(1);
    }

    /// <summary>Moves values from the top of this stack to another thread's of the same state.</summary>
    public void MoveTo(LuaStack other, int count) => LuaApi.lua_xmove(state, other.Handle, count);

    public void NewTable(int array = 0, int hash = 0) => LuaApi.lua_createtable(state, array, hash);

    /// <summary><c>t[k] = v</c> without metamethods; v at the top, k below it; both are popped. The key must be neither nil nor NaN.</summary>
    public void RawSet(int table) => LuaApi.lua_rawset(state, table);

    /// <summary><c>t[n] = v</c> without metamethods; pops v.</summary>
    public void RawSet(int table, long n) => LuaApi.lua_rawseti(state, table, n);

    /// <summary>Sets a field without metamethods; pops the value.</summary>
    public void RawSetField(int table, ReadOnlySpan<byte> name)
    {
        table = Absolute(table);
        Push(name);
        Insert(-2);
        LuaApi.lua_rawset(state, table);
    }

    /// <summary>Replaces the key at the top by <c>t[k]</c> without metamethods.</summary>
    public LuaType RawGet(int table) => (LuaType)LuaApi.lua_rawget(state, table);

    /// <summary>Pushes <c>t[n]</c> without metamethods.</summary>
    public LuaType RawGet(int table, long n) => (LuaType)LuaApi.lua_rawgeti(state, table, n);

    /// <summary>Pushes a field without metamethods.</summary>
    public LuaType RawGetField(int table, ReadOnlySpan<byte> name)
    {
        table = Absolute(table);
        Push(name);
        return RawGet(table);
    }

    /// <summary>Steps through a table: pops a key, pushes the next key and value; false at the end, with nothing pushed.</summary>
    public bool Next(int table) => LuaApi.lua_next(state, table) != 0;

    /// <summary>Pushes what the registry of the state holds under a number of ours.</summary>
    public LuaType PushAnchored(nint key) => (LuaType)LuaApi.lua_rawgeti(state, LuaApi.RegistryIndex, key);

    /// <summary>Keeps the value at the top in the registry of the state under a number of ours; pops it. Nil frees the number.</summary>
    public void Anchor(nint key) => LuaApi.lua_rawseti(state, LuaApi.RegistryIndex, key);

    public bool PushMetatable(int index) => LuaApi.lua_getmetatable(state, index) != 0;

    /// <summary>Sets the metatable of a value from the table at the top; pops it.</summary>
    public void SetMetatable(int index) => LuaApi.lua_setmetatable(state, index);

    /// <summary>Pushes a new coroutine with an empty stack.</summary>
    public LuaStack NewThread()
    {
        var thread = LuaApi.lua_newthread(state);
        LuaMonitor.PushBottom(thread);
        return new LuaStack(thread);
    }

    /// <summary>Pushes a userdata of one of our types with a block of zeroes behind the type, and room for Lua values.</summary>
    /// <param name="kind">Its type; the metatable is the caller's business.</param>
    /// <param name="values">How many Lua values it holds.</param>
    public ref LuaUserdata NewUserdata(LuaUserdataKind kind, int values)
    {
        var block = (LuaUserdata*)LuaApi.lua_newuserdatauv(state, (nuint)sizeof(LuaUserdata), values);
        *block = new LuaUserdata { Kind = kind };
        return ref *block;
    }

    /// <summary>The kind of a userdata; <see cref="LuaUserdataKind.None"/> for any other value.</summary>
    public LuaUserdataKind UserdataKind(int index)
    {
        // Only NewUserdata makes full userdata in our states, so every block begins with a kind.
        var value = ValueAt(index);
        return value.Type == LuaType.Userdata ? value.Kind : LuaUserdataKind.None;
    }

    /// <summary>The block of a value which is a userdata of ours.</summary>
    public ref LuaUserdata ToUserdata(int index) => ref ValueAt(index).Userdata;

    /// <summary>Pushes the n-th Lua value of a userdata.</summary>
    public LuaType PushUserValue(int index, int n) => (LuaType)LuaApi.lua_getiuservalue(state, index, n);

    /// <summary>Sets the n-th Lua value of a userdata; pops it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SetUserValue(int index, int n)
    {
        var userdata = ValueAt(index);
        if (!userdata.IsWhite)
        {
            LuaApi.lua_setiuservalue(state, index, n);
            return;
        }
        userdata.SetUserValue(n, ValueAt(-1));
        Pop(1);
    }

    /// <summary>
    /// Pushes what <c>tostring</c> gives for a value that is not a table or has no <c>__tostring</c>, and returns its
    /// bytes. Never runs Lua code.
    /// </summary>
    public ReadOnlySpan<byte> PushPlainText(int index)
    {
        index = Absolute(index);
        if (PushMetatable(index))
        {
            // A metamethod could raise over our frames: show what the value is instead.
            Pop(1);
            if (TypeOf(index) != LuaType.String)
            {
                Push($"{TypeOf(index).ToString().ToLowerInvariant()}: 0x{ToPointer(index):x}");
                return ToBytes(-1);
            }
        }
        if (TypeOf(index) == LuaType.Number && !IsInteger(index))
        {
            LuaNumberText.Push(this, ToNumber(index));
            return ToBytes(-1);
        }
        nuint length;
        var text = LuaApi.luaL_tolstring(state, index, &length);
        return new ReadOnlySpan<byte>(text, (int)length);
    }

    /// <summary>Whether the running code could yield: it is in no call of a library function that does not allow it.</summary>
    public bool IsYieldable => *(ushort*)(state + LuaValueCheck.NotYieldable) == 0;

    /// <summary><c>lua_status</c>: 0 when it has not run or has ended, 1 when it yielded, else an error.</summary>
    public int Status => LuaApi.lua_status(state);

    /// <summary>Where the program calls the function that runs, as <c>chunk:line</c>. Empty when it is not the program that calls.</summary>
    public string CallerPosition()
    {
        PushCallerPosition();
        var text = ToText(-1).TrimEnd(' ', ':');
        Pop(1);
        return text;
    }

    /// <summary>Pushes the same as <c>chunk:line: </c>, or an empty text.</summary>
    public void PushCallerPosition()
    {
        const int Caller = 1;
        LuaApi.luaL_where(state, LuaFrames.IsWrapper(this, Caller) ? Caller + 1 : Caller);
    }

    /// <inheritdoc/>
    public bool Equals(LuaStack other) => Handle == other.Handle;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LuaStack other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Handle.GetHashCode();
}
