using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>
/// The part of the runtime that is written in Lua (<c>Prelude/prelude.lua</c>): wrappers that raise or yield on behalf
/// of callbacks, which may do neither. Loaded from bytecode into a state when it is first needed there.
/// </summary>
internal static class LuaPrelude
{
    public const int None = 0;
    public const int Checked = 1;
    public const int Operation = 2;
    public const int Text = 3;
    public const int Wrapper = 4;
    public const int Textual = 5;
    public const int ProtectedCall = 6;

    private const int ExportCount = 6;

    private static readonly byte[] Bytecode = Compile();

    // Natives the prelude gets, in the order of its parameters.
    private static readonly nint[] Natives =
    [
        LuaNatives.Of("coroutine", "yield"),
        LuaNatives.Of("coroutine", "isyieldable"),
        LuaNatives.Of("_G", "error"),
        LuaNatives.Of("_G", "tostring"),
        LuaNatives.Of("_G", "select"),
        LuaNatives.Of("_G", "type"),
        LuaNatives.Of("_G", "pcall"),
        LuaNatives.Of("table", "unpack"),
    ];

    /// <summary>Pushes one of the prelude's functions.</summary>
    public static void Push(LuaStack stack, int export)
    {
        if (stack.PushAnchored(LuaAnchors.Prelude + export) == LuaType.Function) return;
        stack.Pop(1);
        Load(stack);
        stack.PushAnchored(LuaAnchors.Prelude + export);
    }

    /// <summary>Pushes the function that runs an operation.</summary>
    public static void PushOperation(LuaStack stack, int operation)
    {
        Push(stack, Operation);
        stack.Push((long)operation);
        Wrap(stack);
    }

    /// <summary>Calls the wrapper below the value at the top with it; both are replaced by the wrapped function.</summary>
    public static void Wrap(LuaStack stack) => LuaState.CallTrusted(stack, 1, 1);

    private static void Load(LuaStack stack)
    {
        LuaState.LoadTrusted(stack, Bytecode);
        foreach (var native in Natives) stack.PushNative(native);
        LuaState.CallTrusted(stack, Natives.Length, ExportCount);
        for (var export = ExportCount; export > 0; export--) stack.Anchor(LuaAnchors.Prelude + export);
    }

    private static byte[] Compile()
    {
        using var resource = typeof(LuaPrelude).Assembly.GetManifestResourceStream("prelude.lua")
            ?? throw new InvalidOperationException("prelude.lua is not embedded in this assembly");
        var source = new byte[resource.Length];
        resource.ReadExactly(source);
        using var state = LuaState.Create();
        return state.LoadSource(source, "prelude") == LuaStatus.Ok
            ? state.Dump()
            : throw new InvalidOperationException(state.Main.ToText(-1));
    }
}
