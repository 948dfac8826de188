using Wippy.Shared.Errors;

namespace Wippy.Shared.Variables;

/// <summary>Where environment variables keep their values: one of the <c>env.storage.*</c> kinds. Any thread.</summary>
internal abstract class VariableStorage
{
    /// <summary>The answer to a write where there is none.</summary>
    public static Error ReadOnly { get; } = new(ErrorKind.PermissionDenied, "storage is read-only");

    /// <summary>The value; null or empty when there is none.</summary>
    public abstract string? Get(string name);

    /// <summary>Sets a value.</summary>
    /// <returns>Null, or why not.</returns>
    public virtual Error? Set(string name, string value) => ReadOnly;
}

/// <summary>Values that last as long as the node.</summary>
internal sealed class MemoryVariables : VariableStorage
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override string? Get(string name) => _values.GetValueOrDefault(name);

    /// <inheritdoc/>
    public override Error? Set(string name, string value)
    {
        _values[name] = value;
        return null;
    }
}

/// <summary>The environment of the operating-system process, which programs read only.</summary>
internal sealed class OsVariables : VariableStorage
{
    /// <inheritdoc/>
    public override string? Get(string name) => Environment.GetEnvironmentVariable(name);
}

/// <summary>Values that the entry itself holds.</summary>
internal sealed class StaticVariables(IReadOnlyDictionary<string, string> values) : VariableStorage
{
    /// <inheritdoc/>
    public override string? Get(string name) => values.GetValueOrDefault(name);
}

/// <summary>Several storages in one: reads the first that has a value, writes to the first.</summary>
internal sealed class RoutedVariables(IReadOnlyList<VariableStorage> storages) : VariableStorage
{
    /// <inheritdoc/>
    public override string? Get(string name)
    {
        foreach (var storage in storages)
        {
            if (storage.Get(name) is { Length: > 0 } value) return value;
        }
        return null;
    }

    /// <inheritdoc/>
    public override Error? Set(string name, string value) => storages.Count == 0 ? ReadOnly : storages[0].Set(name, value);
}
