using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>One immutable version of all entries; they are valid as a whole. Any thread.</summary>
internal sealed class Snapshot
{
    private static readonly Snapshot Empty = new(
        0,
        new Lazy<string>(""),
        ImmutableSortedDictionary<EntryId, Entry>.Empty,
        ImmutableDictionary<EntryId, HostSpec>.Empty,
        ImmutableDictionary<EntryId, ProcessSpec>.Empty,
        ImmutableDictionary<EntryId, FunctionSpec>.Empty);

    private readonly Lazy<string> _baseHash;
    private readonly ImmutableDictionary<EntryId, HostSpec> _hosts;
    private readonly ImmutableDictionary<EntryId, ProcessSpec> _processes;
    private readonly ImmutableDictionary<EntryId, FunctionSpec> _functions;

    private Snapshot(
        long version,
        Lazy<string> baseHash,
        ImmutableSortedDictionary<EntryId, Entry> entries,
        ImmutableDictionary<EntryId, HostSpec> hosts,
        ImmutableDictionary<EntryId, ProcessSpec> processes,
        ImmutableDictionary<EntryId, FunctionSpec> functions)
    {
        Version = version;
        _baseHash = baseHash;
        Entries = entries;
        _hosts = hosts;
        _processes = processes;
        _functions = functions;
    }

    /// <summary>0 for the declared entries; each applied change set has the highest number so far plus one.</summary>
    public long Version { get; }

    /// <summary><see cref="EntryHash"/> of version 0, kept by the versions that follow: names the app a node runs.</summary>
    public string BaseHash => _baseHash.Value;

    /// <summary>By id, in id order.</summary>
    public ImmutableSortedDictionary<EntryId, Entry> Entries { get; }

    /// <summary>The hosts, compiled, in no particular order.</summary>
    public IEnumerable<HostSpec> Hosts => _hosts.Values;

    /// <summary>What processes can be spawned from, compiled, in no particular order.</summary>
    public IEnumerable<ProcessSpec> Processes => _processes.Values;

    public bool TryGetHost(EntryId id, [NotNullWhen(true)] out HostSpec? host) => _hosts.TryGetValue(id, out host);

    public bool TryGetProcess(EntryId id, [NotNullWhen(true)] out ProcessSpec? process) => _processes.TryGetValue(id, out process);

    public bool TryGetFunction(EntryId id, [NotNullWhen(true)] out FunctionSpec? function) => _functions.TryGetValue(id, out function);

    /// <summary>Version 0 of an app.</summary>
    /// <param name="entries">Validated.</param>
    public static Snapshot FromDeclared(ImmutableSortedDictionary<EntryId, Entry> entries) =>
        Make(0, new Lazy<string>(() => EntryHash.Of(entries.Values)), entries, Empty);

    /// <summary>Another version of the same app. What has not changed is not compiled again.</summary>
    /// <param name="version">Its number.</param>
    /// <param name="entries">Validated.</param>
    public Snapshot Next(long version, ImmutableSortedDictionary<EntryId, Entry> entries) => Make(version, _baseHash, entries, this);

    private static Snapshot Make(long version, Lazy<string> baseHash, ImmutableSortedDictionary<EntryId, Entry> entries, Snapshot known)
    {
        var gone = ChangeSet.Gone(known.Entries, entries).ToList();
        var changed = ChangeSet.Changed(known.Entries, entries).ToList();
        return new Snapshot(
            version,
            baseHash,
            entries,
            Update(known._hosts, HostSpec.TryCompile),
            Update(known._processes, ProcessSpec.Compile),
            Update(known._functions, FunctionSpec.TryCompile));

        ImmutableDictionary<EntryId, T> Update<T>(ImmutableDictionary<EntryId, T> specs, Func<Entry, T?> compile)
            where T : class
        {
            var updated = specs.ToBuilder();
            updated.RemoveRange(gone);
            foreach (var entry in changed)
            {
                if (compile(entry) is { } spec) updated[entry.Id] = spec;
                else updated.Remove(entry.Id);
            }
            return updated.ToImmutable();
        }
    }
}
