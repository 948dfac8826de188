using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>Library functions of Lua 5.1 that 5.4 no longer has and programs still call (reference: lua-environment §1.1).</summary>
internal static class LuaLegacy
{
    // What table.create allocates in advance; the rest comes as the table grows.
    private const long MaxReserved = 1024;

    public static LuaLibrary AddMath(LuaLibrary library) => library
        .Method("cosh(x: number): number", (_, stack) => Function(stack, "cosh", Math.Cosh))
        .Method("sinh(x: number): number", (_, stack) => Function(stack, "sinh", Math.Sinh))
        .Method("tanh(x: number): number", (_, stack) => Function(stack, "tanh", Math.Tanh))
        .Method("log10(x: number): number", (_, stack) => Function(stack, "log10", Math.Log10))
        .Method("pow(x: number, y: number): number", (_, stack) => Function(stack, "pow", Math.Pow))
        .Method("atan2(y: number, x: number): number", (_, stack) => Function(stack, "atan2", Math.Atan2))
        .Method("ldexp(m: number, e: integer): number", (_, stack) => Function(stack, "ldexp", static (m, e) => Math.ScaleB(m, (int)Math.Clamp(e, -5000, 5000))))
        .Checked("frexp(x: number): number, integer", FrExp);

    public static LuaLibrary AddTable(LuaLibrary library) => library
        .Method("getn(list: table): integer", GetN)
        .Method("maxn(list: table): number", MaxN)
        .Method("create(items?: integer, fields?: integer): table", Create);

    private static int Function(LuaStack stack, string name, Func<double, double> function)
    {
        if (stack.TypeOf(1) != LuaType.Number) return Fault(stack, 1, name, "number");
        stack.PushNil();
        stack.Push(function(stack.ToNumber(1)));
        return 2;
    }

    private static int Function(LuaStack stack, string name, Func<double, double, double> function)
    {
        for (var i = 1; i <= 2; i++)
        {
            if (stack.TypeOf(i) != LuaType.Number) return Fault(stack, i, name, "number");
        }
        stack.PushNil();
        stack.Push(function(stack.ToNumber(1), stack.ToNumber(2)));
        return 2;
    }

    // x = m * 2^e with 0.5 <= |m| < 1.
    private static int FrExp(LuaBehavior behavior, LuaStack stack)
    {
        if (stack.TypeOf(1) != LuaType.Number) return Fault(stack, 1, "frexp", "number");
        var x = stack.ToNumber(1);
        var hasExponent = x != 0 && double.IsFinite(x);
        var exponent = hasExponent ? Math.ILogB(x) + 1 : 0;
        stack.PushNil();
        stack.Push(hasExponent ? Math.ScaleB(x, -exponent) : x);
        stack.Push((long)exponent);
        return 3;
    }

    private static int GetN(LuaBehavior behavior, LuaStack stack)
    {
        if (stack.TypeOf(1) != LuaType.Table) return Fault(stack, 1, "getn", "table");
        var length = LuaFrozen.TryPushContents(stack, 1) ? stack.RawLength(-1) : stack.RawLength(1);
        stack.PushNil();
        stack.Push(length);
        return 2;
    }

    // The largest positive number that is a key.
    private static int MaxN(LuaBehavior behavior, LuaStack stack)
    {
        if (stack.TypeOf(1) != LuaType.Table) return Fault(stack, 1, "maxn", "table");
        var max = 0.0;
        var table = LuaFrozen.TryPushContents(stack, 1) ? stack.Top : 1;
        stack.PushNil();
        while (stack.Next(table))
        {
            stack.Pop(1);
            if (stack.TypeOf(-1) == LuaType.Number) max = Math.Max(max, stack.ToNumber(-1));
        }
        stack.PushNil();
        if (double.IsInteger(max) && max < long.MaxValue) stack.Push((long)max);
        else stack.Push(max);
        return 2;
    }

    private static int Create(LuaBehavior behavior, LuaStack stack)
    {
        var array = Math.Clamp(stack.ToInteger(1), 0, MaxReserved);
        var hash = Math.Clamp(stack.ToInteger(2), 0, MaxReserved);
        stack.PushNil();
        stack.NewTable((int)array, (int)hash);
        return 2;
    }

    private static int Fault(LuaStack stack, int argument, string function, string expected) =>
        LuaArguments.Fault(stack, LuaArguments.Bad(argument, function, expected, LuaArguments.TypeName(stack, argument)));
}
