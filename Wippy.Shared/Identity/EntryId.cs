using System.Diagnostics.CodeAnalysis;

namespace Wippy.Shared.Identity;

/// <summary>
/// Id of a registry entry: <c>namespace:name</c>. Namespaces are dotted (<c>app.http</c>); names may hold dots and
/// dashes. Value type; equality is ordinal.
/// </summary>
/// <param name="Namespace">Left of the first colon; never empty in a parsed id.</param>
/// <param name="Name">Right of it; never empty in a parsed id.</param>
public readonly record struct EntryId(string Namespace, string Name) : IComparable<EntryId>
{
    /// <summary>Parses <c>namespace:name</c>, split at the first colon.</summary>
    /// <returns>False when a part is empty or there is no colon.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out EntryId id)
    {
        var colon = text?.IndexOf(':') ?? -1;
        if (colon <= 0 || colon == text!.Length - 1)
        {
            id = default;
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
    public static bool TryResolve([NotNullWhen(true)] string? text, string defaultNamespace, out EntryId id)
    {
        if (!string.IsNullOrEmpty(text) && !text.Contains(':'))
        {
            id = new EntryId(defaultNamespace, text);
            return true;
        }
        return TryParse(text, out id);
    }

    /// <inheritdoc/>
    public int CompareTo(EntryId other)
    {
        var byNamespace = string.CompareOrdinal(Namespace, other.Namespace);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(Name, other.Name);
    }

    /// <summary><c>namespace:name</c>.</summary>
    public override string ToString() => $"{Namespace}:{Name}";
}
