using System.Diagnostics.CodeAnalysis;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Stores;

/// <summary>The stores of one node, each made when it is first asked for. A store whose entry is gone or changed is forgotten. Any thread.</summary>
internal sealed class MemoryStores(EntryRegistry registry, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<EntryId, MemoryStore> _stores = [];   // guarded by _lock

    /// <summary>The store of an entry.</summary>
    /// <returns>False when there is no such entry, or it is no store.</returns>
    public bool TryGet(EntryId id, [NotNullWhen(true)] out MemoryStore? store)
    {
        store = null;
        lock (_lock)
        {
            if (!registry.Current.Entries.TryGetValue(id, out var entry) || entry.Kind != EntryKinds.MemoryStore)
            {
                _stores.Remove(id);
                return false;
            }
            if (!_stores.TryGetValue(id, out store) || !ReferenceEquals(store.Entry, entry)) _stores[id] = store = new MemoryStore(entry, clock);
            return true;
        }
    }
}
