using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Variables;

/// <summary>
/// The environment variables that the entries of one version declare (reference: registry-and-config §5). Only these exist; each is
/// found by its name or by the id of its entry. Any thread.
/// </summary>
internal sealed class EnvVariables
{
    private readonly FrozenDictionary<EntryId, (Entry Entry, VariableStorage Storage)> _storages;
    private readonly FrozenDictionary<string, EnvVariable> _variables;

    private EnvVariables(FrozenDictionary<EntryId, (Entry, VariableStorage)> storages, FrozenDictionary<string, EnvVariable> variables)
    {
        _storages = storages;
        _variables = variables;
    }

    /// <summary>No variables.</summary>
    public static EnvVariables None { get; } = new(FrozenDictionary<EntryId, (Entry, VariableStorage)>.Empty, FrozenDictionary<string, EnvVariable>.Empty);

    /// <summary>The answer for a name that no entry declares, and for a variable without a value.</summary>
    public static Error NotFound { get; } = new(ErrorKind.NotFound, "environment variable not found");

    /// <summary>Every variable, once.</summary>
    public IEnumerable<EnvVariable> All => _variables.Where(pair => pair.Key == pair.Value.Id.ToString()).Select(pair => pair.Value);

    /// <summary>Whether a kind of entry is about variables.</summary>
    public static bool IsKind(string kind) => kind.StartsWith("env.", StringComparison.Ordinal);

    /// <summary>The variables of another version. Storages that are the same there keep what they hold.</summary>
    public EnvVariables Follow(ImmutableSortedDictionary<EntryId, Entry> version)
    {
        var storages = new Dictionary<EntryId, (Entry, VariableStorage)>();
        var variables = new Dictionary<string, EnvVariable>(StringComparer.Ordinal);
        var entries = version.Values.Where(entry => IsKind(entry.Kind)).ToList();
        // Routers after what they lead to.
        foreach (var entry in entries.Where(e => e.Kind != EntryKinds.EnvVariable).OrderBy(e => e.Kind == EntryKinds.EnvRouter))
        {
            var isKept = _storages.TryGetValue(entry.Id, out var known) && ReferenceEquals(known.Entry, entry) && entry.Kind != EntryKinds.EnvRouter;
            storages[entry.Id] = isKept ? known : (entry, Make(entry, storages));
        }
        foreach (var entry in entries.Where(e => e.Kind == EntryKinds.EnvVariable))
        {
            var variable = EnvVariable.Compile(entry);
            variables[entry.Id.ToString()] = variable;
            variables.TryAdd(variable.Name, variable);
        }
        return new EnvVariables(storages.ToFrozenDictionary(), variables.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>The variable of a name, or of the id of its entry.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out EnvVariable? variable) => _variables.TryGetValue(name, out variable);

    /// <summary>The value of a variable, its default if it has none; null if that is empty, too.</summary>
    public string? Get(EnvVariable variable)
    {
        var value = StorageOf(variable).Get(variable.Name);
        if (string.IsNullOrEmpty(value)) value = variable.Default;
        return value.Length > 0 ? value : null;
    }

    /// <summary>The value of a name; null if there is no such variable or it has none.</summary>
    public string? Get(string name) => TryFind(name, out var variable) ? Get(variable) : null;

    /// <summary>Sets a variable.</summary>
    /// <returns>Null, or why not.</returns>
    public Error? Set(EnvVariable variable, string value) => variable.IsReadOnly
        ? new Error(ErrorKind.PermissionDenied, "environment variable is read-only")
        : StorageOf(variable).Set(variable.Name, value);

    private VariableStorage StorageOf(EnvVariable variable) => _storages[variable.Storage].Storage;

    private static VariableStorage Make(Entry entry, Dictionary<EntryId, (Entry, VariableStorage Storage)> storages)
    {
        var fields = new EntryFields(entry.Fields);
        return entry.Kind switch
        {
            EntryKinds.EnvMemory => new MemoryVariables(),
            EntryKinds.EnvOs => new OsVariables(),
            EntryKinds.EnvFile => new FileVariables(fields.Text("file_path")!, fields.Flag("auto_create"), Mode(fields, "file_mode", "644"), Mode(fields, "dir_mode", "755")),
            EntryKinds.EnvStatic => new StaticVariables(fields.Map("values").ToDictionary(pair => pair.Key, pair => TextOf(pair.Value))),
            EntryKinds.EnvRouter => new RoutedVariables([.. fields.Texts("storages").Select(id => storages[Resolve(id, entry)].Storage)]),
            _ => throw new ArgumentException($"{entry.Kind} is no storage", nameof(entry)),
        };
    }

    private static EntryId Resolve(string id, Entry entry) =>
        EntryId.TryResolve(id, entry.Id.Namespace, out var resolved) ? resolved : throw new InvalidOperationException($"{entry.Id} was not validated");

    // Octal digits, as a number or as text.
    private static UnixFileMode Mode(EntryFields fields, string name, string otherwise) =>
        (UnixFileMode)Convert.ToInt32(TextOf(fields.Value(name) ?? otherwise), 8);

    private static string TextOf(object? value) => value is bool flag ? (flag ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
