using System.Collections.Immutable;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>One immutable version of all entries; they are valid as a whole. Any thread.</summary>
internal sealed class Snapshot
{
    private Snapshot(long version, string baseHash, ImmutableSortedDictionary<EntryId, Entry> entries)
    {
        Version = version;
        BaseHash = baseHash;
        Entries = entries;
    }

    /// <summary>0 for the declared entries; each applied change set adds one.</summary>
    public long Version { get; }

    /// <summary><see cref="EntryHash"/> of version 0, kept by the versions that follow: names the app a node runs.</summary>
    public string BaseHash { get; }

    /// <summary>By id, in id order.</summary>
    public ImmutableSortedDictionary<EntryId, Entry> Entries { get; }

    /// <summary>Version 0 of an app.</summary>
    /// <param name="entries">Validated.</param>
    public static Snapshot FromDeclared(ImmutableSortedDictionary<EntryId, Entry> entries) =>
        new(0, EntryHash.Of(entries.Values), entries);

    /// <summary>The version that follows this one.</summary>
    /// <param name="entries">Validated.</param>
    public Snapshot Next(ImmutableSortedDictionary<EntryId, Entry> entries) => new(Version + 1, BaseHash, entries);
}
