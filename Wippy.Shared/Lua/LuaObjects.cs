using System.Diagnostics.CodeAnalysis;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>
/// The .NET objects that a program holds as userdata, such as actors and scopes. The userdata has a number, the object
/// stays here until the Lua collector frees the userdata. Worker of the process only.
/// </summary>
internal sealed class LuaObjects
{
    private readonly List<object?> _slots = [];
    private Stack<int>? _free;

    /// <summary>The metamethods that a type of such userdata needs.</summary>
    public static LuaLibrary Metamethods(string type) => new LuaLibrary(type).Function("__gc", Collected);

    /// <summary>Pushes a userdata that stands for an object.</summary>
    /// <param name="stack">Where to.</param>
    /// <param name="kind">Its type, declared with <see cref="Metamethods"/>.</param>
    /// <param name="value">The object.</param>
    public void Push(LuaStack stack, LuaUserdataKind kind, object value) => Push(stack, kind, value, 0);

    /// <summary>
    /// As <see cref="Push(LuaStack, LuaUserdataKind, object)"/>, for an object that the program made: the value at the top is
    /// replaced by the userdata and kept with it. It should weigh about as much as the object, which the program's memory
    /// limit and collector do not see.
    /// </summary>
    public void PushWithWeight(LuaStack stack, LuaUserdataKind kind, object value)
    {
        Push(stack, kind, value, 1);
        stack.Insert(-2);
        stack.SetUserValue(-2, 1);
    }

    /// <summary>The object of a value, if it is a userdata of this kind.</summary>
    public bool TryGet<T>(LuaStack stack, int index, LuaUserdataKind kind, [NotNullWhen(true)] out T? value)
        where T : class
    {
        value = LuaArguments.Is(stack, index, kind) ? (T?)_slots[(int)stack.ToUserdata(index).Number] : null;
        return value is not null;
    }

    private void Push(LuaStack stack, LuaUserdataKind kind, object value, int values)
    {
        if (_free is not { } free || !free.TryPop(out var slot))
        {
            slot = _slots.Count;
            _slots.Add(null);
        }
        _slots[slot] = value;
        stack.NewUserdata(kind, values).Number = slot;
        LuaTypes.SetMetatable(stack, kind);
    }

    private static int Collected(LuaBehavior behavior, LuaStack stack)
    {
        var objects = behavior.Objects;
        ref var block = ref stack.ToUserdata(1);
        objects._slots[(int)block.Number] = null;
        (objects._free ??= []).Push((int)block.Number);
        // A weak table may show it once more; it is nothing then.
        block.Kind = LuaUserdataKind.None;
        return 0;
    }
}
