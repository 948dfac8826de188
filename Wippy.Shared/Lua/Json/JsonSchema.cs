using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Wippy.Shared.Errors;

namespace Wippy.Shared.Lua.Json;

/// <summary>
/// Checks a JSON value against a JSON Schema (json-schema.org, draft 2020-12): the keywords in the switch below. Formats
/// are checked, those that <see cref="JsonFormats"/> does not know are ignored, as are unknown keywords. References lead
/// to places in the same schema. One use, one thread.
/// </summary>
/// <param name="root">The schema.</param>
/// <param name="emptyIsEither">Whether an empty list also counts as an empty map: in Lua they are the same.</param>
internal sealed class JsonSchema(JsonElement root, bool emptyIsEither)
{
    /// <summary>Keywords and values looked at in one check; references make small schemas do much work.</summary>
    public const int MaxSteps = 1_000_000;

    /// <summary>Schemas inside schemas, references followed included.</summary>
    public const int MaxDepth = 500;

    private readonly Stack<string> _path = new();
    private int _steps;
    private int _depth;

    /// <summary>Checks a value.</summary>
    /// <returns>
    /// Null when it is valid. Otherwise kind Invalid with the place and what was expected there, or what is wrong with the
    /// schema itself; or LimitExceeded.
    /// </returns>
    public Error? Check(JsonElement value)
    {
        try
        {
            return Check(root, value) is { } problem ? new Error(ErrorKind.Invalid, problem) : null;
        }
        catch (SchemaException wrong)
        {
            return new Error(wrong.Kind, wrong.Message);
        }
        catch (InvalidOperationException)
        {
            return new Error(ErrorKind.Invalid, "an escape in a text stands for half of a character (a lone surrogate)");
        }
    }

    private string? Check(JsonElement schema, JsonElement value)
    {
        if (schema.ValueKind == JsonValueKind.True) return null;
        if (schema.ValueKind == JsonValueKind.False) return Problem("nothing is allowed here");
        Spend(1);
        if (++_depth > MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new SchemaException(ErrorKind.LimitExceeded, $"schema: nested deeper than {MaxDepth} levels at {Place()}; does a $ref lead to itself?");
        }
        foreach (var keyword in Fields(schema, "a schema"))
        {
            Spend(1);
            if (Check(schema, keyword.Name, keyword.Value, value) is { } problem)
            {
                _depth--;
                return problem;
            }
        }
        _depth--;
        return null;
    }

    private string? Check(JsonElement schema, string keyword, JsonElement argument, JsonElement value) => keyword switch
    {
        "$ref" => Check(Resolve(argument), value),
        "type" => CheckType(argument, value),
        "const" => IsSame(argument, value) ? null : Problem($"expected {Short(argument)}, got {Short(value)}"),
        "enum" => Items(argument, keyword).Any(item => IsSame(item, value)) ? null : Problem($"expected one of {Short(argument)}, got {Short(value)}"),
        "allOf" => Schemas(argument, keyword).Select(part => Check(part, value)).FirstOrDefault(problem => problem is not null),
        "anyOf" => Schemas(argument, keyword).Any(part => Check(part, value) is null) ? null : Problem("expected a match with at least one schema of anyOf"),
        "oneOf" => Schemas(argument, keyword).Count(part => Check(part, value) is null) is var matches && matches == 1 ? null : Problem($"expected a match with one schema of oneOf, got {matches}"),
        "not" => Check(argument, value) is null ? Problem("expected no match with the schema of not") : null,
        "if" => CheckCondition(schema, argument, value),
        "unevaluatedProperties" or "unevaluatedItems" or "$dynamicRef" => throw Wrong($"{keyword} is not supported"),
        _ when value.ValueKind == JsonValueKind.String => CheckText(keyword, argument, value),
        _ when value.ValueKind == JsonValueKind.Number => CheckNumber(keyword, argument, value),
        _ => (IsObject(value) ? CheckObject(schema, keyword, argument, value) : null) ?? (IsArray(value) ? CheckArray(schema, keyword, argument, value) : null),
    };

    private string? CheckType(JsonElement types, JsonElement value)
    {
        var names = types.ValueKind == JsonValueKind.String ? [types.GetString()!] : Items(types, "type").Select(type => Text(type, "type")).ToArray();
        foreach (var name in names)
        {
            Spend(1);
            var matches = name switch
            {
                "null" => value.ValueKind == JsonValueKind.Null,
                "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
                "string" => value.ValueKind == JsonValueKind.String,
                "number" => value.ValueKind == JsonValueKind.Number,
                "integer" => value.ValueKind == JsonValueKind.Number && double.IsInteger(value.GetDouble()),
                "object" => IsObject(value),
                "array" => IsArray(value),
                _ => throw Wrong($"unknown type '{name}'"),
            };
            if (matches) return null;
        }
        return Problem($"expected {string.Join(" or ", names)}, got {KindOf(value)}");
    }

    private string? CheckCondition(JsonElement schema, JsonElement condition, JsonElement value)
    {
        var branch = Check(condition, value) is null ? "then" : "else";
        return schema.TryGetProperty(branch, out var consequence) ? Check(consequence, value) : null;
    }

    private string? CheckText(string keyword, JsonElement argument, JsonElement value)
    {
        switch (keyword)
        {
            case "minLength":
                return Length(value) >= Count(argument, keyword) ? null : Problem($"expected at least {argument} characters, got {Length(value)}");
            case "maxLength":
                return Length(value) <= Count(argument, keyword) ? null : Problem($"expected at most {argument} characters, got {Length(value)}");
            case "pattern":
                return Matches(Text(argument, keyword), value.GetString()!) ? null : Problem($"expected a text that matches {argument.GetString()}");
            case "format":
                Spend(value.GetString()!.Length / 64);
                return JsonFormats.Matches(Text(argument, keyword), value.GetString()!) ? null : Problem($"expected a text of the format {argument.GetString()}");
            default:
                return null;
        }
    }

    private string? CheckNumber(string keyword, JsonElement argument, JsonElement value)
    {
        var isMet = keyword switch
        {
            "minimum" => Compare(value, Number(argument, keyword)) >= 0,
            "maximum" => Compare(value, Number(argument, keyword)) <= 0,
            "exclusiveMinimum" => Compare(value, Number(argument, keyword)) > 0,
            "exclusiveMaximum" => Compare(value, Number(argument, keyword)) < 0,
            "multipleOf" => IsMultiple(value, Number(argument, keyword)),
            _ => true,
        };
        if (isMet) return null;
        var expected = keyword switch
        {
            "minimum" => "at least ",
            "maximum" => "at most ",
            "exclusiveMinimum" => "more than ",
            "exclusiveMaximum" => "less than ",
            _ => "a multiple of ",
        };
        return Problem($"expected {expected}{argument}, got {value}");
    }

    private string? CheckObject(JsonElement schema, string keyword, JsonElement argument, JsonElement value)
    {
        switch (keyword)
        {
            case "properties":
                // What a name means is looked up, because both sides may be large.
                var schemas = Lookup(argument, keyword);
                return FirstProblem(value, name => schemas.TryGetValue(name, out var part) ? part : null);
            case "patternProperties":
                foreach (var pattern in Fields(argument, keyword))
                {
                    if (FirstProblem(value, name => Matches(pattern.Name, name) ? pattern.Value : null) is { } problem) return problem;
                }
                return null;
            case "additionalProperties":
                var known = schema.TryGetProperty("properties", out var properties) ? Lookup(properties, "properties") : [];
                var patterns = schema.TryGetProperty("patternProperties", out var byPattern) ? Fields(byPattern, "patternProperties").Select(field => field.Name).ToArray() : [];
                return FirstProblem(value, name => known.ContainsKey(name) || patterns.Any(pattern => Matches(pattern, name)) ? null : argument);
            case "propertyNames":
                foreach (var field in Fields(value, ""))
                {
                    var name = JsonSerializer.SerializeToElement(field.Name);
                    if (Within($".{field.Name}", () => Check(argument, name)) is { } problem) return problem;
                }
                return null;
            case "required":
                return Missing(Items(argument, keyword), value, "");
            case "dependentRequired":
                foreach (var field in Fields(argument, keyword).Where(field => value.TryGetProperty(field.Name, out _)))
                {
                    if (Missing(Items(field.Value, keyword), value, $", because there is '{field.Name}'") is { } problem) return problem;
                }
                return null;
            case "dependentSchemas":
                foreach (var field in Fields(argument, keyword).Where(field => value.TryGetProperty(field.Name, out _)))
                {
                    if (Check(field.Value, value) is { } problem) return problem;
                }
                return null;
            case "minProperties":
                return Fields(value, "").Count >= Count(argument, keyword) ? null : Problem($"expected at least {argument} properties, got {Fields(value, "").Count}");
            case "maxProperties":
                return Fields(value, "").Count <= Count(argument, keyword) ? null : Problem($"expected at most {argument} properties, got {Fields(value, "").Count}");
            default:
                return null;
        }
    }

    private string? CheckArray(JsonElement schema, string keyword, JsonElement argument, JsonElement value)
    {
        var items = Items(value, "");
        switch (keyword)
        {
            case "prefixItems":
                return Schemas(argument, keyword).Zip(items).Select((pair, i) => Within($"[{i + 1}]", () => Check(pair.First, pair.Second))).FirstOrDefault(problem => problem is not null);
            case "items":
                var skipped = schema.TryGetProperty("prefixItems", out var prefix) ? Items(prefix, "prefixItems").Count : 0;
                return items.Skip(skipped).Select((item, i) => Within($"[{skipped + i + 1}]", () => Check(argument, item))).FirstOrDefault(problem => problem is not null);
            case "contains":
                var matches = items.Count(item => Check(argument, item) is null);
                var least = schema.TryGetProperty("minContains", out var minimum) ? Count(minimum, "minContains") : 1;
                var most = schema.TryGetProperty("maxContains", out var maximum) ? Count(maximum, "maxContains") : double.PositiveInfinity;
                return matches < least ? Problem($"expected at least {least} items that match contains, got {matches}")
                    : matches > most ? Problem($"expected at most {most} items that match contains, got {matches}")
                    : null;
            case "minItems":
                return items.Count >= Count(argument, keyword) ? null : Problem($"expected at least {argument} items, got {items.Count}");
            case "maxItems":
                return items.Count <= Count(argument, keyword) ? null : Problem($"expected at most {argument} items, got {items.Count}");
            case "uniqueItems" when argument.ValueKind == JsonValueKind.True:
                var seen = new HashSet<JsonElement>(JsonEquality.Instance);
                foreach (var item in items) SpendOn(item);
                return items.Index().FirstOrDefault(item => !seen.Add(item.Item)) is { Item.ValueKind: not JsonValueKind.Undefined } twice
                    ? Within($"[{twice.Index + 1}]", () => Problem("expected no item twice"))
                    : null;
            default:
                return null;
        }
    }

    private string? FirstProblem(JsonElement value, Func<string, JsonElement?> schemaOf)
    {
        foreach (var field in Fields(value, ""))
        {
            if (schemaOf(field.Name) is { } part && Within($".{field.Name}", () => Check(part, field.Value)) is { } problem) return problem;
        }
        return null;
    }

    private string? Missing(IReadOnlyCollection<JsonElement> names, JsonElement value, string why)
    {
        var present = Fields(value, "").Select(field => field.Name).ToHashSet(StringComparer.Ordinal);
        var missing = names.Select(name => Text(name, "required")).FirstOrDefault(name => !present.Contains(name));
        return missing is null ? null : Problem($"'{missing}' is missing{why}");
    }

    private string? Within(string step, Func<string?> check)
    {
        _path.Push(step);
        var problem = check();
        _path.Pop();
        return problem;
    }

    private JsonElement Resolve(JsonElement reference)
    {
        var text = Text(reference, "$ref");
        if (text != "#" && !text.StartsWith("#/", StringComparison.Ordinal)) throw Wrong($"$ref '{text}' leads elsewhere; only places in the same schema can be named, as #/$defs/name");
        var target = root;
        foreach (var step in text.Split('/').Skip(1))
        {
            var name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            Spend(1);
            JsonElement next = default;
            var isThere = target.ValueKind switch
            {
                JsonValueKind.Object => target.TryGetProperty(name, out next),
                JsonValueKind.Array => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < target.GetArrayLength() && (next = target[i]).ValueKind != JsonValueKind.Undefined,
                _ => false,
            };
            if (!isThere) throw Wrong($"$ref '{text}' leads nowhere");
            target = next;
        }
        return target;
    }

    private bool IsObject(JsonElement value) => value.ValueKind == JsonValueKind.Object || (emptyIsEither && IsEmptyList(value));

    private bool IsArray(JsonElement value) => value.ValueKind == JsonValueKind.Array || (emptyIsEither && value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() == 0);

    private static bool IsEmptyList(JsonElement value) => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0;

    private bool IsSame(JsonElement expected, JsonElement value)
    {
        SpendOn(expected);
        return JsonElement.DeepEquals(expected, value) || (emptyIsEither && IsObject(expected) && IsArray(expected) && IsObject(value) && IsArray(value));
    }

    private bool Matches(string pattern, string text)
    {
        Spend(1 + (text.Length / 64));
        if (LuaRegexes.Compile(pattern, out var problem) is not { } regex) throw new SchemaException(problem!.Kind, $"schema: {problem.Message}");
        return LuaRegexes.Guard(() => regex.Regex.IsMatch(text), out var isMatch) is { } late ? throw new SchemaException(late.Kind, late.Message) : isMatch;
    }

    // An empty list stands for an empty map in schemas that come from Lua.
    private List<JsonProperty> Fields(JsonElement value, string keyword)
    {
        if (IsEmptyList(value)) return [];
        if (value.ValueKind != JsonValueKind.Object) throw Wrong($"{keyword} must be a map, got {KindOf(value)}");
        Spend(value.GetPropertyCount());
        return [.. value.EnumerateObject()];
    }

    private Dictionary<string, JsonElement> Lookup(JsonElement value, string keyword)
    {
        var lookup = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var field in Fields(value, keyword)) lookup[field.Name] = field.Value;
        return lookup;
    }

    private List<JsonElement> Items(JsonElement value, string keyword)
    {
        if (IsArray(value) && value.ValueKind == JsonValueKind.Object) return [];
        if (value.ValueKind != JsonValueKind.Array) throw Wrong($"{keyword} must be a list, got {KindOf(value)}");
        Spend(value.GetArrayLength());
        return [.. value.EnumerateArray()];
    }

    private List<JsonElement> Schemas(JsonElement value, string keyword) =>
        Items(value, keyword) is { Count: > 0 } schemas ? schemas : throw Wrong($"{keyword} must have at least one schema");

    private string Text(JsonElement value, string keyword) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong($"{keyword} must be a text, got {KindOf(value)}");

    private JsonElement Number(JsonElement value, string keyword) =>
        value.ValueKind == JsonValueKind.Number ? value : throw Wrong($"{keyword} must be a number, got {KindOf(value)}");

    private double Count(JsonElement value, string keyword) =>
        Number(value, keyword).GetDouble() is >= 0 and var count ? count : throw Wrong($"{keyword} must not be negative");

    private static int Length(JsonElement value) => value.GetString()!.EnumerateRunes().Count();

    private static int Compare(JsonElement a, JsonElement b) => a.TryGetDecimal(out var exactA) && b.TryGetDecimal(out var exactB)
        ? exactA.CompareTo(exactB)
        : a.GetDouble().CompareTo(b.GetDouble());

    private bool IsMultiple(JsonElement value, JsonElement factor)
    {
        if (factor.GetDouble() <= 0) throw Wrong("multipleOf must be more than 0");
        if (value.TryGetDecimal(out var exactValue) && factor.TryGetDecimal(out var exactFactor) && exactFactor != 0) return exactValue % exactFactor == 0;
        return double.IsInteger(value.GetDouble() / factor.GetDouble());
    }

    private void SpendOn(JsonElement value) => Spend(1 + (JsonMarshal.GetRawUtf8Value(value).Length / 16));

    private void Spend(int steps)
    {
        _steps += steps;
        if (_steps > MaxSteps) throw new SchemaException(ErrorKind.LimitExceeded, $"checking against this schema takes more than {MaxSteps} steps");
    }

    private SchemaException Wrong(string problem) => new(ErrorKind.Invalid, $"schema: {problem}");

    private string Problem(string problem) => $"{Place()}: {problem}";

    private string Place() => $"value{string.Concat(_path.Reverse())}";

    private static string Short(JsonElement value)
    {
        const int Longest = 100;
        var text = JsonMarshal.GetRawUtf8Value(value);
        return text.Length <= Longest ? Encoding.UTF8.GetString(text) : $"{Encoding.UTF8.GetString(text[..Longest])}...";
    }

    private static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => kind.ToString().ToLowerInvariant(),
    };

    // Ends a check at once, wherever it is; never leaves this class.
    private sealed class SchemaException(ErrorKind kind, string message) : Exception(message)
    {
        public ErrorKind Kind => kind;
    }

    /// <summary>JSON values that are the same, numbers by value, objects in any order.</summary>
    private sealed class JsonEquality : IEqualityComparer<JsonElement>
    {
        public static JsonEquality Instance { get; } = new();

        public bool Equals(JsonElement x, JsonElement y) => JsonElement.DeepEquals(x, y);

        public int GetHashCode(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!.GetHashCode(StringComparison.Ordinal),
            JsonValueKind.Number => HashCode.Combine(value.GetDouble()),
            JsonValueKind.Array => value.EnumerateArray().Aggregate(1, (hash, item) => HashCode.Combine(hash, GetHashCode(item))),
            JsonValueKind.Object => value.EnumerateObject().Aggregate(2, (hash, field) => hash ^ HashCode.Combine(field.Name, GetHashCode(field.Value))),
            _ => (int)value.ValueKind,
        };
    }
}
