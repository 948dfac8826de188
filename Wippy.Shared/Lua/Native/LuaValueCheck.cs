using System.Text;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// Whether values lie where <see cref="LuaValue"/> and <see cref="LuaTable"/> look for them: what they read is compared with what the
/// API of the library says, for values of every kind and tables of every shape.
/// </summary>
internal static unsafe class LuaValueCheck
{
    /// <summary>In lua_State: the first place of the stack that is free.</summary>
    public const int Top = 16;

    /// <summary>In lua_State: the CallInfo of the running function, which begins with the place of that on the stack.</summary>
    public const int RunningCall = 32;

    /// <summary>In lua_State: what the threads of the state have in common.</summary>
    public const int Global = 24;

    /// <summary>In that: what the allocator is given.</summary>
    public const int AllocatorData = 8;

    /// <summary>In lua_State, two bytes: how many of the running calls do not allow to yield.</summary>
    public const int NotYieldable = 178;

    /// <summary>In a CallInfo: the first place of the stack that it may not use.</summary>
    public const int CallLimit = 8;

    // Arrays that grew, shrank, and of which only Lua knows how much is in use; keys of every type; keys that are gone; no entries at all.
    private const string Values = """
        local grown, shrunk, sparse, mixed, gone, backwards = {}, {}, {}, { 1, nil, 3, x = 1, [2.5] = 'y', [true] = false, [-1] = 0 }, {}, {}
        for i = 1, 100 do grown[i] = i * 1.5 shrunk[i] = 'text ' .. i backwards[101 - i] = i gone[i .. ''] = i end
        for i = 100, 10, -1 do shrunk[i] = nil end
        for i = 1, 90 do gone[i .. ''] = nil end
        for i = 1, 70, 3 do sparse[i] = {} end
        local used = #shrunk + #sparse + #grown
        return 7, -1, math.mininteger, 1.5, -0.0, true, false, nil, '', 'short', ('long '):rep(50), used,
          {}, { 'one' }, { a = 1, b = {} }, grown, shrunk, sparse, mixed, gone, backwards, setmetatable({}, { __name = 'this' })
        """;

    /// <summary>Does nothing more than once.</summary>
    /// <exception cref="PlatformNotSupportedException">They lie elsewhere.</exception>
    public static void Require() => _ = IsDone;

    private static bool IsDone { get; } = Check();

    private static bool Check()
    {
        CheckStack();
        using var state = LuaState.CreateTemplate();
        var stack = state.Main;
        stack.Reserve(100);
        stack.Push("below"u8);
        if (state.LoadSource(Encoding.UTF8.GetBytes(Values), "values") != LuaStatus.Ok) throw new InvalidOperationException(stack.ToText(-1));
        LuaState.CallTrusted(stack, 0, -1);
        for (var index = stack.Top; index > 0; index--) Compare(stack, index, stack.ValueAt(index));
        stack.PushMetatable(-1);
        Require(stack.ValueAt(-2).Table.TryMetatable(out var metatable) && metatable.Address == stack.ToPointer(-1), "a metatable");
        Require(metatable.Field("__name"u8).Bytes.SequenceEqual("this"u8) && metatable.Field("name"u8).Type == LuaType.Nil, "a field");
        CompareUserdata(stack, 0);
        CompareUserdata(stack, 3);
        CheckMaking(state);
        CheckFinding(stack);
        for (var keys = 1; keys <= 20; keys++) CompareShape(stack, keys);
        return true;
    }

    private static void CheckStack()
    {
        const int FreeAtFirst = 20;   // LUA_MINSTACK
        using var state = LuaState.Create();
        var stack = state.Main;
        Require(stack.Room == FreeAtFirst, "the end of a stack");
        stack.Push(7L);
        Require(stack.Room == FreeAtFirst - 1 && stack.ValueAt(1).Integer == 7 && stack.ValueAt(-1).Integer == 7, "the top of a stack");
        stack.Push(true);
        stack.Push(false);
        stack.Push(1.5);
        stack.PushNil();
        Require(LuaApi.lua_type(stack.Handle, 2) == (int)LuaType.Boolean && stack.ToBoolean(2) && !stack.ToBoolean(3) && LuaApi.lua_type(stack.Handle, 3) == (int)LuaType.Boolean, "a boolean");
        Require(stack.ToNumber(4) == 1.5 && LuaApi.lua_type(stack.Handle, 5) == (int)LuaType.Nil && stack.Top == LuaApi.lua_gettop(stack.Handle), "a number");
        stack.Pop(4);
        Require(LuaApi.lua_gettop(stack.Handle) == 1, "the top of a stack");
        Require(stack.ValueAt(0).Type == LuaType.Nil && stack.ValueAt(2).Type == LuaType.Nil && stack.ValueAt(-2).Type == LuaType.Nil, "the ends of a stack");
        stack.Push(stack.ValueAt(1));
        Require(stack.Top == 2 && stack.ToInteger(2) == 7, "the top of a stack");
        Require(stack.Reserve(1000) && stack.Room == 1000, "the end of a stack");
        Require(!stack.IsYieldable && LuaApi.lua_isyieldable(stack.Handle) == 0, "whether a thread may yield");
        var thread = stack.NewThread();
        Require(thread.IsYieldable && LuaApi.lua_isyieldable(thread.Handle) != 0, "whether a thread may yield");
        Require(LuaGlobalState.Of(thread).Arena == state.Arena && LuaGlobalState.Of(stack).Arena == state.Arena, "what threads have in common");
        LuaCallbacks.Push(stack, 3, 4);
        Require(stack.ValueAt(-1).IsNativeClosure && !stack.ValueAt(1).IsNativeClosure, "a closure");
        Require(stack.ValueAt(-1).Upvalue(1).Integer == 3 && stack.ValueAt(-1).Upvalue(2).Integer == 4, "an upvalue");
    }

    // Copies of it read, and grow, as what is made key by key.
    private static void CompareShape(LuaStack stack, int keys)
    {
        var names = Enumerable.Range(0, keys).Select(n => $"key {n}").ToArray();
        var shape = new LuaShape(stack, Array.ConvertAll(names, name => (byte[])[(byte)(MessagePackCode.MinFixStr | name.Length), .. Encoding.UTF8.GetBytes(name)]));
        for (var n = 0; n < keys; n++) stack.Push((long)n);
        shape.Make(stack, keys);
        for (var n = 0; n < keys; n++)
        {
            stack.RawGetField(-1, Encoding.UTF8.GetBytes(names[n]));
            Require(stack.ToInteger(-1) == n, "a table with keys of another");
            stack.Pop(1);
        }
        CompareTable(stack, stack.Top, stack.ValueAt(-1).Table);
        Require(stack.ValueAt(-1).Table.CountFields() == keys, "the fields of a table");
        for (var n = keys; n < 2 * keys; n++)
        {
            stack.Push((long)n);
            stack.RawSetField(-2, Encoding.UTF8.GetBytes($"key {n}"));
        }
        for (var n = 0; n < 2 * keys; n++)
        {
            stack.RawGetField(-1, Encoding.UTF8.GetBytes($"key {n}"));
            Require(stack.ToInteger(-1) == n, "a table with keys of another");
            stack.Pop(1);
        }
        stack.Pop(2);
    }

    private static void Compare(LuaStack stack, int index, LuaValue value)
    {
        var type = stack.TypeOf(index);
        Require(value.Type == type, $"a {type}");
        Require(type switch
        {
            LuaType.Boolean => value.Boolean == stack.ToBoolean(index),
            LuaType.Number when stack.IsInteger(index) => value.IsInteger && value.Integer == stack.ToInteger(index),
            LuaType.Number => !value.IsInteger && BitConverter.DoubleToInt64Bits(value.Number) == BitConverter.DoubleToInt64Bits(stack.ToNumber(index)),
            LuaType.String => value.Bytes.SequenceEqual(stack.ToBytes(index)),
            LuaType.Table => value.Table.Address == stack.ToPointer(index),
            _ => true,
        }, $"a {type}");
        if (type == LuaType.Table) CompareTable(stack, index, value.Table);
    }

    private static void CompareTable(LuaStack stack, int index, LuaTable table)
    {
        var entries = new LuaTable.Entries(table);
        stack.PushNil();
        while (stack.Next(index))
        {
            // Lua goes the same way.
            Require(entries.MoveNext(), "an entry");
            Compare(stack, stack.Top - 1, entries.Key);
            Compare(stack, stack.Top, entries.Value);
            stack.Pop(1);
        }
        Require(!entries.MoveNext(), "the end of a table");
        Require(table.TryMetatable(out _) == stack.PushMetatable(index), "no metatable");
    }

    private static void CompareUserdata(LuaStack stack, int values)
    {
        stack.NewUserdata(LuaUserdataKind.Message, values);
        var index = stack.Top;
        for (var n = 1; n <= values; n++)
        {
            Require(stack.PushUserValue(index, n) == LuaType.Nil, "a value of a userdata");
            stack.Pop(1);
        }
        for (var n = 1; n <= values; n++)
        {
            stack.Push(100 + n);
            stack.SetUserValue(index, n);
        }
        var value = stack.ValueAt(index);
        Require(value.IsWhite, "the colour of an object");
        Require(value.Type == LuaType.Userdata && value.Kind == LuaUserdataKind.Message, "a userdata");
        for (var n = 1; n <= values; n++) Require(value.UserValue(n).Integer == 100 + n, "a value of a userdata");
        stack.NewTable();
        var metatable = stack.ValueAt(-1).Table;
        value.SetMetatable(metatable);
        Require(stack.PushMetatable(index) && stack.ToPointer(-1) == metatable.Address, "the metatable of a userdata");
    }

    // An object that is made without the API is what the API makes, and counted like that.
    private static void CheckMaking(LuaState state)
    {
        const int Count = 2;
        var stack = state.Main;
        if (state.Arena is null) return;
        state.Collect();
        stack.NewTable();
        var metatable = stack.ValueAt(-1).Table;
        var before = (state.MemoryBytes, state.CountedBytes);
        stack.NewUserdata(LuaUserdataKind.Payload, Count);
        var after = (state.MemoryBytes, state.CountedBytes);
        Require(LuaValue.TryMakeUserdata(stack, LuaUserdataKind.Payload, Count, metatable, out var made), "what it owes to its collector");
        for (var n = 1; n <= Count; n++) made.SetUserValue(n, LuaValue.Of(100L + n));
        Require((state.MemoryBytes - after.MemoryBytes, state.CountedBytes - after.Item2) == (after.MemoryBytes - before.MemoryBytes, after.Item2 - before.Item2), "the size of its memory");
        stack.Push(made);
        Require(LuaApi.lua_type(stack.Handle, -1) == (int)LuaType.Userdata && stack.RawLength(-1) == sizeof(LuaUserdata) && stack.UserdataKind(-1) == LuaUserdataKind.Payload, "a userdata");
        for (var n = 1; n <= Count; n++) Require(stack.PushUserValue(-n, n) == LuaType.Number && stack.ToInteger(-1) == 100 + n, "a value of a userdata");
        Require(stack.PushUserValue(-1 - Count, Count + 1) == LuaType.None, "the values of a userdata");
        stack.Pop(Count + 1);
        Require(stack.PushMetatable(-1) && stack.ToPointer(-1) == metatable.Address, "the metatable of a userdata");
        stack.Pop(4);
        state.Collect();
        Require(state.MemoryBytes < before.MemoryBytes && state.CountedBytes < before.Item2, "its objects");
    }

    // Short strings are found where Lua has put them, whatever their length, while their table grows.
    private static void CheckFinding(LuaStack stack)
    {
        var global = LuaGlobalState.Of(stack);
        for (var n = 1; n < 300; n++)
        {
            var text = Encoding.UTF8.GetBytes($"\x01{n.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(3 + n % 13)}");
            Require(!global.TryFindString(text, out _), "its strings");
            stack.Push(text);
            Require(global.TryFindString(text, out var found) && found.Integer == stack.ToPointer(-1), "its strings");
            stack.Pop(1);
        }
    }

    private static void Require(bool condition, string what)
    {
        if (!condition) throw new PlatformNotSupportedException($"the Lua library of this system keeps {what} in another way than Lua 5.4 does");
    }
}
