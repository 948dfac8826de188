using System.Collections.Immutable;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>Leaves out what this runtime cannot take, and what needs it, so that the rest of an app loads.</summary>
internal static class LenientEntries
{
    /// <summary>Skips entries with errors, entries of unknown kinds, and their dependents, each with a warning.</summary>
    /// <param name="entries">As read, or what was left of them.</param>
    /// <param name="found">What is wrong with them; becomes warnings.</param>
    /// <param name="problems">Receives the warnings.</param>
    public static ImmutableSortedDictionary<EntryId, Entry> Filter(
        ImmutableSortedDictionary<EntryId, Entry> entries, ProblemList found, ProblemList problems)
    {
        foreach (var problem in found.Sorted()) problems.Add(problem with { Severity = Severity.Warning });
        var skipped = new HashSet<EntryId>();
        foreach (var entry in entries.Values)
        {
            if (found.HasErrorsIn(entry.Id))
            {
                skipped.Add(entry.Id);
            }
            else if (EntryKinds.Find(entry.Kind) is null)
            {
                skipped.Add(entry.Id);
                problems.Warning(entry, "kind", $"unknown kind '{entry.Kind}', the entry is skipped");
            }
        }
        for (var before = -1; before < skipped.Count;)
        {
            before = skipped.Count;
            foreach (var entry in entries.Values.Where(entry => !skipped.Contains(entry.Id)))
            {
                if (Dependencies.Of(entry).FirstOrDefault(skipped.Contains) is not { } needed) continue;
                skipped.Add(entry.Id);
                problems.Warning(entry, null, $"skipped, because it needs {needed}, which is skipped");
            }
        }
        return entries.RemoveRange(skipped);
    }
}
