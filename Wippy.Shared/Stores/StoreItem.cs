namespace Wippy.Shared.Stores;

/// <summary>One value of a store. Immutable.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">One MessagePack value.</param>
/// <param name="Version">1 for the first value of a key, one more for each that replaces another.</param>
/// <param name="Expires">When it is gone; null for never.</param>
internal sealed record StoreItem(string Key, byte[] Value, long Version, DateTimeOffset? Expires)
{
    public long Size => Key.Length + Value.Length;
}

/// <summary>What must hold for a write.</summary>
/// <param name="OnlyIfAbsent">There is no value.</param>
/// <param name="IfVersion">The value has this version; null for any.</param>
internal readonly record struct StoreCondition(bool OnlyIfAbsent, long? IfVersion);

/// <summary>A part of a store's values, in the order of their keys.</summary>
/// <param name="Items">They.</param>
/// <param name="HasMore">Whether others follow.</param>
internal sealed record StorePage(IReadOnlyList<StoreItem> Items, bool HasMore);
