using System.Collections.Immutable;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>Reads the declared entries of an app, whatever files they are spread over.</summary>
internal static class YamlEntries
{
    /// <summary>Reads every file; what cannot be read is reported and left out. Of entries with one id the first is kept.</summary>
    public static ImmutableSortedDictionary<EntryId, Entry> Read(AppSource source, ProblemList problems)
    {
        var entries = ImmutableSortedDictionary.CreateBuilder<EntryId, Entry>();
        foreach (var path in source.Files(problems))
        {
            foreach (var entry in EntryFile.Read(source, path, problems))
            {
                if (entries.TryGetValue(entry.Id, out var first)) problems.Error(entry, null, $"declared twice, first at {first.Location}");
                else entries.Add(entry.Id, entry);
            }
        }
        return entries.ToImmutable();
    }
}
