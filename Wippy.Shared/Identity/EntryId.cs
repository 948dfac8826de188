using System.Diagnostics.CodeAnalysis;

namespace Wippy.Shared.Identity;

/// <summary>
/// Id of a registry entry: <c>namespace:name</c>. Namespaces are dotted (<c>app.http</c>); names may hold dots and
/// dashes. Equality is ordinal. A class, because the platform has collections of objects ready where those of an own
/// value type are compiled at every start.
/// </summary>
/// <param name="Namespace">Left of the first colon; never empty in a parsed id.</param>
/// <param name="Name">Right of it; never empty in a parsed id.</param>
public sealed record EntryId(string Namespace, string Name) : IComparable<EntryId>
{
    /// <summary>Where there is no entry, such as that of a sender that is the runtime itself.</summary>
    public static EntryId None { get; } = new("", "");

    /// <summary>Parses <c>namespace:name</c>, split at the first colon.</summary>
    /// <returns>False when a part is empty or there is no colon.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out EntryId? id)
    {
        var colon = text?.IndexOf(':') ?? -1;
        if (colon <= 0 || colon == text!.Length - 1)
        {
            id = null;
            return false;
        }
        id = new EntryId(text[..colon], text[(colon + 1)..]);
        return true;
    }

    /// <summary>Parses an id known to be well formed.</summary>
    /// <exception cref="FormatException">The text is not <c>namespace:name</c>.</exception>
    public static EntryId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not an entry id (namespace:name)");

    /// <summary>A reference as YAML writes it: a full id, or a bare name in the given namespace.</summary>
    /// <returns>False when the text is empty or a part of it is.</returns>
    public static bool TryResolve([NotNullWhen(true)] string? text, string defaultNamespace, [NotNullWhen(true)] out EntryId? id)
    {
        if (!string.IsNullOrEmpty(text) && !text.Contains(':'))
        {
            id = new EntryId(defaultNamespace, text);
            return true;
        }
        return TryParse(text, out id);
    }

    /// <inheritdoc/>
    public int CompareTo(EntryId? other)
    {
        if (other is null) return 1;
        var byNamespace = string.CompareOrdinal(Namespace, other.Namespace);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(Name, other.Name);
    }

    /// <inheritdoc/>
    public bool Equals(EntryId? other) => ReferenceEquals(this, other) || (other is not null && Name == other.Name && Namespace == other.Namespace);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Namespace, Name);

    /// <summary><c>namespace:name</c>.</summary>
    public override string ToString() => $"{Namespace}:{Name}";
}
