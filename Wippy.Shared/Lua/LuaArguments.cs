using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>Arguments as module functions take them, and the complaints about wrong ones, worded as Lua's own library does.</summary>
internal static class LuaArguments
{
    public static string Bad(int argument, string function, string expected, string got) =>
        $"bad argument #{argument} to '{function}' ({expected} expected, got {got})";

    /// <summary>The type of a value as Lua names it; "no value" where there is none.</summary>
    public static string TypeName(LuaStack stack, int index) => stack.TypeOf(index) switch
    {
        LuaType.None => "no value",
        LuaType.Boolean => "boolean",
        var type => type.ToString().ToLowerInvariant(),
    };

    /// <summary>
    /// The text of an argument that must be a string; numbers and error objects convert (reference: process §1).
    /// The bytes stay valid while the argument is on the stack; the call may push one value.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryText(LuaStack stack, int index, out ReadOnlySpan<byte> text)
    {
        var value = stack.ValueAt(index);
        switch (value.Type)
        {
            case LuaType.String:
                text = value.Bytes;
                return true;
            case LuaType.Number:
                text = stack.PushPlainText(index);
                return true;
            case LuaType.Userdata when value.Kind == LuaUserdataKind.Error:
                var message = value.UserValue(LuaErrors.MessageValue);
                text = message.Type == LuaType.String ? message.Bytes : default;
                return true;
            default:
                text = default;
                return false;
        }
    }

    /// <summary>As <see cref="TryText(LuaStack, int, out ReadOnlySpan{byte})"/>, as a .NET string.</summary>
    public static bool TryText(LuaStack stack, int index, [NotNullWhen(true)] out string? text)
    {
        if (TryText(stack, index, out ReadOnlySpan<byte> bytes))
        {
            text = System.Text.Encoding.UTF8.GetString(bytes);
            return true;
        }
        text = null;
        return false;
    }

    /// <summary>Whether the argument is a userdata of this kind.</summary>
    public static bool Is(LuaStack stack, int index, LuaUserdataKind kind) => stack.UserdataKind(index) == kind;

    /// <summary>Pushes the results of a <see cref="LuaLibrary.Checked"/> function that says <c>true, nil</c>.</summary>
    public static int Success(LuaStack stack)
    {
        stack.PushNil();
        stack.Push(true);
        return 2;
    }

    /// <summary>Pushes the results of a <see cref="LuaLibrary.Checked"/> function that says <c>nil, err</c>.</summary>
    public static int Failure(LuaStack stack, Errors.Error error)
    {
        stack.PushNil();
        stack.PushNil();
        LuaErrors.Push(stack, error);
        return 3;
    }

    /// <summary>Pushes the fault of an argument of a wrong type.</summary>
    public static int BadType(LuaStack stack, int argument, string function, string expected) =>
        Fault(stack, Bad(argument, function, expected, TypeName(stack, argument)));

    /// <summary>Pushes a fault for a <see cref="LuaLibrary.Checked"/> function and returns its number of results.</summary>
    public static int Fault(LuaStack stack, string text)
    {
        stack.Push(text);
        return 1;
    }
}
