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

    /// <summary>Callbacks of the prelude: the guard, the text of an error object, and the search for a text as it is.</summary>
    public static readonly int[] Callbacks = [LuaCallbacks.Register(Guard), LuaCallbacks.Register(ErrorsModule.Message), LuaCallbacks.Register(FindText)];

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

    // (subject, text, first, searched, places) -> where it begins and ends, nil when it is not there, false when it is none of so many places behind those that were searched
    private static int FindText(LuaBehavior behavior, LuaStack stack)
    {
        var subject = stack.ToBytes(1);
        var text = stack.ToBytes(2);
        var first = stack.ToInteger(3);   // 0 for nil, too
        if (first < 0) first += subject.Length + 1;
        var start = Math.Max(first, 1) - 1 + stack.ToInteger(4);
        if (start > subject.Length - text.Length)   // start may be as large as numbers are
        {
            stack.PushNil();
            return 1;
        }
        var behind = Math.Min(start + stack.ToInteger(5) + text.Length - 1, subject.Length);
        var found = TextSearch.IndexOf(subject[(int)start..(int)behind], text);
        if (found < 0)
        {
            if (behind == subject.Length) stack.PushNil();
            else stack.Push(false);
            return 1;
        }
        stack.Push(start + found + 1);
        stack.Push(start + found + text.Length);
        return 2;
    }

    private static string Shown(LuaStack stack)
    {
        var pattern = stack.ToText(2);
        return pattern.Length <= 40 ? pattern : $"{pattern[..40]}...";
    }
}
