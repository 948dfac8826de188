using Wippy.Shared.Lua.Modules;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>
/// The functions of <c>string</c> that match patterns. One call of the native matcher cannot be interrupted, so what might
/// be expensive is counted first (<see cref="LuaPatternCost"/>) and refused when it is.
/// </summary>
internal static class LuaPatterns
{
    /// <summary>Their names.</summary>
    public static readonly string[] Names = ["find", "gfind", "gmatch", "gsub", "match"];

    /// <summary>Callbacks of the prelude: the guard, and the text of an error object.</summary>
    public static readonly int[] Callbacks = [LuaCallbacks.Register(Guard), LuaCallbacks.Register(ErrorsModule.Message)];

    /// <summary>Adds them to a library.</summary>
    public static LuaLibrary AddTo(LuaLibrary library)
    {
        foreach (var name in Names)
        {
            var native = LuaNatives.Of("string", name == "gfind" ? "gmatch" : name);
            library.Made(name, stack =>
            {
                LuaPrelude.Pattern.Push(stack);
                stack.PushNative(native);
                stack.Push(name);
                LuaState.CallTrusted(stack, 2, 1);
            });
        }
        return library;
    }

    // (subject, pattern, first, name) -> fault or nil, length up to which the pattern needs no guard
    private static int Guard(LuaBehavior behavior, LuaStack stack)
    {
        var subject = stack.ToBytes(1);
        var pattern = stack.ToBytes(2);
        var name = stack.ToBytes(4);
        var all = name.StartsWith("g"u8);
        var first = name.SequenceEqual("gsub"u8) ? 1 : stack.ToInteger(3);
        if (first < 0) first = Math.Max(subject.Length + first + 1, 1);
        if (first <= subject.Length + 1 && !LuaPatternCost.IsAffordable(subject, pattern, (int)Math.Max(first - 1, 0), all))
        {
            return LuaArguments.Fault(stack, $"pattern takes too many steps for a text of {subject.Length} bytes: '{Shown(stack)}'");
        }
        stack.PushNil();
        stack.Push(LuaPatternCost.CheapLength(pattern));
        return 2;
    }

    private static string Shown(LuaStack stack)
    {
        var pattern = stack.ToText(2);
        return pattern.Length <= 40 ? pattern : $"{pattern[..40]}...";
    }
}
