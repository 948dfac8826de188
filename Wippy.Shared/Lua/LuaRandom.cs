using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>
/// <c>math.random</c> and <c>math.randomseed</c> (manual §6.7): each process has a generator of its own, seeded at random until
/// the program seeds it. The native functions keep theirs in an upvalue, which a lone C function does not have.
/// </summary>
internal static class LuaRandom
{
    /// <summary>Adds both to a library.</summary>
    public static LuaLibrary AddTo(LuaLibrary library) => library.Method("random", Next).Method("randomseed", Seed);

    // random() in [0, 1), random(0) any integer, random(n) in 1..n, random(m, n) in m..n
    private static int Next(LuaBehavior behavior, LuaStack stack)
    {
        stack.PushNil();
        if (stack.IsNoneOrNil(1))
        {
            stack.Push(behavior.Random.NextDouble());
            return 2;
        }
        if (!TryInteger(stack, 1, out var first, out var fault)) return LuaArguments.Fault(stack, fault);
        var (low, high) = (1L, first);
        if (!stack.IsNoneOrNil(2))
        {
            if (!TryInteger(stack, 2, out high, out fault)) return LuaArguments.Fault(stack, fault);
            low = first;
        }
        else if (first == 0)
        {
            (low, high) = (long.MinValue, long.MaxValue);
        }
        if (low > high) return LuaArguments.Fault(stack, $"bad argument #{(stack.IsNoneOrNil(2) ? 1 : 2)} to 'random' (interval is empty)");
        stack.Push(Between(behavior.Random, low, high));
        return 2;
    }

    private static int Seed(LuaBehavior behavior, LuaStack stack)
    {
        if (!stack.IsNoneOrNil(1) && stack.TypeOf(1) != LuaType.Number)
        {
            return LuaArguments.Fault(stack, LuaArguments.Bad(1, "randomseed", "number", LuaArguments.TypeName(stack, 1)));
        }
        behavior.Random = stack.IsNoneOrNil(1) ? new Random() : new Random(stack.ToNumber(1).GetHashCode());
        return 0;
    }

    private static long Between(Random random, long low, long high)
    {
        if (high < long.MaxValue) return random.NextInt64(low, high + 1);
        // Random's upper bound is exclusive.
        return low > long.MinValue ? random.NextInt64(low - 1, high) + 1 : (random.NextInt64(long.MinValue, long.MaxValue) << 1) ^ random.NextInt64();
    }

    private static bool TryInteger(LuaStack stack, int index, out long value, out string fault)
    {
        fault = "";
        value = 0;
        if (stack.TypeOf(index) != LuaType.Number)
        {
            fault = LuaArguments.Bad(index, "random", "number", LuaArguments.TypeName(stack, index));
            return false;
        }
        var number = stack.ToNumber(index);
        if (!stack.IsInteger(index) && (number % 1 != 0 || Math.Abs(number) >= 9.2e18))
        {
            fault = $"bad argument #{index} to 'random' (number has no integer representation)";
            return false;
        }
        value = stack.ToInteger(index);
        return true;
    }
}
