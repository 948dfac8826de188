using System.Collections.Immutable;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>
/// The difference between two versions, each entry at most once, in the order in which it takes effect: deletions,
/// dependents first, then creations and updates, each behind what it needs. Immutable; any thread.
/// </summary>
internal sealed class ChangeSet
{
    private ChangeSet(ImmutableArray<EntryChange> changes) => Changes = changes;

    public ImmutableArray<EntryChange> Changes { get; }

    /// <summary>Whether entries of a kind came, changed or went.</summary>
    /// <param name="before">The version it starts from.</param>
    /// <param name="isKind">Which kinds.</param>
    public bool Concerns(Snapshot before, Predicate<string> isKind) => Changes.Any(change =>
        (change.Entry is { } now && isKind(now.Kind)) || (before.Entries.TryGetValue(change.Id, out var was) && isKind(was.Kind)));

    /// <summary>What leads from some entries to others. An entry that is the same object in both has not changed.</summary>
    public static ChangeSet Between(ImmutableSortedDictionary<EntryId, Entry> from, ImmutableSortedDictionary<EntryId, Entry> to)
    {
        var gone = Dependencies.Order(Gone(from, to), from);
        var changed = Dependencies.Order(Changed(from, to).Select(entry => entry.Id), to);
        return new ChangeSet(
        [
            .. gone.Reverse().Select(EntryChange.Delete),
            .. changed.Select(id => from.ContainsKey(id) ? EntryChange.Update(to[id]) : EntryChange.Create(to[id])),
        ]);
    }

    /// <summary>The entries that were not there before, or not the same object.</summary>
    public static IEnumerable<Entry> Changed(ImmutableSortedDictionary<EntryId, Entry> before, ImmutableSortedDictionary<EntryId, Entry> after) =>
        after.Values.Where(entry => !before.TryGetValue(entry.Id, out var was) || !ReferenceEquals(was, entry));

    /// <summary>What is no longer there.</summary>
    public static IEnumerable<EntryId> Gone(ImmutableSortedDictionary<EntryId, Entry> before, ImmutableSortedDictionary<EntryId, Entry> after) =>
        before.Keys.Where(id => !after.ContainsKey(id));

    /// <summary>The entries after some operations, done one after the other.</summary>
    /// <param name="entries">Those before.</param>
    /// <param name="operations">What is asked for, in any order that makes sense by itself.</param>
    /// <param name="problems">Receives what cannot be done; the operation is then skipped.</param>
    public static ImmutableSortedDictionary<EntryId, Entry> Perform(
        ImmutableSortedDictionary<EntryId, Entry> entries, IReadOnlyList<EntryChange> operations, ProblemList problems)
    {
        var result = entries.ToBuilder();
        foreach (var (kind, id, entry) in operations)
        {
            var isThere = result.ContainsKey(id);
            if (kind == EntryChangeKind.Create && isThere) Refuse(id, "cannot be created: there is an entry of that id", problems);
            else if (kind != EntryChangeKind.Create && !isThere) Refuse(id, $"cannot be {(kind == EntryChangeKind.Update ? "updated" : "deleted")}: no entry of that id{NearMiss.Suggest(id.ToString(), entries.Keys.Select(known => known.ToString()))}", problems);
            else if (kind == EntryChangeKind.Delete) result.Remove(id);
            else result[id] = entry!;
        }
        return result.ToImmutable();
    }

    private static void Refuse(EntryId id, string why, ProblemList problems) =>
        problems.Add(new Problem(Severity.Error, default, id, null, why));
}
