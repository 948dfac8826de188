using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua.Types;

/// <summary>What programs can do with types (reference: lua-environment §5.4), and the globals that lead to them.</summary>
internal static class TypeModule
{
    private static readonly int Declared = LuaCallbacks.Register(PushDeclared);
    private static readonly int IsType = LuaCallbacks.Register((_, stack) => Answer(stack, TypeValues.IsType(stack, 1)));

    private static readonly LuaLibrary Methods = new LuaLibrary("type")
        .Checked("is(value): any!", Is)
        .Method("kind(): string", Kind)
        .Method("name(): string", Name)
        .Method("elem(): type?", (behavior, stack) => Part(behavior, stack, "elem", type => (type as ArrayType)?.Element))
        .Method("key(): type?", (behavior, stack) => Part(behavior, stack, "key", type => (type as MapType)?.Key))
        .Method("val(): type?", (behavior, stack) => Part(behavior, stack, "val", type => (type as MapType)?.Value))
        .Method("inner(): type?", (behavior, stack) => Part(behavior, stack, "inner", type => (type as OptionalType)?.Inner))
        .Method("ret(): type?", (behavior, stack) => Part(behavior, stack, "ret", type => (type as FunctionType)?.Results.FirstOrDefault()))
        .Made("fields(): (fun(): string?, type?)", Iterator(Fields))
        .Made("variants(): (fun(): type?)", Iterator((behavior, stack) => Parts(behavior, stack, "variants", type => (type as UnionType)?.Members)))
        .Made("params(): (fun(): type?)", Iterator((behavior, stack) => Parts(behavior, stack, "params", type => (type as FunctionType)?.Parameters)));

    private static readonly LuaLibrary Metamethods = new LuaLibrary("type")
        .Method("__index", Index)
        .Method("__call", Call)
        .Method("__eq", (behavior, stack) => Compare(behavior, stack, (types, a, b) => types.IsSubtype(a, b) && types.IsSubtype(b, a)))
        .Method("__le", (behavior, stack) => Compare(behavior, stack, (types, a, b) => types.IsSubtype(a, b)))
        .Method("__lt", (behavior, stack) => Compare(behavior, stack, (types, a, b) => types.IsSubtype(a, b) && !types.IsSubtype(b, a)))
        .Function("__tostring", ToText);

    static TypeModule() => LuaTypes.Declare(LuaUserdataKind.Type, "type", Methods, Metamethods);

    /// <summary>Whether <see cref="TryPushGlobal"/> pushes something for this name.</summary>
    /// <param name="name">Of a global.</param>
    /// <param name="declareTypes">Whether the program's code can meet types as values.</param>
    public static bool IsGlobal(string name, bool declareTypes) => name is "number" or "integer" or "boolean" or "typeof" || (name == "type" && declareTypes);

    /// <summary>Pushes a global that leads to types: how a chunk finds those it declares, the castable built-in ones, and <c>type</c>.</summary>
    /// <param name="behavior">The process.</param>
    /// <param name="stack">Where to.</param>
    /// <param name="chunk">Number of the chunk that asks.</param>
    /// <param name="name">Of the global.</param>
    /// <returns>False, with nothing pushed, when it is none of these.</returns>
    public static bool TryPushGlobal(LuaBehavior behavior, LuaStack stack, int chunk, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("number"u8)) TypeValues.Push(behavior, stack, BuiltInTypes.Number);
        else if (name.SequenceEqual("integer"u8)) TypeValues.Push(behavior, stack, BuiltInTypes.Integer);
        else if (name.SequenceEqual("boolean"u8)) TypeValues.Push(behavior, stack, BuiltInTypes.Boolean);
        else if (name.SequenceEqual("typeof"u8)) LuaCallbacks.Push(stack, Declared, chunk);
        else if (name.SequenceEqual("type"u8) && behavior.Environments.DeclareTypes) PushTypeFunction(stack);
        else return false;
        return true;
    }

    /// <summary><c>string(v)</c>: the library called as a type.</summary>
    public static int CallString(LuaBehavior behavior, LuaStack stack) => Validated(behavior, stack, BuiltInTypes.String);

    // Programs without types have the native one, which is faster.
    private static void PushTypeFunction(LuaStack stack)
    {
        LuaCallbacks.Push(stack, IsType);
        LuaPrelude.TypeName.Wrap(stack);
    }

    // typeof(number), which only erased sources contain.
    private static int PushDeclared(LuaBehavior behavior, LuaStack stack)
    {
        var types = behavior.Environments.Of((int)LuaCallbacks.Upvalue(stack)).Types;
        var index = stack.ToInteger(1);
        TypeValues.Push(behavior, stack, index >= 0 && index < types.Count ? types[(int)index] : null);
        return 1;
    }

    // T:is(v)
    private static int Is(LuaBehavior behavior, LuaStack stack)
    {
        if (!TypeValues.IsType(stack, 1)) return Fault(stack, "is");
        stack.SetTop(2);
        var problem = new TypeValidator(behavior, stack).Check(TypeValues.Of(behavior, stack, 1), 2);
        stack.PushNil();
        if (problem is null)
        {
            stack.PushValue(2);
            stack.PushNil();
        }
        else
        {
            stack.PushNil();
            LuaErrors.Push(stack, new Error(ErrorKind.Invalid, problem));
        }
        return 3;
    }

    // T(v)
    private static int Call(LuaBehavior behavior, LuaStack stack) => Validated(behavior, stack, TypeValues.Of(behavior, stack, 1));

    private static int Validated(LuaBehavior behavior, LuaStack stack, TypeDescriptor type)
    {
        stack.SetTop(2);
        if (new TypeValidator(behavior, stack).Check(type, 2) is { } problem)
        {
            LuaErrors.Push(stack, new Error(ErrorKind.Invalid, problem));
            return 1;
        }
        stack.PushNil();
        stack.PushValue(2);
        return 2;
    }

    // T.field, T.method: methods first, because a field may have the name of one.
    private static int Index(LuaBehavior behavior, LuaStack stack)
    {
        if (!Methods.TryPushCached(stack, 2))
        {
            var shape = TypeValues.ShapeOf(behavior, stack, 1) as RecordType;
            TypeValues.Push(behavior, stack, shape?.Field(stack.ToBytes(2)));
        }
        stack.PushNil();
        stack.Insert(-2);
        return 2;
    }

    private static int ToText(LuaBehavior behavior, LuaStack stack)
    {
        stack.Push(TypeValues.Of(behavior, stack, 1).ToString());
        return 1;
    }

    private static int Compare(LuaBehavior behavior, LuaStack stack, Func<Subtyping, TypeDescriptor, TypeDescriptor, bool> relation)
    {
        for (var i = 1; i <= 2; i++)
        {
            if (!TypeValues.IsType(stack, i)) return LuaArguments.Fault(stack, $"attempt to compare a type with a {LuaArguments.TypeName(stack, i)} value");
        }
        stack.PushNil();
        stack.Push(relation(new Subtyping(behavior, stack), TypeValues.Of(behavior, stack, 1), TypeValues.Of(behavior, stack, 2)));
        return 2;
    }

    private static int Kind(LuaBehavior behavior, LuaStack stack)
    {
        if (!TypeValues.IsType(stack, 1)) return Fault(stack, "kind");
        stack.PushNil();
        stack.Push(TypeValues.ShapeOf(behavior, stack, 1).Kind);
        return 2;
    }

    private static int Name(LuaBehavior behavior, LuaStack stack)
    {
        if (!TypeValues.IsType(stack, 1)) return Fault(stack, "name");
        stack.PushNil();
        if (TypeValues.Of(behavior, stack, 1).Name is { } name) stack.Push(name);
        else stack.PushNil();
        return 2;
    }

    private static int Part(LuaBehavior behavior, LuaStack stack, string method, Func<TypeDescriptor, TypeDescriptor?> part)
    {
        if (!TypeValues.IsType(stack, 1)) return Fault(stack, method);
        stack.PushNil();
        TypeValues.Push(behavior, stack, part(TypeValues.ShapeOf(behavior, stack, 1)));
        return 2;
    }

    private static int Parts(LuaBehavior behavior, LuaStack stack, string method, Func<TypeDescriptor, IReadOnlyList<TypeDescriptor>?> parts)
    {
        if (!TypeValues.IsType(stack, 1)) return Fault(stack, method);
        var types = parts(TypeValues.ShapeOf(behavior, stack, 1)) ?? [];
        stack.PushNil();
        stack.NewTable(types.Count);
        for (var i = 0; i < types.Count; i++)
        {
            TypeValues.Push(behavior, stack, types[i]);
            stack.RawSet(-2, i + 1);
        }
        stack.Push(1L);
        return 3;
    }

    private static int Fields(LuaBehavior behavior, LuaStack stack)
    {
        if (!TypeValues.IsType(stack, 1)) return Fault(stack, "fields");
        var fields = (TypeValues.ShapeOf(behavior, stack, 1) as RecordType)?.Fields ?? [];
        stack.PushNil();
        stack.NewTable(fields.Count * 2);
        for (var i = 0; i < fields.Count; i++)
        {
            stack.Push(fields[i].Utf8);
            stack.RawSet(-2, i * 2 + 1);
            TypeValues.Push(behavior, stack, fields[i].Type);
            stack.RawSet(-2, i * 2 + 2);
        }
        stack.Push(2L);
        return 3;
    }

    private static Action<LuaStack> Iterator(LuaFunction list)
    {
        var number = LuaCallbacks.Register(list);
        return stack =>
        {
            LuaCallbacks.Push(stack, number);
            LuaPrelude.Iterator.Wrap(stack);
        };
    }

    private static int Answer(LuaStack stack, bool answer)
    {
        stack.Push(answer);
        return 1;
    }

    private static int Fault(LuaStack stack, string method) =>
        LuaArguments.Fault(stack, LuaArguments.Bad(1, method, "type", LuaArguments.TypeName(stack, 1)));
}
