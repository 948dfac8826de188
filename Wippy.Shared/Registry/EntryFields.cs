using System.Collections.ObjectModel;

namespace Wippy.Shared.Registry;

/// <summary>
/// Typed reading of the fields of a validated entry. Validation has settled the types, so a wrong one here is a bug and
/// throws <see cref="InvalidCastException"/>.
/// </summary>
/// <param name="values">The entry's fields, or a map within them.</param>
internal sealed class EntryFields(IReadOnlyDictionary<string, object?> values)
{
    public string? Text(string name) => (string?)Value(name);

    public bool Flag(string name) => (bool?)Value(name) ?? false;

    public int? Whole(string name) => (int?)(long?)Value(name);

    public double? Number(string name) => Value(name) switch
    {
        long n => n,
        var other => (double?)other,
    };

    public TimeSpan? Duration(string name) =>
        Text(name) is { } text && GoDuration.TryParse(text, out TimeSpan duration) ? duration : null;

    public long? Size(string name) => ByteSize.TryParse(Value(name), out var bytes) ? bytes : null;

    /// <summary>A list; a single value counts as a list of one, a missing field as an empty list.</summary>
    public IReadOnlyList<object?> Items(string name) => Value(name) switch
    {
        null => [],
        IReadOnlyList<object?> list => list,
        var single => [single],
    };

    /// <summary>A list of text; see <see cref="Items"/>.</summary>
    public IReadOnlyList<string> Texts(string name) => Items(name).Cast<string>().ToList();

    /// <summary>A map; empty when missing.</summary>
    public IReadOnlyDictionary<string, object?> Map(string name) =>
        (IReadOnlyDictionary<string, object?>?)Value(name) ?? ReadOnlyDictionary<string, object?>.Empty;

    /// <summary>A map with fields of its own.</summary>
    public EntryFields Section(string name) => new(Map(name));

    public bool Has(string name) => Value(name) is not null;

    public object? Value(string name) => values.GetValueOrDefault(name);
}
