using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>One immutable version of all entries; they are valid as a whole. Any thread.</summary>
internal sealed class Snapshot
{
    private readonly FrozenDictionary<EntryId, HostSpec> _hosts;
    private readonly FrozenDictionary<EntryId, ProcessSpec> _processes;

    private Snapshot(long version, string baseHash, ImmutableSortedDictionary<EntryId, Entry> entries)
    {
        Version = version;
        BaseHash = baseHash;
        Entries = entries;
        _hosts = entries.Values.Where(e => e.Kind is EntryKinds.ProcessHost or EntryKinds.TerminalHost).Select(HostSpec.Compile).ToFrozenDictionary(spec => spec.Id);
        _processes = entries.Values.Select(ProcessSpec.Compile).OfType<ProcessSpec>().ToFrozenDictionary(spec => spec.Id);
    }

    /// <summary>0 for the declared entries; each applied change set adds one.</summary>
    public long Version { get; }

    /// <summary><see cref="EntryHash"/> of version 0, kept by the versions that follow: names the app a node runs.</summary>
    public string BaseHash { get; }

    /// <summary>By id, in id order.</summary>
    public ImmutableSortedDictionary<EntryId, Entry> Entries { get; }

    /// <summary>The hosts, compiled, in no particular order.</summary>
    public IReadOnlyCollection<HostSpec> Hosts => _hosts.Values;

    /// <summary>What processes can be spawned from, compiled, in no particular order.</summary>
    public IReadOnlyCollection<ProcessSpec> Processes => _processes.Values;

    public bool TryGetHost(EntryId id, [NotNullWhen(true)] out HostSpec? host) => _hosts.TryGetValue(id, out host);

    public bool TryGetProcess(EntryId id, [NotNullWhen(true)] out ProcessSpec? process) => _processes.TryGetValue(id, out process);

    /// <summary>Version 0 of an app.</summary>
    /// <param name="entries">Validated.</param>
    public static Snapshot FromDeclared(ImmutableSortedDictionary<EntryId, Entry> entries) =>
        new(0, EntryHash.Of(entries.Values), entries);

    /// <summary>The version that follows this one.</summary>
    /// <param name="entries">Validated.</param>
    public Snapshot Next(ImmutableSortedDictionary<EntryId, Entry> entries) => new(Version + 1, BaseHash, entries);
}
