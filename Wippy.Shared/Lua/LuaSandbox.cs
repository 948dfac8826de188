using System.Text;
using Wippy.Shared.Lua.Modules;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Lua.Types;

namespace Wippy.Shared.Lua;

/// <summary>
/// What a state is born with: a list of what is present, never a full state with things removed (DESIGN §5, rule 4).
/// A new state holds a string metatable that finds its methods when they are used; global tables, which do the same, are made for each chunk.
/// </summary>
internal static class LuaSandbox
{
    private static readonly int StringIndex = LuaCallbacks.Register(IndexString);
    private static readonly int ErrorMessage = LuaCallbacks.Register(ErrorsModule.Message);

    // Texts that are numbers count as numbers.
    private static readonly string[] Arithmetic = ["__add", "__sub", "__mul", "__div", "__mod", "__pow", "__unm", "__idiv"];

    // Before Globals, which refers to it: initialisers run in this order.
    private static LuaLibrary StringMethods { get; } = LuaPatterns.AddTo(Natives(
        "string", "byte", "char", "len", "lower", "pack", "packsize", "reverse", "sub", "unpack", "upper"))
        .Made("rep", LuaPrelude.Repeat.Push)
        .Made("format", LuaPrelude.Format.Push);

    /// <summary>The base functions and libraries every program has (reference: lua-environment §1). Absent, among others: load, dofile, collectgarbage, debug, utf8.</summary>
    public static LuaLibrary Globals { get; } = Build();

    /// <summary>Makes an empty state ready for chunks.</summary>
    public static void Furnish(LuaStack stack)
    {
        // Each chunk has a global table of its own.
        stack.PushNil();
        stack.Anchor(LuaAnchors.Globals);
        stack.Push(""u8);
        stack.NewTable(0, Arithmetic.Length + 2);
        foreach (var name in Arithmetic)
        {
            stack.PushNative(LuaNatives.Of("string", name));
            stack.RawSetField(-2, Encoding.UTF8.GetBytes(name));
        }
        LuaCallbacks.Push(stack, StringIndex);
        stack.RawSetField(-2, "__index"u8);
        // With a __tostring or __index of their own, programs could raise over our frames.
        stack.Push(false);
        stack.RawSetField(-2, "__metatable"u8);
        stack.SetMetatable(-2);
        stack.Pop(1);
    }

    private static LuaLibrary Build()
    {
        var globals = new LuaLibrary("_G");
        foreach (var name in (string[])["error", "getmetatable", "pcall", "rawequal", "select", "tonumber", "type"])
        {
            globals.Native(name, LuaNatives.Of("_G", name));
        }
        globals.Checked("setmetatable", SetMetatable);
        globals.Made("assert", LuaPrelude.Assert.Push);
        globals.Made("tostring", LuaPrelude.ToText.Push);
        globals.Made("xpcall", LuaPrelude.ProtectedCall.Push);
        foreach (var name in (string[])["next", "pairs", "ipairs", "rawget", "rawset"]) globals.Made(name, stack => LuaPrelude.Plain.PushMember(stack, name));
        globals.Made("unpack(list: table, first?: integer, last?: integer): any", stack => LuaTables.Push(stack, "unpack"));
        globals.Constant("_VERSION", "Lua 5.4");
        globals.Nested("package", new LuaLibrary("package").Constant("path", "").Nested("loaded", new LuaLibrary("package.loaded")));
        globals.Nested("string", BuildStrings());
        globals.Nested("table", LuaLegacy.AddTable(LuaTables.AddTo(new LuaLibrary("table"))));
        globals.Nested("math", LuaRandom.AddTo(LuaLegacy.AddMath(Natives(
            "math", "abs", "acos", "asin", "atan", "ceil", "cos", "deg", "exp", "floor", "fmod", "log", "max", "min", "modf", "rad", "sin", "sqrt", "tan", "tointeger", "type", "ult")))
            .Native("mod", LuaNatives.Of("math", "fmod"))
            .Constant("pi", Math.PI).Constant("huge", double.PositiveInfinity)
            .Constant("maxinteger", long.MaxValue).Constant("mininteger", long.MinValue));
        return globals;
    }

    // Called through the library, not as methods, they take error objects too (reference: lua-environment §6).
    private static LuaLibrary BuildStrings()
    {
        var strings = LuaPatterns.AddTo(Natives("string", "char", "pack", "packsize", "unpack"))
            .Made("format", LuaPrelude.Format.Push)
            .Checked("dump", static (_, stack) => LuaArguments.Fault(stack, "unable to dump given function"))
            .Callable(TypeModule.CallString);
        foreach (var name in (string[])["byte", "len", "lower", "rep", "reverse", "sub", "upper"])
        {
            var native = LuaNatives.Of("string", name);
            strings.Made(name, stack =>
            {
                LuaPrelude.Textual.Push(stack);
                if (name == "rep") LuaPrelude.Repeat.Push(stack);
                else stack.PushNative(native);
                LuaCallbacks.Push(stack, ErrorMessage);
                stack.Push(name);
                LuaState.CallTrusted(stack, 3, 1);
            });
        }
        return strings;
    }

    private static LuaLibrary Natives(string library, params string[] functions)
    {
        var result = new LuaLibrary(library);
        foreach (var function in functions) result.Native(function, LuaNatives.Of(library, function));
        return result;
    }

    // The first method call on a string: from then on the metatable leads straight to their table.
    private static int IndexString(LuaBehavior behavior, LuaStack stack)
    {
        StringMethods.PushMembers(stack);
        stack.PushMetatable(1);
        stack.PushValue(-2);
        stack.RawSetField(-2, "__index"u8);
        stack.Pop(1);
        if (stack.TypeOf(2) != LuaType.String || !StringMethods.TryPushMember(stack, stack.ToBytes(2))) stack.PushNil();
        return 1;
    }

    // Finalizers would run while the collector does, out of reach of every limit; hence no __gc from programs.
    private static int SetMetatable(LuaBehavior behavior, LuaStack stack)
    {
        if (stack.TypeOf(1) != LuaType.Table) return LuaArguments.Fault(stack, LuaArguments.Bad(1, "setmetatable", "table", LuaArguments.TypeName(stack, 1)));
        if (stack.TypeOf(2) is not (LuaType.Table or LuaType.Nil)) return LuaArguments.Fault(stack, "bad argument #2 to 'setmetatable' (nil or table expected)");
        if (stack.PushMetatable(1))
        {
            if (stack.RawGetField(-1, "__metatable"u8) != LuaType.Nil) return LuaArguments.Fault(stack, "cannot change a protected metatable");
            stack.Pop(2);
        }
        if (stack.TypeOf(2) == LuaType.Table && stack.RawGetField(2, "__gc"u8) != LuaType.Nil)
        {
            return LuaArguments.Fault(stack, "__gc is not available: processes have no finalizers");
        }
        stack.SetTop(2);
        stack.SetMetatable(1);
        stack.PushNil();
        stack.PushValue(1);
        return 2;
    }
}
