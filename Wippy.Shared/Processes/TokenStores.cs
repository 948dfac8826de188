using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Processes;

/// <summary>The token stores of one node, each opened when it is first asked for. One whose entry changed is opened anew. Any thread.</summary>
internal sealed class TokenStores(Node node)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<EntryId, TokenStore> _stores = [];   // guarded by _lock

    /// <summary>The store of an entry.</summary>
    /// <param name="id">Its id as text.</param>
    /// <param name="error">NotFound, or why it cannot be opened.</param>
    public TokenStore? Get(string id, out Error? error)
    {
        lock (_lock)
        {
            error = null;
            if (!EntryId.TryParse(id, out var parsed) || !node.Registry.Current.Entries.TryGetValue(parsed, out var entry) || entry.Kind != EntryKinds.TokenStore)
            {
                error = new Error(ErrorKind.NotFound, $"token store not found: {id}");
                return null;
            }
            if (_stores.TryGetValue(parsed, out var known) && ReferenceEquals(known.Entry, entry)) return known;
            if (TokenStore.Open(node, entry, out error) is not { } store) return null;
            return _stores[parsed] = store;
        }
    }
}
