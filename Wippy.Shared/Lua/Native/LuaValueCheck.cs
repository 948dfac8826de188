using System.Text;

namespace Wippy.Shared.Lua.Native;

/// <summary>
/// Whether values lie where <see cref="LuaValue"/> and <see cref="LuaTable"/> look for them: what they read is compared with what the
/// API of the library says, for values of every kind and tables of every shape.
/// </summary>
internal static class LuaValueCheck
{
    /// <summary>In lua_State: the CallInfo of the running function, which begins with the place of that on the stack.</summary>
    public const int RunningCall = 32;

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
        return true;
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
            stack.Push(100 + n);
            stack.SetUserValue(index, n);
        }
        var value = stack.ValueAt(index);
        Require(value.Type == LuaType.Userdata && value.Kind == LuaUserdataKind.Message, "a userdata");
        for (var n = 1; n <= values; n++) Require(value.UserValue(n).Integer == 100 + n, "a value of a userdata");
    }

    private static void Require(bool condition, string what)
    {
        if (!condition) throw new PlatformNotSupportedException($"the Lua library of this system keeps {what} in another way than Lua 5.4 does");
    }
}
