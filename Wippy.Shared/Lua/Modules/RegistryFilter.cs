using System.Text.RegularExpressions;
using Wippy.Shared.Errors;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;

namespace Wippy.Shared.Lua.Modules;

/// <summary>
/// What <c>registry.find</c> looks for; all of its keys must match (reference: registry-and-config §8):
/// <code>
/// .kind .name .ns .id   equal, where * stands for anything
/// meta.x                equal; of a list, all items are among the entry's
/// ~meta.x               matches a regular expression
/// *meta.x ^meta.x $meta.x   contains, begins with, ends with
/// </code>
/// The other forms hold for a list when they hold for one of its items.
/// </summary>
internal sealed class RegistryFilter
{
    private const string MetaPrefix = "meta.";

    private static readonly string[] Fields = [".kind", ".name", ".ns", ".id"];

    private readonly List<Predicate<Entry>> _tests = [];

    /// <summary>Keys of no known form: they are skipped, and match everything.</summary>
    public List<string> Skipped { get; } = [];

    /// <summary>Compiles a filter.</summary>
    /// <returns>Null when a value makes no sense.</returns>
    public static RegistryFilter? Compile(IReadOnlyDictionary<string, object?> keys, out Error? error)
    {
        var filter = new RegistryFilter();
        foreach (var (key, value) in keys.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            error = filter.Add(key, value);
            if (error is not null) return null;
        }
        error = null;
        return filter;
    }

    public bool Matches(Entry entry) => _tests.TrueForAll(test => test(entry));

    private Error? Add(string key, object? value)
    {
        var operation = key.Length > 0 && key[0] is '~' or '*' or '^' or '$' ? key[0] : '=';
        var path = operation == '=' ? key : key[1..];
        if (operation == '=' && Fields.Contains(key))
        {
            if (value is not string pattern) return Invalid(key, "text");
            var glob = Glob(pattern);
            _tests.Add(entry => glob.IsMatch(FieldOf(entry, key)));
            return null;
        }
        if (!path.StartsWith(MetaPrefix, StringComparison.Ordinal) || path.Length == MetaPrefix.Length)
        {
            Skipped.Add(key);
            return null;
        }
        var field = path[MetaPrefix.Length..];
        if (operation == '=')
        {
            _tests.Add(entry => IsEqual(MetaOf(entry, field), value));
            return null;
        }
        if (value is not string text) return Invalid(key, "text");
        Predicate<string>? test = operation switch
        {
            '~' => Expression(text),
            '*' => found => found.Contains(text, StringComparison.Ordinal),
            '^' => found => found.StartsWith(text, StringComparison.Ordinal),
            _ => found => found.EndsWith(text, StringComparison.Ordinal),
        };
        if (test is null) return new Error(ErrorKind.Invalid, $"filter '{key}': '{text}' is not a regular expression");
        _tests.Add(entry => MetaOf(entry, field) switch
        {
            string found => test(found),
            IReadOnlyList<object?> items => items.OfType<string>().Any(found => test(found)),
            _ => false,
        });
        return null;
    }

    private static string FieldOf(Entry entry, string key) => key switch
    {
        ".kind" => entry.Kind,
        ".name" => entry.Id.Name,
        ".ns" => entry.Id.Namespace,
        _ => entry.Id.ToString(),
    };

    // A key as it is written, else a path into maps.
    private static object? MetaOf(Entry entry, string field)
    {
        if (entry.Meta.TryGetValue(field, out var direct)) return direct;
        object? value = entry.Meta;
        foreach (var part in field.Split('.')) value = (value as IReadOnlyDictionary<string, object?>)?.GetValueOrDefault(part);
        return value;
    }

    private static bool IsEqual(object? found, object? wanted) => (found, wanted) switch
    {
        (IReadOnlyList<object?> items, IReadOnlyList<object?> all) => all.All(item => items.Any(one => IsEqual(one, item))),
        (_, IReadOnlyList<object?> all) => all.Count == 1 && IsEqual(found, all[0]),
        (long n, double d) => n == d,
        (double d, long n) => n == d,
        _ => Equals(found, wanted),
    };

    private static Regex Glob(string pattern) =>
        new($@"\A{Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal)}\z", RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant);

    private static Predicate<string>? Expression(string pattern)
    {
        try
        {
            return Re2.Compile(pattern).IsMatch;
        }
        catch (Exception notOne) when (notOne is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static Error Invalid(string key, string expected) => new(ErrorKind.Invalid, $"filter '{key}': expected {expected}");
}
