using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>The types of userdata: what each can do. A state gets the metatable of a type when it has the first value of it.</summary>
internal static class LuaTypes
{
    private static readonly LuaType?[] Types = new LuaType?[Enum.GetValues<LuaUserdataKind>().Length];

    /// <summary>Declares a type; once per operating-system process, before any program runs.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="name">What <c>__name</c> says.</param>
    /// <param name="methods">Found through <c>__index</c>.</param>
    /// <param name="metamethods">Further entries of the metatable.</param>
    public static void Declare(LuaUserdataKind kind, string name, LuaLibrary methods, LuaLibrary? metamethods = null) =>
        Types[(int)kind] = new LuaType(name, methods, metamethods);

    /// <summary>The kind whose <c>__name</c> this is; None if there is none.</summary>
    public static LuaUserdataKind KindOf(string name) => (LuaUserdataKind)Math.Max(Array.FindIndex(Types, type => type?.Name == name), 0);

    /// <summary>The names and methods of the types declared so far.</summary>
    public static IEnumerable<(string Name, LuaLibrary Methods)> Declared => Types.OfType<LuaType>().Select(type => (type.Name, type.Methods));

    /// <summary>Gives the userdata at the top the metatable of its type.</summary>
    public static void SetMetatable(LuaStack stack, LuaUserdataKind kind)
    {
        PushMetatable(stack, kind);
        stack.SetMetatable(-2);
    }

    /// <summary>As <see cref="SetMetatable(LuaStack, LuaUserdataKind)"/>, for a caller who does it often, and a type without a finalizer.</summary>
    /// <param name="stack">Of one state.</param>
    /// <param name="kind">Which.</param>
    /// <param name="known">Where the caller keeps the metatable for the next time.</param>
    public static void SetMetatable(LuaStack stack, LuaUserdataKind kind, ref LuaValue known)
    {
        var userdata = stack.ValueAt(-1);
        if (known.Type == Native.LuaType.Table && userdata.IsWhite)
        {
            userdata.SetMetatable(known.Table);
            return;
        }
        PushMetatable(stack, kind);
        known = stack.ValueAt(-1);
        stack.SetMetatable(-2);
    }

    private static void PushMetatable(LuaStack stack, LuaUserdataKind kind)
    {
        if (stack.PushAnchored(LuaAnchors.Metatable(kind)) == Native.LuaType.Table) return;
        stack.Pop(1);
        Types[(int)kind]!.PushMetatable(stack);
        stack.PushValue(-1);
        stack.Anchor(LuaAnchors.Metatable(kind));
    }

    /// <summary>Makes metatables of types beforehand, with the methods of these names. Leaves the stack as it was.</summary>
    public static void Prepare(LuaStack stack, IReadOnlySet<string> names, params ReadOnlySpan<LuaUserdataKind> kinds)
    {
        foreach (var kind in kinds)
        {
            PushMetatable(stack, kind);
            stack.Pop(1);
            Types[(int)kind]!.Methods.Prepare(stack, names);
        }
    }

    private sealed record LuaType(string Name, LuaLibrary Methods, LuaLibrary? Metamethods)
    {
        public void PushMetatable(LuaStack stack)
        {
            stack.NewTable(0, 4);
            Methods.PushMembers(stack);
            stack.RawSetField(-2, "__index"u8);
            stack.Push(Name);
            stack.RawSetField(-2, "__name"u8);
            // Programs neither see nor replace it.
            stack.Push(false);
            stack.RawSetField(-2, "__metatable"u8);
            Metamethods?.CopyTo(stack);
        }
    }
}
