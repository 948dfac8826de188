using System.Collections.Immutable;
using System.Globalization;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>Checks entries against <see cref="EntryKinds"/> and each other; collects every problem.</summary>
internal sealed class EntryValidator
{
    private readonly ImmutableSortedDictionary<EntryId, Entry> _entries;
    private readonly ProblemList _problems;
    private readonly Entry _entry;

    private EntryValidator(ImmutableSortedDictionary<EntryId, Entry> entries, ProblemList problems, Entry entry)
    {
        _entries = entries;
        _problems = problems;
        _entry = entry;
    }

    /// <summary>
    /// Errors: unknown kinds, wrong types, missing fields, references to nothing or to the wrong kind, import cycles.
    /// Warnings: unknown fields.
    /// </summary>
    public static void Validate(ImmutableSortedDictionary<EntryId, Entry> entries, ProblemList problems)
    {
        foreach (var entry in entries.Values) new EntryValidator(entries, problems, entry).ValidateEntry();
        ImportCycles.Report(entries, problems);
    }

    private void ValidateEntry()
    {
        if (EntryKinds.Find(_entry.Kind) is not { } kind)
        {
            var suggestion = NearMiss.Suggest(_entry.Kind, EntryKinds.Names);
            if (suggestion.Length == 0) suggestion = $" (known: {string.Join(", ", EntryKinds.Names.Order(StringComparer.Ordinal))})";
            _problems.Error(_entry, "kind", $"unknown kind '{_entry.Kind}'{suggestion}");
            return;
        }
        Check(kind.Data, _entry.Settled, "");
        Check(kind.Meta, _entry.Meta, "meta");
    }

    private void Check(FieldShape shape, object? value, string path)
    {
        switch (shape)
        {
            case FieldShape.Anything:
                break;
            case FieldShape.Text text when value is string s:
                if (text.OneOf.Length > 0 && !text.OneOf.Contains(s)) Unexpected(shape, value, path, NearMiss.Suggest(s, text.OneOf));
                break;
            case FieldShape.Id when EntryId.TryResolve(value as string, _entry.Id.Namespace, out _):
                break;
            case FieldShape.Flag when value is bool:
                break;
            case FieldShape.Whole whole when value is long n && n >= whole.Minimum && n <= whole.Maximum:
                break;
            case FieldShape.Octal when IsOctal(value):
                break;
            case FieldShape.Number number when Number(value) is { } n && n >= number.Minimum && n <= number.Maximum:
                break;
            case FieldShape.Duration when value is string s && GoDuration.TryParse(s, out long nanoseconds) && nanoseconds >= 0:
                break;
            case FieldShape.Size size when ByteSize.TryParse(value, out var bytes) && bytes >= size.Minimum:
                break;
            case FieldShape.Reference reference when value is string s && EntryId.TryResolve(s, _entry.Id.Namespace, out var id):
                CheckReference(reference, id, path);
                break;
            case FieldShape.OneOrMore several when value is IReadOnlyList<object?> items:
                CheckItems(several.Item, items, path);
                break;
            case FieldShape.OneOrMore several when several.Item is FieldShape.Text && value is string:
                Check(several.Item, value, path);
                break;
            case FieldShape.ListOf list when value is IReadOnlyList<object?> items:
                CheckItems(list.Item, items, path);
                break;
            case FieldShape.MapOf map when value is IReadOnlyDictionary<string, object?> pairs:
                foreach (var (key, item) in pairs) Check(map.Value, item, FieldPath.Member(path, key));
                break;
            case FieldShape.Structure structure when value is IReadOnlyDictionary<string, object?> fields:
                CheckStructure(structure, fields, path);
                break;
            default:
                Unexpected(shape, value, path);
                break;
        }
    }

    private void CheckItems(FieldShape shape, IReadOnlyList<object?> items, string path)
    {
        for (var i = 0; i < items.Count; i++) Check(shape, items[i], FieldPath.Item(path, i));
    }

    private void CheckStructure(FieldShape.Structure structure, IReadOnlyDictionary<string, object?> fields, string path)
    {
        foreach (var field in structure.Fields)
        {
            var fieldPath = FieldPath.Member(path, field.Name);
            // A key without a value (`lifecycle:` and nothing below) counts as left out.
            if (fields.GetValueOrDefault(field.Name) is { } value) Check(field.Shape, value, fieldPath);
            else if (field.Required) _problems.Error(_entry, fieldPath, $"required field is missing, expected {field.Shape.Expected}");
        }
        if (structure.Open) return;
        var known = structure.Fields.Select(f => f.Name).ToArray();
        foreach (var name in fields.Keys.Except(known))
        {
            _problems.Warning(_entry, FieldPath.Member(path, name), $"unknown field is ignored{NearMiss.Suggest(name, known)}");
        }
    }

    private void CheckReference(FieldShape.Reference reference, EntryId id, string path)
    {
        if (!_entries.TryGetValue(id, out var target))
        {
            var candidates = _entries.Values.Where(e => IsKind(reference, e) && e.Id != _entry.Id).Select(e => e.Id.ToString());
            var suggestion = NearMiss.Suggest(id.ToString(), candidates);
            if (suggestion.Length == 0 && reference.Kinds.Length > 0) suggestion = $", expected {reference.Expected}";
            if (reference.MayBeMissing) _problems.Warning(_entry, path, $"no entry '{id}'{suggestion}");
            else _problems.Error(_entry, path, $"no entry '{id}'{suggestion}");
        }
        else if (!IsKind(reference, target))
        {
            _problems.Error(_entry, path, $"'{id}' is a {target.Kind}, expected {reference.Expected}");
        }
    }

    private static bool IsKind(FieldShape.Reference reference, Entry entry) =>
        reference.Kinds.Length == 0 || reference.Kinds.Contains(entry.Kind);

    private void Unexpected(FieldShape shape, object? value, string path, string suggestion = "")
    {
        // The data as a whole has no name of its own.
        var field = path.Length == 0 ? "data" : path;
        _problems.Error(_entry, field, $"expected {shape.Expected}, got {Describe(value)}{suggestion}");
    }

    private static bool IsOctal(object? value)
    {
        var digits = value switch { long n => n.ToString(System.Globalization.CultureInfo.InvariantCulture), string text => text, _ => "" };
        return digits.Length is >= 1 and <= 4 && digits.All(c => c is >= '0' and <= '7') && Convert.ToInt32(digits, 8) <= 511;
    }

    private static double? Number(object? value) => value switch
    {
        long n => n,
        double d => d,
        _ => null,
    };

    private static string Describe(object? value)
    {
        const int longest = 40;
        return value switch
        {
            null => "nothing",
            string { Length: > longest } s => $"'{s[..longest]}...'",
            string s => $"'{s}'",
            bool b => b ? "true" : "false",
            IReadOnlyList<object?> => "a list",
            IReadOnlyDictionary<string, object?> => "a map",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }
}
