namespace Wippy.Shared.Registry;

/// <summary>How an app is loaded.</summary>
internal sealed record LoadOptions
{
    /// <summary>Values that replace declared ones, each <c>namespace:entry:field=value</c>; see <see cref="EntryOverrides"/>.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>Values that replace those of <c>.wippy.yaml</c>, each <c>section.key=value</c>; see <see cref="AppSettings"/>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>The file that is read instead of the <c>.wippy.yaml</c> of the app; null for that one, which may be missing.</summary>
    public string? SettingsFile { get; init; }

    /// <summary>
    /// Whether files and entries that cannot be read, entries of unknown kinds, and what needs them are skipped with a warning.
    /// Default no: they are errors.
    /// </summary>
    public bool IsLenient { get; init; }

    /// <summary>What puts the values of environment variables into entries; null for nothing.</summary>
    public EntrySettlement? Settlement { get; init; }
}
