using System.Text.Json.Nodes;
using Wippy.Shared.Registry;
using Wippy.Shared.Variables;

namespace Wippy.Shared.Tests.Editor;

/// <summary>
/// The JSON Schema (draft-07, which the YAML servers of editors read) of a file of entries, made from <see cref="EntryKinds"/>. An unknown field is a
/// mistake here, where loading an app warns; that fields of meta are required is not said, because a file's meta may have them.
/// </summary>
internal static class EntrySchema
{
    private const string IdPattern = "^[^:]+(:.+)?$";
    private const string Number = @"([0-9]+(\.[0-9]*)?|\.[0-9]+)";
    private const string DurationPattern = $@"^\+?(0|({Number}(ns|us|µs|μs|ms|s|m|h))+)$";
    private const string SizePattern = "^[0-9]+(KB|MB|GB)?$";
    private const string VariablePattern = @"\$\{";
    private const string LifecycleDefinition = "lifecycle";

    private static readonly FieldShape Lifecycle = ((FieldShape.Structure)EntryKinds.Find(EntryKinds.ProcessService)!.Data).Fields.Single(field => field.Name == LifecycleDefinition).Shape;

    public static JsonObject Create()
    {
        var kinds = EntryKinds.Names.Order(StringComparer.Ordinal).ToList();
        var definitions = new JsonObject { [LifecycleDefinition] = Of(Lifecycle, FieldNotes.Lifecycle, takesVariables: true) };
        foreach (var kind in kinds)
        {
            var takesVariables = !EnvVariables.IsKind(kind);
            var notes = FieldNotes.OfKind(kind);
            definitions[kind] = Of(EntryKinds.Find(kind)!.Data, notes, takesVariables, isOpen: true);
            definitions[$"{kind} meta"] = Optional(Of(EntryKinds.Find(kind)!.Meta, notes.Below("meta"), takesVariables));
        }
        definitions["entry"] = Entry(kinds, []);
        definitions["only entry"] = Entry(kinds, ["version", "namespace"]);
        return new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "Entries of a Wippy app",
            ["type"] = "object",
            ["required"] = new JsonArray("namespace"),
            ["properties"] = new JsonObject
            {
                ["version"] = new JsonObject { ["description"] = "Not checked" },
                ["namespace"] = new JsonObject { ["type"] = "string", ["pattern"] = @"^[^\s:|@{}]+$", ["description"] = "Of every entry in this file: app:worker is the entry worker of the namespace app" },
            },
            ["if"] = new JsonObject { ["required"] = new JsonArray("entries") },
            ["then"] = new JsonObject
            {
                ["properties"] = new JsonObject
                {
                    ["version"] = true,
                    ["namespace"] = true,
                    ["meta"] = new JsonObject { ["type"] = new JsonArray("object", "null"), ["description"] = "Merged under the meta of each entry" },
                    ["entries"] = new JsonObject { ["type"] = "array", ["items"] = Reference("entry") },
                },
                ["additionalProperties"] = false,
            },
            ["else"] = Reference("only entry"),
            ["definitions"] = definitions,
        };
    }

    private static JsonObject Entry(List<string> kinds, string[] besides) => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("name", "kind"),
        ["properties"] = new JsonObject
        {
            ["name"] = new JsonObject { ["type"] = "string", ["pattern"] = @"^[^\s:|@{}]+$", ["description"] = "The id of the entry is namespace:name" },
            ["kind"] = new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["enum"] = Strings(kinds) }, new JsonObject { ["pattern"] = @"^ns\." }) },
            ["meta"] = new JsonObject { ["type"] = new JsonArray("object", "null") },
        },
        ["allOf"] = new JsonArray([.. kinds.Where(kind => EntryKinds.Find(kind)!.Data is FieldShape.Structure).Select(kind => new JsonObject
        {
            ["if"] = new JsonObject { ["required"] = new JsonArray("kind"), ["properties"] = new JsonObject { ["kind"] = new JsonObject { ["const"] = kind } } },
            ["then"] = OfKind(kind, besides),
        })]),
    };

    // Its fields stand in the entry, or below 'data'.
    private static JsonObject OfKind(string kind, string[] besides)
    {
        var inline = new JsonObject { ["name"] = true, ["kind"] = true, ["meta"] = Reference($"{kind} meta") };
        foreach (var name in besides) inline[name] = true;
        var below = inline.DeepClone().AsObject();
        below["data"] = Reference(kind);
        foreach (var name in ((FieldShape.Structure)EntryKinds.Find(kind)!.Data).Fields.SelectMany(field => NamesOf(field, !EnvVariables.IsKind(kind)))) inline[name] = true;
        return new JsonObject
        {
            ["if"] = new JsonObject { ["required"] = new JsonArray("data") },
            ["then"] = new JsonObject { ["properties"] = below, ["additionalProperties"] = false },
            ["else"] = new JsonObject { ["allOf"] = new JsonArray(Reference(kind)), ["properties"] = inline, ["additionalProperties"] = false },
        };
    }

    private static JsonObject Of(FieldShape shape, FieldNotes notes, bool takesVariables, bool isOpen = false)
    {
        switch (shape)
        {
            case FieldShape.Text { OneOf.Length: > 0 } text:
                return Scalar(new JsonObject { ["enum"] = Strings(text.OneOf) }, takesVariables);
            case FieldShape.Text:
                return new JsonObject { ["type"] = "string" };
            case FieldShape.Id or FieldShape.Reference:
                return new JsonObject { ["type"] = "string", ["pattern"] = IdPattern };
            case FieldShape.Flag:
                return Scalar(new JsonObject { ["type"] = "boolean" }, takesVariables);
            case FieldShape.Whole whole:
                return Scalar(Range("integer", whole.Minimum, whole.Maximum == int.MaxValue ? null : whole.Maximum), takesVariables);
            case FieldShape.Number number:
                return Scalar(Range("number", number.Minimum, number.Maximum == double.MaxValue ? null : number.Maximum), takesVariables);
            case FieldShape.Octal:
                return Scalar(AnyOf(Pattern("^[0-7]{1,4}$"), Range("integer", 0, 777)), takesVariables);
            case FieldShape.Size size:
                return Scalar(AnyOf(Pattern(SizePattern), Range("integer", size.Minimum, null)), takesVariables);
            case FieldShape.Duration:
                return Scalar(Pattern(DurationPattern), takesVariables);
            case FieldShape.ListOf list:
                return new JsonObject { ["type"] = "array", ["items"] = Of(list.Item, notes, takesVariables) };
            case FieldShape.OneOrMore several:
                return AnyOf(Of(several.Item, notes, takesVariables), new JsonObject { ["type"] = "array", ["items"] = Of(several.Item, notes, takesVariables) });
            case FieldShape.MapOf map:
                return new JsonObject { ["type"] = "object", ["additionalProperties"] = Of(map.Value, notes, takesVariables) };
            case FieldShape.Structure structure:
                return Structure(structure, notes, takesVariables, isOpen || structure.Open);
            default:
                return [];
        }
    }

    private static JsonObject Structure(FieldShape.Structure structure, FieldNotes notes, bool takesVariables, bool isOpen)
    {
        var properties = new JsonObject();
        foreach (var field in structure.Fields)
        {
            var names = NamesOf(field, takesVariables).ToArray();
            var value = field.Shape == Lifecycle ? Reference(LifecycleDefinition) : Of(field.Shape, notes.Below(field.Name), takesVariables);
            if (!field.Required) value = Optional(value);
            value["description"] = notes.Of(field.Name) ?? $"{char.ToUpperInvariant(field.Shape.Expected[0])}{field.Shape.Expected[1..]}";
            properties[names[0]] = value;
            foreach (var name in names.Skip(1)) properties[name] = new JsonObject { ["type"] = "string", ["description"] = $"The environment variable that has the value of '{field.Name}'" };
        }
        var result = new JsonObject { ["type"] = "object", ["properties"] = properties };
        var required = structure.Fields.Where(field => field.Required).Select(field => field.Name).ToArray();
        // What a variable gives need not be there itself.
        if (required.Length > 0 && !takesVariables) result["required"] = Strings(required);
        else if (required.Length > 0) result["allOf"] = new JsonArray([.. required.Select(name => AnyOf(Required(name), Required($"{name}_env")))]);
        if (!isOpen) result["additionalProperties"] = false;
        return result;
    }

    private static string[] NamesOf(EntryField field, bool takesVariables) =>
        takesVariables && field.Shape is not (FieldShape.Structure or FieldShape.ListOf or FieldShape.MapOf) ? [field.Name, $"{field.Name}_env"] : [field.Name];

    private static JsonObject Required(string name) => new() { ["required"] = new JsonArray(name) };

    // A key without a value counts as left out.
    private static JsonObject Optional(JsonObject schema)
    {
        if (schema.Count == 0) return schema;
        if (schema["type"] is JsonValue type) schema["type"] = new JsonArray(type.GetValue<string>(), "null");
        else if (schema["anyOf"] is JsonArray alternatives) alternatives.Add(new JsonObject { ["type"] = "null" });
        else if (schema["enum"] is JsonArray values) values.Add(null);
        else return AnyOf(schema, new JsonObject { ["type"] = "null" });
        return schema;
    }

    private static JsonObject Scalar(JsonObject schema, bool takesVariables) => takesVariables ? AnyOf(schema, Pattern(VariablePattern)) : schema;

    private static JsonObject AnyOf(params JsonNode[] alternatives) => new() { ["anyOf"] = new JsonArray(alternatives) };

    private static JsonObject Pattern(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

    private static JsonObject Range(string type, double minimum, double? maximum)
    {
        var range = new JsonObject { ["type"] = type, ["minimum"] = minimum };
        if (maximum is { } most) range["maximum"] = most;
        return range;
    }

    private static JsonObject Reference(string definition) => new() { ["$ref"] = $"#/definitions/{Uri.EscapeDataString(definition)}" };

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
