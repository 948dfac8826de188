using System.Collections.Immutable;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>Reads the declared entries of an app, whatever files they are spread over.</summary>
internal static class YamlEntries
{
    /// <summary>Reads every file; what cannot be read is reported and left out. Of entries with one id the last is kept, with a warning.</summary>
    public static ImmutableSortedDictionary<EntryId, Entry> Read(AppSource source, ProblemList problems)
    {
        var entries = ImmutableSortedDictionary.CreateBuilder<EntryId, Entry>();
        foreach (var path in source.Files(problems))
        {
            foreach (var entry in EntryFile.Read(source, path, problems))
            {
                if (entries.TryGetValue(entry.Id, out var first)) problems.Warning(entry, null, $"declared twice: this one counts, not the one at {first.Location}");
                entries[entry.Id] = entry;
            }
        }
        return entries.ToImmutable();
    }
}
