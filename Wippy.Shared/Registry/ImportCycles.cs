using System.Collections.Immutable;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>Finds Lua entries that import each other in a circle: none of them could be loaded first.</summary>
internal sealed class ImportCycles
{
    private readonly ImmutableSortedDictionary<EntryId, Entry> _entries;
    private readonly ProblemList _problems;

    /// <summary>The chain of imports being followed, from the entry it began with.</summary>
    private readonly List<EntryId> _chain = [];
    private readonly HashSet<EntryId> _visited = [];

    private ImportCycles(ImmutableSortedDictionary<EntryId, Entry> entries, ProblemList problems)
    {
        _entries = entries;
        _problems = problems;
    }

    /// <summary>Reports each cycle once, at the import of its first member in id order.</summary>
    public static void Report(ImmutableSortedDictionary<EntryId, Entry> entries, ProblemList problems)
    {
        var search = new ImportCycles(entries, problems);
        foreach (var entry in entries.Values) search.Visit(entry);
    }

    private void Visit(Entry entry)
    {
        if (_chain.IndexOf(entry.Id) is var start and >= 0)
        {
            ReportCycle(_chain[start..]);
            return;
        }
        if (!_visited.Add(entry.Id)) return;
        _chain.Add(entry.Id);
        foreach (var (_, id) in ImportsOf(entry))
        {
            if (_entries.TryGetValue(id, out var imported)) Visit(imported);
        }
        _chain.RemoveAt(_chain.Count - 1);
    }

    private void ReportCycle(List<EntryId> members)
    {
        var first = members.IndexOf(members.Min()!);
        List<EntryId> cycle = [.. members[first..], .. members[..first], members[first]];
        var entry = _entries[cycle[0]];
        var alias = ImportsOf(entry).First(import => import.Id == cycle[1]).Alias;
        _problems.Error(entry, FieldPath.Member("imports", alias), $"imports form a cycle: {string.Join(" -> ", cycle)}");
    }

    private static IEnumerable<(string Alias, EntryId Id)> ImportsOf(Entry entry)
    {
        if (entry.Kind is not (EntryKinds.LuaProcess or EntryKinds.LuaFunction or EntryKinds.LuaLibrary)) yield break;
        if (entry.Fields.GetValueOrDefault("imports") is not IReadOnlyDictionary<string, object?> imports) yield break;
        foreach (var (alias, reference) in imports)
        {
            if (EntryId.TryResolve(reference as string, entry.Id.Namespace, out var id)) yield return (alias, id);
        }
    }
}
