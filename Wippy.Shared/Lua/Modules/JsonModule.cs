using System.Text.Json;
using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Json;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>json</c> module (docs/modules/json.md).</summary>
internal static class JsonModule
{
    private static readonly JsonDocumentOptions ParseOptions = new() { MaxDepth = LuaJson.MaxDepth };

    public static LuaLibrary Library { get; } = new LuaLibrary("json")
        .Fallible("encode(value): string!", Encode)
        .Fallible("decode(text: string): any!", Decode)
        .Fallible("validate(schema: table|string, value): boolean!", (_, stack) => Validate(stack, "validate", isText: false))
        .Fallible("validate_string(schema: table|string, text: string): boolean!", (_, stack) => Validate(stack, "validate_string", isText: true));

    private static int Encode(LuaBehavior behavior, LuaStack stack)
    {
        using var buffer = new ByteBuffer();
        return LuaJson.Encode(stack, 1, buffer) is { } problem ? LuaResults.Failure(stack, problem) : LuaResults.Text(stack, buffer.WrittenSpan);
    }

    private static int Decode(LuaBehavior behavior, LuaStack stack)
    {
        if (!LuaArguments.TryText(stack, 1, out ReadOnlySpan<byte> text)) return LuaResults.BadArgument(stack, 1, "decode", "string");
        return LuaJson.Decode(behavior, stack, text) is { } problem ? LuaResults.Failure(stack, problem) : LuaResults.Top(stack);
    }

    private static int Validate(LuaStack stack, string function, bool isText)
    {
        if (isText && stack.TypeOf(2) != LuaType.String) return LuaResults.BadArgument(stack, 2, function, "string");
        if (stack.TypeOf(1) is not (LuaType.Table or LuaType.String)) return LuaResults.BadArgument(stack, 1, function, "table or string");
        using var schema = Parse(stack, 1, stack.TypeOf(1) == LuaType.String, "schema", out var problem);
        if (schema is null) return LuaResults.No(stack, problem!);
        using var value = Parse(stack, 2, isText, "value", out problem);
        if (value is null) return LuaResults.No(stack, problem!);
        problem = new JsonSchema(schema.RootElement, emptyIsEither: !isText).Check(value.RootElement);
        return problem is null ? LuaResults.Answer(stack, true) : LuaResults.No(stack, problem);
    }

    private static JsonDocument? Parse(LuaStack stack, int index, bool isText, string what, out Error? problem)
    {
        using var buffer = new ByteBuffer();
        problem = null;
        var text = stack.ToBytes(index);
        if (!isText)
        {
            problem = LuaJson.Encode(stack, index, buffer);
            text = buffer.WrittenSpan;
        }
        else if (text.Length > LuaJson.MaxBytes)
        {
            problem = LuaJson.TooLong(text.Length);
        }
        try
        {
            // A copy, because the document outlives the buffer.
            if (problem is null) return JsonDocument.Parse(text.ToArray(), ParseOptions);
        }
        catch (JsonException wrong)
        {
            problem = new Error(ErrorKind.Invalid, LuaJsonReader.Describe(wrong));
        }
        // Here a value that has no JSON text is not valid, and no failure of ours.
        problem = problem! with { Kind = problem.Kind == ErrorKind.Internal ? ErrorKind.Invalid : problem.Kind, Message = $"{what}: {problem.Message}" };
        return null;
    }
}
