using System.Collections.Immutable;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>
/// What entries need each other, derived from the fields that <see cref="EntryKinds"/> knows as references
/// (<c>host</c>, <c>process</c>, <c>imports</c>, <c>lifecycle.requires</c> and so on). Pure.
/// </summary>
internal static class Dependencies
{
    /// <summary>The entries that an entry refers to, each once, in the order of its fields.</summary>
    /// <param name="entry">Validated; an unknown kind has none.</param>
    public static IReadOnlyCollection<EntryId> Of(Entry entry)
    {
        if (EntryKinds.Find(entry.Kind) is not { } kind) return [];
        var found = new List<EntryId>();
        Collect(kind.Data, entry.Settled, entry, found);
        Collect(kind.Meta, entry.Meta, entry, found);
        return [.. found.Distinct()];
    }

    /// <summary>
    /// Orders some entries so that each stands behind those it needs, directly or through others; ties, and members of a
    /// circle, in id order.
    /// </summary>
    /// <param name="ids">Those to order.</param>
    /// <param name="entries">All entries.</param>
    public static IReadOnlyList<EntryId> Order(IEnumerable<EntryId> ids, ImmutableSortedDictionary<EntryId, Entry> entries)
    {
        var wanted = ids.ToHashSet();
        var ordered = new List<EntryId>(wanted.Count);
        var visited = new HashSet<EntryId>();
        foreach (var first in wanted.Order())
        {
            // Depth first with a stack of its own: a chain of references may be long.
            var path = new Stack<(EntryId Id, IEnumerator<EntryId> Needs)>();
            Enter(first);
            while (path.TryPeek(out var top))
            {
                if (top.Needs.MoveNext())
                {
                    Enter(top.Needs.Current);
                    continue;
                }
                path.Pop();
                if (wanted.Contains(top.Id)) ordered.Add(top.Id);
            }

            void Enter(EntryId id)
            {
                if (entries.TryGetValue(id, out var entry) && visited.Add(id)) path.Push((id, Of(entry).Order().GetEnumerator()));
            }
        }
        return ordered;
    }

    private static void Collect(FieldShape shape, object? value, Entry entry, List<EntryId> found)
    {
        switch (shape)
        {
            case FieldShape.Reference when EntryId.TryResolve(value as string, entry.Id.Namespace, out var id):
                found.Add(id);
                break;
            case FieldShape.OneOrMore several when value is not IReadOnlyList<object?>:
                Collect(several.Item, value, entry, found);
                break;
            case FieldShape.OneOrMore several:
                CollectItems(several.Item, value, entry, found);
                break;
            case FieldShape.ListOf list:
                CollectItems(list.Item, value, entry, found);
                break;
            case FieldShape.MapOf map when value is IReadOnlyDictionary<string, object?> pairs:
                foreach (var item in pairs.Values) Collect(map.Value, item, entry, found);
                break;
            case FieldShape.Structure structure when value is IReadOnlyDictionary<string, object?> fields:
                foreach (var field in structure.Fields) Collect(field.Shape, fields.GetValueOrDefault(field.Name), entry, found);
                break;
        }
    }

    private static void CollectItems(FieldShape shape, object? value, Entry entry, List<EntryId> found)
    {
        foreach (var item in value as IReadOnlyList<object?> ?? []) Collect(shape, item, entry, found);
    }
}
