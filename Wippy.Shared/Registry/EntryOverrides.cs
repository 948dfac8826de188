using System.Collections.Immutable;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>
/// Puts values from the command line into declared entries: <c>-o app:hosts:host.workers=4</c>. The field is a path through
/// maps, into <c>meta</c> when it begins so; the value is YAML, so <c>true</c>, <c>4</c>, <c>[a, b]</c> mean what they do in a file.
/// </summary>
internal static class EntryOverrides
{
    private const string Form = "expected namespace:entry:field=value";

    /// <summary>Applies them in order, before validation.</summary>
    /// <param name="entries">As declared.</param>
    /// <param name="overrides">As given after <c>-o</c>.</param>
    /// <param name="problems">Receives what cannot be applied, with the option as its place.</param>
    public static ImmutableSortedDictionary<EntryId, Entry> Apply(
        ImmutableSortedDictionary<EntryId, Entry> entries, IReadOnlyList<string> overrides, ProblemList problems)
    {
        foreach (var text in overrides)
        {
            var place = $"-o {text}";
            void Refuse(EntryId? entry, string? field, string message) => problems.Add(new Problem(Severity.Error, new SourceLocation(place), entry, field, message));

            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var parts = equals < 0 ? [] : text[..equals].Split(':');
            if (parts.Length != 3 || parts[2].Split('.').Any(part => part.Length == 0) || !EntryId.TryParse($"{parts[0]}:{parts[1]}", out var id))
            {
                Refuse(null, null, Form);
                continue;
            }
            if (!entries.TryGetValue(id, out var entry))
            {
                Refuse(null, null, $"no entry '{id}'{NearMiss.Suggest(id.ToString(), entries.Keys.Select(known => known.ToString()))}");
                continue;
            }
            if (!YamlText.TryParseValue(text[(equals + 1)..], out var value))
            {
                Refuse(id, parts[2], $"'{text[(equals + 1)..]}' is not a YAML value");
                continue;
            }
            var path = parts[2].Split('.');
            var isMeta = path[0] == "meta" && path.Length > 1;
            var tree = isMeta ? entry.Meta : entry.Data ?? new Dictionary<string, object?>();
            if (!TryReplace(tree, isMeta ? path.AsSpan(1) : path, value, out var replaced)) Refuse(id, parts[2], "does not lead through maps");
            else entries = entries.SetItem(id, entry.WithOverride(parts[2], place, isMeta ? (IReadOnlyDictionary<string, object?>)replaced! : entry.Meta, isMeta ? entry.Data : replaced));
        }
        return entries;
    }

    private static bool TryReplace(object? tree, ReadOnlySpan<string> path, object? value, out object? replaced)
    {
        replaced = value;
        if (path.Length == 0) return true;
        if (tree is not (null or IReadOnlyDictionary<string, object?>)) return false;
        var map = tree is IReadOnlyDictionary<string, object?> known ? known.ToDictionary() : [];
        if (!TryReplace(map.GetValueOrDefault(path[0]), path[1..], value, out var inner)) return false;
        map[path[0]] = inner;
        replaced = map.AsReadOnly();
        return true;
    }
}
