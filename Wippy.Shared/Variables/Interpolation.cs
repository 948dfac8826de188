using System.Collections.Immutable;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Variables;

/// <summary>
/// Puts the values of environment variables into the fields of entries (reference: registry-and-config §1.2): <see cref="Placeholders"/> in
/// their texts, and for a field <c>x</c> that of the variable which <c>x_env</c> names. Code, plain entries and the variables themselves
/// stay as they are.
/// </summary>
internal sealed class Interpolation
{
    private const string VariableSuffix = "_env";

    private readonly EnvVariables _variables;
    private readonly ProblemList _problems;
    private readonly Entry _entry;
    private bool _isChanged;

    private Interpolation(EnvVariables variables, ProblemList problems, Entry entry)
    {
        _variables = variables;
        _problems = problems;
        _entry = entry;
    }

    /// <summary>The entries with the values that their variables have now; one without any, or that has them already, stays the same object.</summary>
    /// <param name="entries">Not validated yet.</param>
    /// <param name="problems">Receives variables that have no value.</param>
    public static ImmutableSortedDictionary<EntryId, Entry> Apply(ImmutableSortedDictionary<EntryId, Entry> entries, ProblemList problems)
    {
        var settled = entries.ToBuilder();
        EnvVariables? variables = null;
        foreach (var entry in entries.Values)
        {
            if (entry.IsSettled || EnvVariables.IsKind(entry.Kind) || EntryKinds.Find(entry.Kind) is not { Data: FieldShape.Structure shape }) continue;
            variables ??= Declared(entries);
            var interpolation = new Interpolation(variables, problems, entry);
            var data = interpolation.Settle(shape, entry.Data, "");
            if (interpolation._isChanged) settled[entry.Id] = entry.Settle(data);
        }
        return settled.ToImmutable();
    }

    // What is wrong with the variables themselves is reported when all entries are validated.
    private static EnvVariables Declared(ImmutableSortedDictionary<EntryId, Entry> entries)
    {
        var own = entries.Where(pair => EnvVariables.IsKind(pair.Value.Kind)).ToImmutableSortedDictionary();
        var problems = new ProblemList();
        EntryValidator.Validate(own, problems);
        return problems.HasErrors ? EnvVariables.None : EnvVariables.None.Follow(own);
    }

    private object? Settle(FieldShape shape, object? value, string path)
    {
        switch (shape, value)
        {
            case (_, string text):
                return path != "source" && Placeholders.AreIn(text) ? Replace(shape, text, path) : text;
            case (FieldShape.Structure structure, IReadOnlyDictionary<string, object?> fields):
                return SettleFields(structure, fields, path);
            case (FieldShape.MapOf map, IReadOnlyDictionary<string, object?> pairs):
                return pairs.ToDictionary(pair => pair.Key, pair => Settle(map.Value, pair.Value, FieldPath.Member(path, pair.Key))).AsReadOnly();
            case (FieldShape.ListOf or FieldShape.OneOrMore, IReadOnlyList<object?> items):
                var item = shape is FieldShape.ListOf list ? list.Item : ((FieldShape.OneOrMore)shape).Item;
                return items.Select((one, i) => Settle(item, one, FieldPath.Item(path, i))).ToList().AsReadOnly();
            case (FieldShape.Anything, IReadOnlyDictionary<string, object?> pairs):
                return pairs.ToDictionary(pair => pair.Key, pair => Settle(shape, pair.Value, FieldPath.Member(path, pair.Key))).AsReadOnly();
            case (FieldShape.Anything, IReadOnlyList<object?> items):
                return items.Select((one, i) => Settle(shape, one, FieldPath.Item(path, i))).ToList().AsReadOnly();
            default:
                return value;
        }
    }

    private Dictionary<string, object?> SettleFields(FieldShape.Structure structure, IReadOnlyDictionary<string, object?> fields, string path)
    {
        var known = structure.Fields.ToDictionary(field => field.Name, field => field.Shape);
        var settled = fields.ToDictionary(pair => pair.Key, pair => Settle(known.GetValueOrDefault(pair.Key) ?? new FieldShape.Anything(), pair.Value, FieldPath.Member(path, pair.Key)));
        foreach (var (name, shape) in known)
        {
            if (!settled.Remove(name + VariableSuffix, out var variable)) continue;
            _isChanged = true;
            if (variable is string text && _variables.Get(text) is { } value) settled[name] = Typed(shape, value);
            else if (settled.GetValueOrDefault(name) is null) Missing(FieldPath.Member(path, name + VariableSuffix), variable?.ToString() ?? "");
        }
        return settled;
    }

    private object? Replace(FieldShape shape, string text, string path)
    {
        _isChanged = true;
        var replaced = Placeholders.Replace(text, _variables.Get, out var missing);
        if (missing is null) return Typed(shape, replaced);
        Missing(path, missing);
        return shape is FieldShape.Text ? text : null;   // another node may have it: who needs the field complains
    }

    private void Missing(string path, string variable) => _problems.Warning(_entry, path, _variables.TryFind(variable, out var declared)
        ? $"environment variable '{variable}' ({declared.Id}) has no value"
        : $"no env.variable entry declares '{variable}'{NearMiss.Suggest(variable, _variables.All.Select(known => known.Name))}");

    // A number or a flag is written in the variable as it would be in YAML.
    private static object? Typed(FieldShape shape, string text) =>
        shape is FieldShape.Whole or FieldShape.Number or FieldShape.Flag or FieldShape.Octal or FieldShape.Size ? YamlValues.Resolve(text) : text;
}
