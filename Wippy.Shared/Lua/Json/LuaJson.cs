using System.Buffers;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Lua.Json;

/// <summary>
/// Lua values to JSON text (RFC 8259) and back, straight from and to the Lua stack. A table whose keys are 1..n is an
/// array, one whose keys are strings an object, with sorted keys; which an empty one is, <see cref="LuaEmptyMaps"/>
/// knows. Worker of the process only.
/// </summary>
internal static class LuaJson
{
    /// <summary>Tables inside tables, both ways.</summary>
    public const int MaxDepth = 128;

    /// <summary>Bytes of a text, both ways: a call cannot be interrupted.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Values, lists and objects included, of a text, both ways.</summary>
    public const int MaxValues = 1_000_000;

    /// <summary>Writes a value behind what the buffer holds.</summary>
    /// <returns>Null, or why it has no JSON text, with the path to the place; the buffer is then as before.</returns>
    public static Error? Encode(LuaStack stack, int index, ByteBuffer buffer)
    {
        var start = buffer.WrittenCount;
        var problem = LuaJsonWriter.Write(stack, stack.Absolute(index), buffer);
        if (problem is not null) buffer.Truncate(start);
        return problem;
    }

    /// <summary>Pushes the value of a text.</summary>
    /// <returns>Null, or what is wrong, with line and column; nothing is pushed then.</returns>
    public static Error? Decode(LuaBehavior behavior, LuaStack stack, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return new Error(ErrorKind.Invalid, "cannot decode an empty text as JSON");
        if (text.Length > MaxBytes) return TooLong(text.Length);
        var top = stack.Top;
        var problem = LuaJsonReader.Read(behavior, stack, text);
        if (problem is not null) stack.SetTop(top);
        return problem;
    }

    /// <summary>The complaint about a text over <see cref="MaxBytes"/>.</summary>
    public static Error TooLong(long length) => new(ErrorKind.LimitExceeded, $"a JSON text of {length} bytes (the limit is {MaxBytes})");
}
