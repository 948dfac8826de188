using System.Collections.Frozen;
using System.Collections.Immutable;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>The modules that each zone grants its programs, where <c>security.zone</c> entries say so; several for one zone must all grant. Immutable; any thread.</summary>
internal sealed class ZoneModules
{
    private readonly FrozenDictionary<string, FrozenSet<string>> _granted;

    private ZoneModules(FrozenDictionary<string, FrozenSet<string>> granted) => _granted = granted;

    /// <param name="entries">Those with errors left out.</param>
    public static ZoneModules Compile(IEnumerable<Entry> entries) => new(entries
        .Where(entry => entry.Kind == EntryKinds.SecurityZone && new EntryFields(entry.Fields).Has("modules"))
        .Select(entry => new EntryFields(entry.Fields))
        .GroupBy(fields => Zones.TryParse(fields.Text("zone"), out var zone) ? zone.ToText() : throw new InvalidOperationException("an entry was not validated"), fields => fields.Texts("modules"))
        .ToFrozenDictionary(zone => zone.Key, zone => zone.Aggregate(zone.First().ToImmutableHashSet(), (all, some) => all.Intersect(some)).ToFrozenSet(StringComparer.Ordinal)));

    /// <summary>What a zone grants; null for every module there is.</summary>
    public IReadOnlySet<string>? Of(Zone zone) => _granted.GetValueOrDefault(zone.ToText());
}
