using System.Collections.Immutable;

namespace Wippy.Shared.Messaging;

/// <summary>
/// The context values of a process: names, each with one value as MessagePack. Children inherit them, like actor and
/// scope. Immutable, so one instance serves a whole tree of processes. Any thread.
/// </summary>
internal sealed class ContextValues
{
    private readonly ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> _values;

    private ContextValues(ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> values) => _values = values;

    /// <summary>No values.</summary>
    public static ContextValues Empty { get; } = new(ImmutableSortedDictionary.Create<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal));

    public int Count => _values.Count;

    /// <summary>All of them, by name.</summary>
    public IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> All => _values;

    /// <param name="name">Which.</param>
    /// <param name="value">One MessagePack value, when there is one.</param>
    public bool TryGet(string name, out ReadOnlyMemory<byte> value) => _values.TryGetValue(name, out value);

    /// <summary>These and others; of the same name the other one counts.</summary>
    /// <param name="values">Each one MessagePack value, never changed afterwards.</param>
    public ContextValues With(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> values)
    {
        var merged = _values.SetItems(values);
        return ReferenceEquals(merged, _values) ? this : new ContextValues(merged);
    }
}
