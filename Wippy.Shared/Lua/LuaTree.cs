using System.Diagnostics.CodeAnalysis;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Lua;

/// <summary>
/// Lua tables as plain trees of .NET values (null, bool, long, double, string, lists, string-keyed maps), for what outlives the
/// program that made them: attributes of actors and of requests.
/// </summary>
internal static class LuaTree
{
    /// <summary>Tables inside tables.</summary>
    public const int MaxDepth = 32;

    /// <summary>Values in one tree, and characters of text.</summary>
    public const int MaxSize = 65_536;

    /// <summary>An empty map.</summary>
    public static readonly IReadOnlyDictionary<string, object?> NoFields = new Dictionary<string, object?>();

    /// <summary>Reads a table as a map; nil and what was not passed as an empty one.</summary>
    /// <param name="stack">Whose; nothing stays pushed.</param>
    /// <param name="index">Of the table.</param>
    /// <param name="map">The map; its keys are text.</param>
    /// <param name="problem">What cannot be in a tree, to follow the words "must be".</param>
    /// <param name="maxSize">Values in it, and characters of text.</param>
    public static bool TryReadMap(
        LuaStack stack,
        int index,
        [NotNullWhen(true)] out IReadOnlyDictionary<string, object?>? map,
        [NotNullWhen(false)] out string? problem,
        int maxSize = MaxSize)
    {
        map = null;
        problem = null;
        if (stack.IsNoneOrNil(index))
        {
            map = NoFields;
            return true;
        }
        var budget = new Budget(maxSize);
        if (stack.TypeOf(index) != LuaType.Table) problem = "a table";
        else if (!TryRead(stack, stack.Absolute(index), MaxDepth, ref budget, out var value, out problem)) map = null;
        else if (value is IReadOnlyList<object?> { Count: 0 }) map = NoFields;
        else if ((map = value as IReadOnlyDictionary<string, object?>) is null) problem = "a table with text as keys";
        return map is not null;
    }

    /// <summary>Pushes a tree.</summary>
    public static void Push(LuaStack stack, object? tree)
    {
        using var buffer = new ByteBuffer();
        var writer = new MessagePackWriter(buffer);
        PayloadValues.Write(ref writer, tree);
        writer.Flush();
        LuaCodec.DecodeOne(stack, buffer.WrittenSpan);
    }

    private static bool TryRead(LuaStack stack, int index, int depth, ref Budget budget, out object? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        problem = budget.Take(1);
        switch (stack.TypeOf(index))
        {
            case LuaType.Nil: break;
            case LuaType.Boolean: value = stack.ToBoolean(index); break;
            case LuaType.Number: value = stack.IsInteger(index) ? (object)stack.ToInteger(index) : stack.ToNumber(index); break;
            case LuaType.String:
                problem ??= budget.Take(stack.ToBytes(index).Length);
                if (problem is null) value = stack.ToText(index);
                break;
            case LuaType.Table when depth == 0 || !stack.Reserve(6): problem = $"no deeper than {MaxDepth} tables"; break;
            case LuaType.Table when problem is null: return TryReadTable(stack, index, depth, ref budget, out value, out problem);
            case LuaType.Table: break;
            default: problem = $"without a {LuaArguments.TypeName(stack, index)} in it"; break;
        }
        return problem is null;
    }

    private static bool TryReadTable(LuaStack stack, int index, int depth, ref Budget budget, out object? value, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        value = null;
        if (LuaFrozen.TryPushContents(stack, index))
        {
            var isRead = TryReadTable(stack, stack.Top, depth, ref budget, out value, out problem);
            stack.Pop(1);
            return isRead;
        }
        var items = new SortedDictionary<long, object?>();
        var fields = new Dictionary<string, object?>(StringComparer.Ordinal);
        stack.PushNil();
        while (stack.Next(index))
        {
            if (TryRead(stack, stack.Top, depth - 1, ref budget, out var item, out problem))
            {
                if (stack.TypeOf(-2) == LuaType.String) problem = budget.Take(stack.ToBytes(-2).Length);
                if (problem is null && stack.TypeOf(-2) == LuaType.String) fields[stack.ToText(-2)] = item;
                else if (stack.TypeOf(-2) == LuaType.Number && stack.IsInteger(-2)) items[stack.ToInteger(-2)] = item;
                else problem ??= "with text or 1..n as keys";
            }
            stack.Pop(1);
            if (problem is null) continue;
            stack.Pop(1);
            return false;
        }
        var isList = fields.Count == 0 && (items.Count == 0 || (items.First().Key == 1 && items.Last().Key == items.Count));
        if (isList) value = items.Values.ToList();
        else if (items.Count == 0) value = fields;
        else problem = "with text or 1..n as keys";
        return problem is null;
    }

    // Values and characters that may still come.
    private struct Budget(int max)
    {
        private int _used;

        public string? Take(int amount) => (_used += amount) > max ? $"smaller than {max} values and characters" : null;
    }
}
