using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>ctx</c> module: reading the context values of the process (reference: modules, ctx).</summary>
internal static class CtxModule
{
    public static LuaLibrary Library { get; } = new LuaLibrary("ctx")
        .Fallible("get(key: string): any!", Get)
        .Fallible("all(): table!", All);

    private static int Get(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out string? key))
        {
            return LuaArguments.Fault(stack, LuaArguments.Bad(1, "get", "string", LuaArguments.TypeName(stack, 1)));
        }
        if (key.Length == 0) return Failure(stack, new Error(ErrorKind.Invalid, "key cannot be empty"));
        if (LuaContext.IsReserved(key) || !behavior.Process.Context.TryGet(key, out var value)) return Failure(stack, new Error(ErrorKind.NotFound, $"key not found: {key}"));
        stack.PushNil();
        LuaCodec.DecodeOneOrNil(stack, value.Span);
        return 2;
    }

    private static int All(LuaBehavior behavior, LuaStack stack)
    {
        stack.PushNil();
        stack.NewTable(0, behavior.Process.Context.Count);
        foreach (var (key, value) in behavior.Process.Context.All)
        {
            if (LuaContext.IsReserved(key)) continue;
            stack.Push(key);
            LuaCodec.DecodeOneOrNil(stack, value.Span);
            stack.RawSet(-3);
        }
        return 2;
    }

    private static int Failure(LuaStack stack, Error error)
    {
        stack.PushNil();
        stack.PushNil();
        LuaErrors.Push(stack, error);
        return 3;
    }
}
