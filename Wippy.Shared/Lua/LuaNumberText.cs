using System.Buffers.Text;
using System.Globalization;
using Wippy.Shared.Lua.Native;

namespace Wippy.Shared.Lua;

/// <summary>
/// Floats as text (reference: lua-environment §2): the shortest digits that read back as the same value, no <c>.0</c>,
/// an exponent below -4 and from 21 up.
/// </summary>
internal static class LuaNumberText
{
    /// <summary>Bytes any float needs at most.</summary>
    public const int MaxLength = 32;

    private const int FirstExponent = 21;

    /// <summary>Number of the callback which gives the text of a float.</summary>
    public static int Callback { get; } = LuaCallbacks.Register(static (_, stack) =>
    {
        Push(stack, stack.ToNumber(1));
        return 1;
    });

    /// <summary>Number of the callback which tells whether the sequence in a table holds a float from argument 2, or the first, to 3, or the last.</summary>
    public static int HasFloats { get; } = LuaCallbacks.Register(static (_, stack) =>
    {
        var length = stack.RawLength(1);
        var last = stack.IsNoneOrNil(3) ? length : Math.Min(stack.ToInteger(3), length);
        var found = false;
        for (var i = Math.Max(stack.ToInteger(2), 1); i <= last && !found; i++)
        {
            found = stack.RawGet(1, i) == LuaType.Number && !stack.IsInteger(-1);
            stack.Pop(1);
        }
        stack.Push(found);
        return 1;
    });

    /// <summary>Pushes the text of a float.</summary>
    public static void Push(LuaStack stack, double value)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        stack.Push(text[..Format(value, text)]);
    }

    /// <summary>Writes the text of a float.</summary>
    /// <returns>Its length.</returns>
    public static int Format(double value, Span<byte> text)
    {
        if (!double.IsFinite(value)) return Write(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8, text);
        value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        // .NET gives the same digits, with an exponent from 15 up.
        var mark = text[..length].IndexOf((byte)'E');
        if (mark < 0) return length;
        Utf8Parser.TryParse(text[(mark + 1)..length], out int exponent, out _);
        if (exponent is < 0 or >= FirstExponent)
        {
            text[mark] = (byte)'e';
            return length;
        }
        return MovePoint(text, mark, exponent);
    }

    // d.ddd with an exponent, to a number without.
    private static int MovePoint(Span<byte> text, int length, int exponent)
    {
        var first = text[0] == '-' ? 1 : 0;
        if (length > first + 1)
        {
            text[(first + 2)..length].CopyTo(text[(first + 1)..]);   // over the point
            length--;
        }
        var whole = first + exponent + 1;
        if (length <= whole)
        {
            text[length..whole].Fill((byte)'0');
            return whole;
        }
        text[whole..length].CopyTo(text[(whole + 1)..]);
        text[whole] = (byte)'.';
        return length + 1;
    }

    private static int Write(ReadOnlySpan<byte> from, Span<byte> to)
    {
        from.CopyTo(to);
        return from.Length;
    }
}
