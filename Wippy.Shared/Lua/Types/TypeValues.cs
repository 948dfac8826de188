using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua.Types;

/// <summary>
/// Types as Lua values: a userdata that knows which chunk of its program declares the type (its flag: the chunk's number
/// plus one, 0 for built-in types) and the type's number there. A type is the same value wherever it is asked for.
/// </summary>
internal static class TypeValues
{
    // Libraries that pass on each other's types.
    private const int MaxImports = 100;

    /// <summary>Whether a value is a type.</summary>
    public static bool IsType(LuaStack stack, int index) => stack.UserdataKind(index) == LuaUserdataKind.Type;

    /// <summary>The type that a value is.</summary>
    public static TypeDescriptor Of(LuaBehavior behavior, LuaStack stack, int index)
    {
        ref var block = ref stack.ToUserdata(index);
        var table = block.Flag == 0 ? BuiltInTypes.Table : behavior.Environments.Of(block.Flag - 1).Types;
        return table[(int)block.Number];
    }

    /// <summary>What a value that is a type looks like, behind aliases, annotations and imports.</summary>
    public static TypeDescriptor ShapeOf(LuaBehavior behavior, LuaStack stack, int index)
    {
        var shape = Of(behavior, stack, index).Shape;
        for (var imports = 0; imports < MaxImports && shape is ImportedType imported && Find(behavior, stack, imported) is { } found; imports++) shape = found.Shape;
        return shape;
    }

    /// <summary>Pushes a type, a library's own where it is imported; nil for null.</summary>
    public static void Push(LuaBehavior behavior, LuaStack stack, TypeDescriptor? type)
    {
        if (type is ImportedType imported) type = Find(behavior, stack, imported) ?? type;
        if (type is null)
        {
            stack.PushNil();
            return;
        }
        var owner = type.Table == BuiltInTypes.Table ? 0 : behavior.Environments.NumberOf(type.Table) + 1;
        var anchor = LuaAnchors.Type(owner, type.Index);
        if (stack.PushAnchored(anchor) != LuaType.Nil) return;
        stack.Pop(1);
        ref var block = ref stack.NewUserdata(LuaUserdataKind.Type, 0);
        block.Flag = owner;
        block.Number = type.Index;
        LuaTypes.SetMetatable(stack, LuaUserdataKind.Type);
        stack.PushValue(-1);
        stack.Anchor(anchor);
    }

    /// <summary>The type that an imported library exports under a name; null when there is none.</summary>
    public static TypeDescriptor? Find(LuaBehavior behavior, LuaStack stack, ImportedType imported)
    {
        var environments = behavior.Environments;
        var top = stack.Top;
        var isType = environments.TryPushImport(stack, environments.NumberOf(imported.Table), imported.Module)
            && stack.TypeOf(-1) == LuaType.Table
            && stack.RawGetField(-1, imported.Member) == LuaType.Userdata
            && IsType(stack, -1);
        var type = isType ? Of(behavior, stack, -1) : null;
        stack.SetTop(top);
        return type;
    }
}
