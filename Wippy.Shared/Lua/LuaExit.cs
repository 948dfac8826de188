using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Lua;

/// <summary>What the values that a method returns mean for the end of its process (reference: process §13).</summary>
internal static class LuaExit
{
    /// <param name="stack">Of the thread that returned.</param>
    /// <param name="values">How many it returned; they are at the top.</param>
    public static ExitResult FromReturn(LuaStack stack, int values)
    {
        var first = stack.Top - values + 1;
        if (values >= 2)
        {
            if (stack.UserdataKind(first + 1) == LuaUserdataKind.Error) return ExitResult.Failed(LuaErrors.Read(stack, first + 1));
            if (stack.TypeOf(first + 1) == LuaType.String) return ExitResult.Failed(new Error(ErrorKind.Internal, stack.ToText(first + 1)));
        }
        if (values == 0 || stack.IsNoneOrNil(first)) return ExitResult.Normal;

        var scratch = LuaBehavior.Scratch;
        return LuaCodec.EncodeOne(stack, first, scratch) is { } error
            ? ExitResult.Failed(error)
            : new ExitResult(scratch.WrittenSpan.ToArray(), null);
    }
}
