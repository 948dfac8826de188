using Wippy.Shared.Errors;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Lua.Yaml;

namespace Wippy.Shared.Lua.Modules;

/// <summary>The <c>yaml</c> module (docs/modules/yaml.md).</summary>
internal static class YamlModule
{
    private const int MaxPreferred = 1_000;

    public static LuaLibrary Library { get; } = new LuaLibrary("yaml")
        .Fallible("encode(value, options?: {field_order: string[]?, sort_unordered: boolean?}): string!", Encode)
        .Fallible("decode(text: string): any!", Decode);

    private static int Encode(LuaBehavior behavior, LuaStack stack)
    {
        if (stack.TypeOf(1) != LuaType.Table) return LuaResults.Failure(stack, ErrorKind.Invalid, $"cannot encode a {LuaArguments.TypeName(stack, 1)} (a table expected)");
        if (!stack.IsNoneOrNil(2) && stack.TypeOf(2) != LuaType.Table) return LuaResults.BadArgument(stack, 2, "encode", "table");
        var preferred = new List<string>();
        if (LuaFrozen.IsTable(stack, 2) && stack.RawGetField(2, "field_order"u8) == LuaType.Table && LuaFrozen.IsTable(stack, stack.Top))
        {
            var order = stack.Top;
            for (var i = 1; i <= MaxPreferred && stack.RawGet(order, i) == LuaType.String; i++)
            {
                preferred.Add(stack.ToText(-1));
                stack.Pop(1);
            }
        }
        stack.SetTop(1);
        return LuaYamlWriter.Write(stack, 1, preferred, out var text) is { } problem ? LuaResults.Failure(stack, problem) : LuaResults.Text(stack, text);
    }

    private static int Decode(LuaBehavior behavior, LuaStack stack)
    {
        if (stack.TypeOf(1) != LuaType.String) return LuaResults.Failure(stack, ErrorKind.Invalid, $"cannot decode a {LuaArguments.TypeName(stack, 1)} (a string expected)");
        return LuaYamlReader.Read(stack, stack.ToBytes(1)) is { } problem ? LuaResults.Failure(stack, problem) : LuaResults.Top(stack);
    }
}
