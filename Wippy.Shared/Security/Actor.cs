using System.Collections.ObjectModel;

namespace Wippy.Shared.Security;

/// <summary>Who acts: an id and attributes that policies may ask about. Immutable; any thread.</summary>
/// <param name="id">For example <c>user:42</c> or <c>service:billing</c>.</param>
/// <param name="meta">Attributes as a plain tree (null, bool, long, double, string, lists and maps of them); null for none.</param>
public sealed class Actor(string id, IReadOnlyDictionary<string, object?>? meta = null)
{
    /// <summary>Names the actor in policies and logs.</summary>
    public string Id { get; } = id;

    /// <summary>Attributes; empty if there are none.</summary>
    public IReadOnlyDictionary<string, object?> Meta { get; } = meta ?? ReadOnlyDictionary<string, object?>.Empty;

    /// <summary>The id.</summary>
    public override string ToString() => Id;
}
