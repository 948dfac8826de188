using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Wippy.Shared.Processes;

/// <summary>The native process classes a service offers, by the name that entries give in <c>class</c>. Any thread.</summary>
public sealed class NativeProcesses
{
    private readonly ConcurrentDictionary<string, Func<NativeProcess>> _factories = new(StringComparer.Ordinal);

    /// <summary>Offers a class.</summary>
    /// <param name="name">What <c>class</c> says; the id of the entry when it says nothing.</param>
    /// <param name="create">Makes one instance per process.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public NativeProcesses Add(string name, Func<NativeProcess> create) =>
        _factories.TryAdd(name, create) ? this : throw new ArgumentException($"a native process named '{name}' exists already", nameof(name));

    internal bool TryGet(string name, [NotNullWhen(true)] out Func<NativeProcess>? create) => _factories.TryGetValue(name, out create);

    internal string Names => string.Join(", ", _factories.Keys.Order(StringComparer.Ordinal));
}
