using System.Text.Json;
using System.Text.Unicode;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Lua.Json;

/// <summary>One JSON text on its way to the Lua stack; see <see cref="LuaJson"/>.</summary>
internal static class LuaJsonReader
{
    private const int ValuesPerLook = 1024;

    /// <inheritdoc cref="LuaJson.Decode"/>
    public static Error? Read(LuaBehavior behavior, LuaStack stack, ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text)) return new Error(ErrorKind.Internal, "cannot decode a text that is not UTF-8 as JSON");
        try
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = LuaJson.MaxDepth });
            var values = 0;
            reader.Read();
            var isWhole = Value(behavior, stack, ref reader, ref values);
            if (isWhole) reader.Read();   // nothing may follow
            return isWhole ? null : new Error(ErrorKind.LimitExceeded, "the value of this JSON text needs more memory than the process may use");
        }
        catch (JsonException problem)
        {
            return new Error(ErrorKind.Internal, Describe(problem));
        }
        catch (InvalidOperationException)
        {
            return new Error(ErrorKind.Internal, "cannot decode JSON: an escape stands for half of a character (a lone surrogate)");
        }
    }

    /// <summary>The parser's message with the place in front, as people count.</summary>
    public static string Describe(JsonException problem)
    {
        var text = problem.Message;
        var place = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        if (place >= 0) text = text[..place];
        return problem.LineNumber is { } line
            ? $"cannot decode JSON, line {line + 1}, column {problem.BytePositionInLine + 1}: {text}"
            : $"cannot decode JSON: {text}";
    }

    // False when the process has no memory left for it; its end follows the call.
    private static bool Value(LuaBehavior behavior, LuaStack stack, ref Utf8JsonReader reader, ref int values)
    {
        if (++values > LuaJson.MaxValues) throw new JsonException($"more than {LuaJson.MaxValues} values");
        if (values % ValuesPerLook == 0 && behavior.State.IsOverLimit) return false;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                stack.PushNil();
                return true;
            case JsonTokenType.True or JsonTokenType.False:
                stack.Push(reader.TokenType == JsonTokenType.True);
                return true;
            case JsonTokenType.Number:
                Number(stack, ref reader);
                return true;
            case JsonTokenType.String:
                Text(stack, ref reader);
                return true;
            case JsonTokenType.StartArray:
                Enter(stack);
                for (var i = 1; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
                {
                    if (!Value(behavior, stack, ref reader, ref values)) return false;
                    stack.RawSet(-2, i);
                }
                return true;
            default:
                return Object(behavior, stack, ref reader, ref values);
        }
    }

    private static bool Object(LuaBehavior behavior, LuaStack stack, ref Utf8JsonReader reader, ref int values)
    {
        Enter(stack);
        var isEmpty = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            isEmpty = false;
            Text(stack, ref reader);
            reader.Read();
            if (!Value(behavior, stack, ref reader, ref values)) return false;
            stack.RawSet(-3);
        }
        if (isEmpty) LuaEmptyMaps.Add(stack);
        return true;
    }

    private static void Enter(LuaStack stack)
    {
        if (!stack.Reserve(8)) throw new JsonException("nested too deep for the Lua stack");
        stack.NewTable();
    }

    private static void Number(LuaStack stack, ref Utf8JsonReader reader)
    {
        if (reader.TryGetInt64(out var whole))
        {
            stack.Push(whole);
            return;
        }
        var number = reader.GetDouble();
        if (!double.IsFinite(number)) throw new JsonException($"the number at byte {reader.TokenStartIndex + 1} is out of range");
        stack.Push(number);
    }

    private static void Text(LuaStack stack, ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            stack.Push(reader.ValueSpan);
            return;
        }
        using var buffer = new ByteBuffer(reader.ValueSpan.Length);
        var length = reader.CopyString(buffer.GetSpan(reader.ValueSpan.Length));
        buffer.Advance(length);
        stack.Push(buffer.WrittenSpan);
    }
}
