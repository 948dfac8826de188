using System.Collections.Immutable;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>
/// A check that the registry cannot make itself, because its subject (policies, Lua code) is known only further up.
/// It sees all entries that could be read and skips those with <see cref="ProblemList.HasErrorsIn"/>.
/// </summary>
internal delegate void EntryCheck(ImmutableSortedDictionary<EntryId, Entry> entries, ProblemList problems);

/// <summary>Puts values from outside into entries before they are validated, and reports those that are not there.</summary>
internal delegate ImmutableSortedDictionary<EntryId, Entry> EntrySettlement(ImmutableSortedDictionary<EntryId, Entry> entries, ProblemList problems);

/// <summary>From an app folder to version 0 of its registry.</summary>
internal static class AppLoader
{
    /// <summary>Reads and validates all entries. Never throws for what an app author may get wrong.</summary>
    /// <param name="appFolder">Absolute, or relative to the working folder.</param>
    /// <param name="checks">Run after the entries were validated as such, in this order.</param>
    public static LoadResult Load(string appFolder, params ReadOnlySpan<EntryCheck> checks) => Load(appFolder, new LoadOptions(), checks);

    /// <summary>As <see cref="Load(string, ReadOnlySpan{EntryCheck})"/>.</summary>
    /// <param name="appFolder">Absolute, or relative to the working folder.</param>
    /// <param name="options">Overrides, and what is done about that which cannot be read.</param>
    /// <param name="checks">Run after the entries were validated as such, in this order.</param>
    public static LoadResult Load(string appFolder, LoadOptions options, params ReadOnlySpan<EntryCheck> checks)
    {
        var problems = new ProblemList();
        if (AppSource.Find(appFolder, problems) is not { } source) return new LoadResult(null, problems.Sorted(), AppSettings.Default);

        var settings = AppSettings.Read(appFolder, options, problems);
        var reading = options.IsLenient ? new ProblemList() : problems;
        var entries = YamlEntries.Read(source, reading);
        if (options.IsLenient) entries = LenientEntries.Filter(entries, reading, problems);
        entries = EntryOverrides.Apply(entries, options.Overrides, problems);
        if (options.Settlement is not null) entries = options.Settlement(entries, problems);
        while (true)
        {
            var found = options.IsLenient ? new ProblemList() : problems;
            EntryValidator.Validate(entries, found);
            foreach (var check in checks) check(entries, found);
            if (!options.IsLenient) break;
            // What is left out may be missing elsewhere, so the rest is checked again.
            var before = entries.Count;
            entries = LenientEntries.Filter(entries, found, problems);
            if (entries.Count == before) break;
        }
        return new LoadResult(problems.HasErrors ? null : Snapshot.FromDeclared(entries), problems.Sorted(), settings);
    }
}
