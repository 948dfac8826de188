using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>
/// What callbacks behind <see cref="LuaLibrary.Fallible"/> return: a fault, a value, an error, of which at most one is not
/// nil. Each method pushes them and gives their number.
/// </summary>
internal static class LuaResults
{
    /// <summary>Returns <c>nil, err</c>.</summary>
    public static int Failure(LuaStack stack, Error error)
    {
        stack.PushNil();
        stack.PushNil();
        LuaErrors.Push(stack, error);
        return 3;
    }

    /// <summary>Returns <c>nil, err</c>.</summary>
    public static int Failure(LuaStack stack, ErrorKind kind, string message) => Failure(stack, new Error(kind, message));

    /// <summary>Returns <c>false, err</c>.</summary>
    public static int No(LuaStack stack, Error error)
    {
        stack.PushNil();
        stack.Push(false);
        LuaErrors.Push(stack, error);
        return 3;
    }

    /// <summary>Returns a text.</summary>
    public static int Text(LuaStack stack, ReadOnlySpan<byte> text)
    {
        stack.PushNil();
        stack.Push(text);
        return 2;
    }

    /// <summary>Returns a text.</summary>
    public static int Text(LuaStack stack, string text)
    {
        stack.PushNil();
        stack.Push(text);
        return 2;
    }

    /// <summary>Returns a truth value.</summary>
    public static int Answer(LuaStack stack, bool answer)
    {
        stack.PushNil();
        stack.Push(answer);
        return 2;
    }

    /// <summary>Returns the value at the top.</summary>
    public static int Top(LuaStack stack)
    {
        stack.PushNil();
        stack.Insert(-2);
        return 2;
    }

    /// <summary>Raises the standard complaint about an argument.</summary>
    public static int BadArgument(LuaStack stack, int argument, string function, string expected) =>
        LuaArguments.Fault(stack, LuaArguments.Bad(argument, function, expected, LuaArguments.TypeName(stack, argument)));
}
