using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Base of all resources.</summary>
[DebuggerDisplay("{GetType().Name}: {Name}")]
public abstract partial class Resource : IResource
{
    /// <param name="name">1 to 64 letters, digits and hyphens, a letter first: it becomes part of variable and file names.</param>
    protected Resource(string name)
    {
        if (!ValidName().IsMatch(name))
            throw new ArgumentException($"Resource name '{name}' is invalid: 1 to 64 ASCII letters, digits and hyphens, a letter first.", nameof(name));
        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ResourceAnnotationCollection Annotations { get; } = [];

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9-]{0,63}$")]
    private static partial Regex ValidName();
}
