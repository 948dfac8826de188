using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>
/// A part of the runtime that is written in Lua (<c>Prelude/*.lua</c>), because C# callbacks may neither raise nor yield
/// (docs/architecture.md): a chunk that gets natives and returns one function, which in most parts makes wrappers. Each part is
/// loaded, from bytecode, into the states that need it; without line numbers, since what it raises is raised in the
/// name of its caller.
/// </summary>
internal sealed class LuaPrelude
{
    // First, because the parts below put themselves in.
    private static readonly List<LuaPrelude> All = [];

    private readonly nint _anchor;
    private readonly byte[] _bytecode;
    private readonly nint[] _natives;

    private LuaPrelude(int number, string name, params nint[] natives)
    {
        _anchor = LuaAnchors.Prelude + number;
        _bytecode = Compile(name);
        _natives = natives;
        All.Add(this);
    }

    /// <summary>The metatable by which callbacks raise: <see cref="LuaRaise"/>.</summary>
    public static LuaPrelude Raise { get; } = new(0, "raise", Error);

    /// <summary>Wraps a callback that takes strings, and whose first result is a fault or nil.</summary>
    public static LuaPrelude Text { get; } = new(
        3, "text", Error, LuaNatives.Of("_G", "tostring"), LuaNatives.Of("_G", "select"), LuaNatives.Of("table", "unpack"), LuaNatives.Of("math", "type"))
    {
        Callbacks = [LuaNumberText.Callback],
    };

    /// <summary>Wraps an operation (<see cref="LuaOperations.Push"/>).</summary>
    public static LuaPrelude Operation { get; } = new(4, "operation", LuaNatives.Of("coroutine", "isyieldable")) { Callbacks = [LuaOperations.Refusal] };

    /// <summary>The same for a receive; also takes a callback that receives what is there already.</summary>
    public static LuaPrelude Receive { get; } = new(5, "receive");

    /// <summary>Makes <c>coroutine.wrap</c> of <c>create</c> and <c>resume</c>.</summary>
    public static LuaPrelude CoroutineWrap { get; } = new(6, "wrap", Error, LuaNatives.Of("_G", "type"));

    /// <summary>Makes a native that takes a string take an error object as well, of it, a callback for the text of one, and the name.</summary>
    public static LuaPrelude Textual { get; } = new(7, "textual", Error, LuaNatives.Of("_G", "type"));

    /// <summary><c>xpcall</c> itself.</summary>
    public static LuaPrelude ProtectedCall { get; } = new(8, "xpcall", LuaNatives.Of("_G", "pcall"));

    /// <summary>Wraps a callback that returns a fault or nil, a list, and how many of its values belong together: gives an iterator.</summary>
    public static LuaPrelude Iterator { get; } = new(9, "iterator", Error, LuaNatives.Of("table", "unpack"));

    /// <summary>Makes <c>type</c>, as it is where values may be types, of a callback that knows whether one is.</summary>
    public static LuaPrelude TypeName { get; } = new(10, "typename", LuaNatives.Of("_G", "type"));

    /// <summary><c>tostring</c>.</summary>
    public static LuaPrelude ToText { get; } = new(11, "tostring", LuaNatives.Of("_G", "tostring"), LuaNatives.Of("math", "type")) { Callbacks = [LuaNumberText.Callback] };

    /// <summary><c>string.format</c>.</summary>
    public static LuaPrelude Format { get; } = new(
        12,
        "format",
        LuaNatives.Of("string", "format"),
        LuaNatives.Of("string", "gmatch"),
        LuaNatives.Of("math", "type"),
        LuaNatives.Of("math", "tointeger"),
        LuaNatives.Of("math", "floor"),
        LuaNatives.Of("math", "ceil"),
        LuaNatives.Of("_G", "select"),
        LuaNatives.Of("table", "unpack"))
    {
        Callbacks = [LuaNumberText.Callback],
    };

    /// <summary><c>os.time</c>.</summary>
    public static LuaPrelude OsTime { get; } = OfOs(14, "time");

    /// <summary><c>os.date</c>.</summary>
    public static LuaPrelude OsDate { get; } = OfOs(15, "date");

    /// <summary>Makes the functions that match patterns, of the native one and the name.</summary>
    public static LuaPrelude Pattern { get; } = new(
        16,
        "pattern",
        Error,
        LuaNatives.Of("_G", "type"),
        LuaNatives.Of("_G", "select"),
        LuaNatives.Of("string", "find"),
        LuaNatives.Of("string", "sub"),
        LuaNatives.Of("table", "concat"))
    {
        Callbacks = LuaPatterns.Callbacks,
    };

    /// <summary>A table of the functions of <c>table</c>.</summary>
    public static LuaPrelude Table { get; } = new(
        17,
        "table",
        Error,
        LuaNatives.Of("_G", "type"),
        LuaNatives.Of("_G", "pcall"),
        LuaNatives.Of("_G", "rawlen"),
        LuaNatives.Of("debug", "getmetatable"),
        LuaNatives.Of("debug", "setmetatable"),
        LuaNatives.Of("table", "insert"),
        LuaNatives.Of("table", "remove"),
        LuaNatives.Of("table", "concat"),
        LuaNatives.Of("table", "unpack"),
        LuaNatives.Of("table", "sort"),
        LuaNatives.Of("_G", "rawget"),
        LuaNatives.Of("math", "type"))
    {
        Callbacks = [LuaNumberText.HasFloats, LuaNumberText.Callback],
    };

    /// <summary><c>string.rep</c>.</summary>
    public static LuaPrelude Repeat { get; } = new(18, "rep", LuaNatives.Of("string", "rep"));

    /// <summary>Hands on what arrives on a channel to another.</summary>
    public static LuaPrelude Pump { get; } = new(19, "pump", LuaNatives.Of("_G", "pcall"));

    /// <summary><c>assert</c>.</summary>
    public static LuaPrelude Assert { get; } = new(20, "assert", LuaNatives.Of("_G", "assert"), Error, LuaNatives.Of("_G", "type"), LuaNatives.Of("_G", "select"));

    /// <summary>A table of the base functions that look into tables, and of <c>freeze</c> and <c>isfrozen</c>.</summary>
    public static LuaPrelude Plain { get; } = new(
        21,
        "plain",
        Error,
        LuaNatives.Of("_G", "type"),
        LuaNatives.Of("_G", "next"),
        LuaNatives.Of("_G", "rawget"),
        LuaNatives.Of("_G", "rawset"),
        LuaNatives.Of("_G", "rawlen"),
        LuaNatives.Of("debug", "getmetatable"),
        LuaNatives.Of("_G", "setmetatable"),
        LuaNatives.Of("_G", "ipairs"));

    // What the chunk gets behind the natives.
    private int[] Callbacks { get; init; } = [];

    private static nint Error => LuaNatives.Of("_G", "error");

    /// <summary>Pushes what it returned.</summary>
    public void Push(LuaStack stack)
    {
        if (stack.PushAnchored(_anchor) != LuaType.Nil) return;
        stack.Pop(1);
        LuaState.LoadTrusted(stack, _bytecode);
        foreach (var native in _natives) stack.PushNative(native);
        foreach (var callback in Callbacks) LuaCallbacks.Push(stack, callback);
        LuaState.CallTrusted(stack, _natives.Length + Callbacks.Length, 1);
        stack.PushValue(-1);
        stack.Anchor(_anchor);
    }

    /// <summary>Pushes a function of the table that it returned.</summary>
    public void PushMember(LuaStack stack, string name)
    {
        Push(stack);
        stack.Push(name);
        stack.RawGet(-2);
        stack.Remove(-2);
    }

    /// <summary>Lets go of all parts that are loaded; what they made stays. A state that needs one again loads it again.</summary>
    public static void Forget(LuaStack stack)
    {
        foreach (var part in All)
        {
            var isLoaded = stack.PushAnchored(part._anchor) != LuaType.Nil;
            stack.Pop(1);
            if (!isLoaded) continue;
            stack.PushNil();
            stack.Anchor(part._anchor);
        }
    }

    /// <summary>Replaces the values at the top by what the function makes of them.</summary>
    public void Wrap(LuaStack stack, int values = 1)
    {
        Push(stack);
        stack.Insert(-values - 1);
        LuaState.CallTrusted(stack, values, 1);
    }

    private static LuaPrelude OfOs(int number, string function) =>
        new(number, $"os_{function}", LuaNatives.Of("os", function), LuaNatives.Of("_G", "pcall"), LuaNatives.Of("string", "gsub"), Error)
        {
            Callbacks = [LuaCallbacks.Register(Modules.OsModule.Now)],
        };

    private static byte[] Compile(string name)
    {
        using var resource = typeof(LuaPrelude).Assembly.GetManifestResourceStream($"Prelude/{name}.lua")
            ?? throw new InvalidOperationException($"Prelude/{name}.lua is not embedded in this assembly");
        var source = new byte[resource.Length];
        resource.ReadExactly(source);
        using var state = LuaState.Create();
        return state.LoadSource(source, name) == LuaStatus.Ok
            ? state.Dump(strip: true)
            : throw new InvalidOperationException(state.Main.ToText(-1));
    }
}
