using System.Collections.ObjectModel;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>
/// One registry entry, exactly as declared: id, kind, meta, data. Immutable; any thread.
/// <para>
/// Values are a plain tree: null, <see cref="bool"/>, <see cref="long"/>, <see cref="double"/>, <see cref="string"/>,
/// <c>IReadOnlyList&lt;object?&gt;</c>, <c>IReadOnlyDictionary&lt;string, object?&gt;</c>.
/// </para>
/// <para>
/// A field is named by its path as written: <c>host.workers</c>, <c>modules[2]</c>, <c>meta.command.name</c>. Where each
/// one stands is kept beside the values, so the tree itself stays free of positions.
/// </para>
/// </summary>
internal sealed class Entry
{
    private readonly IReadOnlyDictionary<string, FieldOrigin> _origins;
    private readonly object? _settled;
    private string? _hash;   // any thread; made twice, one is lost

    /// <param name="id">Full id.</param>
    /// <param name="kind">Kind as declared; not necessarily a known one.</param>
    /// <param name="meta">Merged meta; null for none.</param>
    /// <param name="data">A map of fields for every kind with behaviour; any value for <c>registry.entry</c>.</param>
    /// <param name="location">Where the entry begins.</param>
    /// <param name="origins">Field path to its place; null for entries that come from no file.</param>
    public Entry(
        EntryId id,
        string kind,
        IReadOnlyDictionary<string, object?>? meta = null,
        object? data = null,
        SourceLocation location = default,
        IReadOnlyDictionary<string, FieldOrigin>? origins = null)
    {
        Id = id;
        Kind = kind;
        Meta = meta ?? ReadOnlyDictionary<string, object?>.Empty;
        Data = data;
        Location = location;
        _origins = origins ?? ReadOnlyDictionary<string, FieldOrigin>.Empty;
    }

    private Entry(Entry declared, object? settled)
        : this(declared.Id, declared.Kind, declared.Meta, declared.Data, declared.Location, declared._origins)
    {
        _settled = settled;
        IsSettled = true;
    }

    public EntryId Id { get; }

    public string Kind { get; }

    public IReadOnlyDictionary<string, object?> Meta { get; }

    public object? Data { get; }

    /// <summary><see cref="Data"/> with the values of the environment variables that it names: what components work with.</summary>
    public object? Settled => IsSettled ? _settled : Data;

    /// <summary>Whether it named variables, and has their values.</summary>
    public bool IsSettled { get; }

    /// <summary><see cref="Settled"/> as a map; empty when it is something else.</summary>
    public IReadOnlyDictionary<string, object?> Fields => Settled as IReadOnlyDictionary<string, object?> ?? ReadOnlyDictionary<string, object?>.Empty;

    /// <summary>Where the entry begins. Not part of the entry's identity or hash.</summary>
    public SourceLocation Location { get; }

    /// <summary>Where a field stands; for a field that is not there, the nearest one around it.</summary>
    public SourceLocation LocationOf(string field)
    {
        for (var path = field; path.Length > 0; path = path[..Math.Max(path.LastIndexOfAny(['.', '[']), 0)])
        {
            if (_origins.TryGetValue(path, out var origin)) return origin.Place is { } place ? new SourceLocation(place) : Location with { Line = origin.Line, Column = origin.Column };
        }
        return Location;
    }

    /// <summary>The file whose text a <c>file://</c> field was replaced with, relative to the app folder; null for inline text.</summary>
    public string? TextFileOf(string field) => _origins.TryGetValue(field, out var origin) ? origin.TextFile : null;

    /// <summary>The id a reference in this entry means: a bare name is one of the entry's own namespace.</summary>
    /// <exception cref="FormatException">Not an id; cannot happen in a validated entry.</exception>
    public EntryId Resolve(string reference) =>
        EntryId.TryResolve(reference, Id.Namespace, out var id)
            ? id
            : throw new FormatException($"'{reference}' in {Id} is not an entry id (namespace:name)");

    /// <summary>This entry with one value from elsewhere.</summary>
    /// <param name="field">Path of the value.</param>
    /// <param name="place">Where it comes from, for messages.</param>
    /// <param name="meta">With the value in it, if it belongs there.</param>
    /// <param name="data">Likewise.</param>
    public Entry WithOverride(string field, string place, IReadOnlyDictionary<string, object?> meta, object? data) =>
        new(Id, Kind, meta, data, Location, new Dictionary<string, FieldOrigin>(_origins) { [field] = new FieldOrigin(0, 0, Place: place) });

    /// <summary>This entry with the values of the variables that it names.</summary>
    public Entry Settle(object? settled) => new(this, settled);

    /// <summary><see cref="EntryHash"/> of it alone: entries that declare the same have the same, wherever they stand.</summary>
    public string Hash => _hash ??= EntryHash.Of([this]);

    /// <summary>Whether another entry declares the same, wherever it stands.</summary>
    public bool IsSameAs(Entry other) => Id == other.Id && Hash == other.Hash;

    public override string ToString() => $"{Id} ({Kind})";
}

/// <summary>Where a field stands in the entry's file.</summary>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based.</param>
/// <param name="TextFile">See <see cref="Entry.TextFileOf"/>.</param>
/// <param name="Place">Where it comes from instead, such as a command-line option; null for the entry's file.</param>
internal sealed record FieldOrigin(int Line, int Column, string? TextFile = null, string? Place = null);
