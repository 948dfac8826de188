using System.Diagnostics.CodeAnalysis;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Lua;

/// <summary>Registry entries as Lua tables <c>{id, kind, meta, data}</c>.</summary>
internal static class LuaEntries
{
    /// <summary>Values in one entry, and characters of text.</summary>
    public const int MaxSize = 4 << 20;

    /// <summary>Pushes an entry.</summary>
    public static void Push(LuaStack stack, Entry entry)
    {
        stack.NewTable(0, 4);
        stack.Push(entry.Id.ToString());
        stack.RawSetField(-2, "id"u8);
        stack.Push(entry.Kind);
        stack.RawSetField(-2, "kind"u8);
        LuaTree.Push(stack, entry.Meta);
        stack.RawSetField(-2, "meta"u8);
        LuaTree.Push(stack, entry.Data);
        stack.RawSetField(-2, "data"u8);
    }

    /// <summary>Reads an entry.</summary>
    /// <param name="stack">Whose; nothing stays pushed.</param>
    /// <param name="index">Of the table.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="problem">What it lacks, to follow the words "must be".</param>
    public static bool TryRead(LuaStack stack, int index, [NotNullWhen(true)] out Entry? entry, [NotNullWhen(false)] out string? problem)
    {
        entry = null;
        if (!LuaTree.TryReadMap(stack, index, out var fields, out problem, MaxSize)) return false;
        if (!TryId(fields.GetValueOrDefault("id"), out var id)) problem = "a table whose id is \"namespace:name\"";
        else if (fields.GetValueOrDefault("kind") is not string kind) problem = "a table whose kind is a string";
        else if (Shaped(FreeMap, fields.GetValueOrDefault("meta")) is not IReadOnlyDictionary<string, object?> meta) problem = "a table whose meta is a table with text as keys";
        else entry = new Entry(id, kind, meta, Shaped(EntryKinds.Find(kind)?.Data, fields.GetValueOrDefault("data")));
        return entry is not null;
    }

    /// <summary>Reads an id: <c>"namespace:name"</c> or <c>{ns = ..., name = ...}</c>.</summary>
    public static bool TryReadId(LuaStack stack, int index, [NotNullWhen(true)] out EntryId? id)
    {
        id = null;
        if (stack.TypeOf(index) == LuaType.String) return EntryId.TryParse(stack.ToText(index), out id);
        return stack.TypeOf(index) == LuaType.Table && LuaTree.TryReadMap(stack, index, out var parts, out _) && TryId(parts, out id);
    }

    private static readonly FieldShape FreeMap = new FieldShape.Structure(Open: true);

    private static bool TryId(object? value, [NotNullWhen(true)] out EntryId? id)
    {
        if (value is IReadOnlyDictionary<string, object?> parts) value = $"{parts.GetValueOrDefault("ns")}:{parts.GetValueOrDefault("name")}";
        return EntryId.TryParse(value as string, out id);
    }

    // An empty table is read as a list; where the kind wants a map it is one. A map that is not there is empty.
    private static object? Shaped(FieldShape? shape, object? value) => (shape, value) switch
    {
        (FieldShape.Structure or FieldShape.MapOf, null or IReadOnlyList<object?> { Count: 0 }) => new Dictionary<string, object?>(),
        (FieldShape.Structure structure, IReadOnlyDictionary<string, object?> fields) =>
            fields.ToDictionary(field => field.Key, field => field.Value is null ? null : Shaped(Array.Find(structure.Fields, known => known.Name == field.Key)?.Shape, field.Value)),
        (FieldShape.MapOf map, IReadOnlyDictionary<string, object?> pairs) => pairs.ToDictionary(pair => pair.Key, pair => Shaped(map.Value, pair.Value)),
        (FieldShape.ListOf list, IReadOnlyList<object?> items) => items.Select(item => Shaped(list.Item, item)).ToList(),
        _ => value,
    };
}
