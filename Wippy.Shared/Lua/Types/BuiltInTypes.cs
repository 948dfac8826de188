using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua.Types;

/// <summary>The types every program can name (reference: lua-environment §5.3).</summary>
internal static class BuiltInTypes
{
    private static readonly Dictionary<string, PrimitiveType> ByName = new(StringComparer.Ordinal);

    /// <summary>The table they are in.</summary>
    public static TypeTable Table { get; } = new();

    public static PrimitiveType Any { get; } = Add("any", (_, _) => true);

    public static PrimitiveType Unknown { get; } = Add("unknown", (_, _) => true);

    public static PrimitiveType Never { get; } = Add("never", (_, _) => false);

    public static PrimitiveType Nil { get; } = Add("nil", (stack, value) => stack.IsNoneOrNil(value));

    public static PrimitiveType Boolean { get; } = Add("boolean", (stack, value) => stack.TypeOf(value) == LuaType.Boolean);

    public static PrimitiveType Number { get; } = Add("number", (stack, value) => stack.TypeOf(value) == LuaType.Number);

    public static PrimitiveType Integer { get; } = Add("integer", IsInteger);

    public static PrimitiveType String { get; } = Add("string", (stack, value) => stack.TypeOf(value) == LuaType.String);

    public static PrimitiveType AnyTable { get; } = Add("table", (stack, value) => stack.TypeOf(value) == LuaType.Table);

    public static PrimitiveType Function { get; } = Add("function", (stack, value) => stack.TypeOf(value) == LuaType.Function);

    public static PrimitiveType Thread { get; } = Add("thread", (stack, value) => stack.TypeOf(value) == LuaType.Thread);

    public static PrimitiveType Userdata { get; } = Add("userdata", (stack, value) => stack.TypeOf(value) is LuaType.Userdata or LuaType.LightUserdata);

    public static PrimitiveType Error { get; } = Add("error", (stack, value) => stack.UserdataKind(value) == LuaUserdataKind.Error);

    public static PrimitiveType Channel { get; } = Add("channel", (stack, value) => stack.UserdataKind(value) == LuaUserdataKind.Channel);

    /// <summary>The type of this name; null if none is built in.</summary>
    public static PrimitiveType? Find(string name) => ByName.GetValueOrDefault(name);

    // A float counts if its value is integral.
    private static bool IsInteger(LuaStack stack, int value) =>
        stack.IsInteger(value) || (stack.TypeOf(value) == LuaType.Number && double.IsInteger(stack.ToNumber(value)));

    private static PrimitiveType Add(string name, Func<LuaStack, int, bool> accepts)
    {
        var type = Table.Add(new PrimitiveType(name, accepts));
        ByName.Add(name, type);
        return type;
    }
}
