using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Stores;

/// <summary>
/// A key-value store in the memory of one node (<c>store.memory</c>): values have versions and may expire; all is gone when the
/// node ends. Any thread; operations on one store happen one after the other.
/// </summary>
internal sealed class MemoryStore
{
    /// <summary>Keys and values together; beyond it writes are refused.</summary>
    public const long MaxBytes = 256L << 20;

    /// <summary>Values of a store whose entry says nothing else.</summary>
    public const int DefaultMaxSize = 1_000_000;

    private static readonly TimeSpan DefaultCleanup = TimeSpan.FromMinutes(5);

    private readonly TimeProvider _clock;
    private readonly int _maxSize;
    private readonly TimeSpan _cleanupInterval;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, StoreItem> _items = new(StringComparer.Ordinal);   // guarded by _lock, like all below
    private readonly SortedSet<string> _keys = new(StringComparer.Ordinal);
    private long _bytes;
    private DateTimeOffset _nextCleanup;

    /// <param name="entry">Validated, of kind <c>store.memory</c>.</param>
    /// <param name="clock">For what expires.</param>
    public MemoryStore(Entry entry, TimeProvider clock)
    {
        var fields = new EntryFields(entry.Fields);
        Entry = entry;
        _clock = clock;
        _maxSize = fields.Whole("max_size") ?? DefaultMaxSize;
        _cleanupInterval = fields.Duration("cleanup_interval") ?? DefaultCleanup;
        _nextCleanup = clock.GetUtcNow() + _cleanupInterval;
    }

    public EntryId Id => Entry.Id;

    /// <summary>What declares it.</summary>
    public Entry Entry { get; }

    /// <summary>The value of a key; null when there is none, or none any more.</summary>
    public StoreItem? Get(string key)
    {
        lock (_lock) return Live(key);
    }

    /// <summary>Sets a value. An earlier time to live does not carry over.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="value">One MessagePack value; kept.</param>
    /// <param name="ttl">How long it lives; null for ever.</param>
    /// <param name="condition">What must hold.</param>
    /// <param name="error">Why it was not set: AlreadyExists, Conflict, or LimitExceeded.</param>
    /// <returns>What is there now; null when it was not set.</returns>
    public StoreItem? Put(string key, byte[] value, TimeSpan? ttl, StoreCondition condition, out Error? error)
    {
        lock (_lock)
        {
            Cleanup();
            var before = Live(key);
            error = Refusal(key, before, condition);
            if (error is not null) return null;
            var now = _clock.GetUtcNow();
            DateTimeOffset? expires = ttl is { } span ? (span < DateTimeOffset.MaxValue - now ? now + span : null) : null;
            var item = new StoreItem(key, value, (before?.Version ?? 0) + 1, expires);
            if (IsFull(item, before, out error)) return null;
            _items[key] = item;
            _keys.Add(key);
            _bytes += item.Size - (before?.Size ?? 0);
            return item;
        }
    }

    /// <summary>Forgets a key.</summary>
    /// <returns>Whether there was a value.</returns>
    public bool Delete(string key)
    {
        lock (_lock)
        {
            var isThere = Live(key) is { } item;
            if (isThere) Remove(_items[key]);
            return isThere;
        }
    }

    /// <summary>Values by key.</summary>
    /// <param name="prefix">What their keys begin with.</param>
    /// <param name="after">Only keys behind this one; empty for all.</param>
    /// <param name="limit">At most so many.</param>
    public StorePage List(string prefix, string after, int limit)
    {
        lock (_lock)
        {
            Cleanup();
            var items = new List<StoreItem>();
            var first = string.CompareOrdinal(after, prefix) > 0 ? after : prefix;
            if (_keys.Max is not { } last || string.CompareOrdinal(first, last) > 0) return new StorePage(items, false);
            foreach (var key in _keys.GetViewBetween(first, last))
            {
                if (!key.StartsWith(prefix, StringComparison.Ordinal)) break;
                if (key == after || IsExpired(_items[key])) continue;
                if (items.Count == limit) return new StorePage(items, true);
                items.Add(_items[key]);
            }
            return new StorePage(items, false);
        }
    }

    private Error? Refusal(string key, StoreItem? before, StoreCondition condition)
    {
        if (condition.OnlyIfAbsent && before is not null) return new Error(ErrorKind.AlreadyExists, $"key already exists: {key}");
        if (condition.IfVersion is not { } version || version == before?.Version) return null;
        var state = before is null ? "there is no value" : $"it is {before.Version}";
        return new Error(ErrorKind.Conflict, $"version of key {key} is not {version}: {state}", Retryable: true);
    }

    private bool IsFull(StoreItem item, StoreItem? before, out Error? error)
    {
        error = null;
        if (before is null && _items.Count >= _maxSize) error = new Error(ErrorKind.LimitExceeded, $"store {Id} is full: {_maxSize} values (max_size)");
        else if (_bytes + item.Size - (before?.Size ?? 0) > MaxBytes) error = new Error(ErrorKind.LimitExceeded, $"store {Id} is full: {MaxBytes >> 20} MB");
        return error is not null;
    }

    private StoreItem? Live(string key)
    {
        if (!_items.TryGetValue(key, out var item)) return null;
        if (!IsExpired(item)) return item;
        Remove(item);
        return null;
    }

    private bool IsExpired(StoreItem item) => item.Expires is { } at && at <= _clock.GetUtcNow();

    private void Remove(StoreItem item)
    {
        _items.Remove(item.Key);
        _keys.Remove(item.Key);
        _bytes -= item.Size;
    }

    // What expired and was not asked for again goes now and then, so that it does not count against the limits for ever.
    private void Cleanup()
    {
        var now = _clock.GetUtcNow();
        if (now < _nextCleanup && _items.Count < _maxSize) return;
        _nextCleanup = now + _cleanupInterval;
        foreach (var item in _items.Values.Where(IsExpired).ToList()) Remove(item);
    }
}
