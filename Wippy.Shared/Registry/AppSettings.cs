using YamlDotNet.RepresentationModel;

namespace Wippy.Shared.Registry;

/// <summary>The settings of an app's <c>.wippy.yaml</c>, which may be missing, with those of the command line over them.</summary>
/// <param name="StrictSecurity"><c>security.strict_mode</c>: processes without actor or scope are refused everything. Default false.</param>
/// <param name="ShutdownTimeout"><c>shutdown.timeout</c>: limit for the whole orderly stop. Default 30 s.</param>
internal sealed record AppSettings(bool StrictSecurity, TimeSpan ShutdownTimeout)
{
    /// <summary>Name of the file in the app folder.</summary>
    public const string FileName = ".wippy.yaml";

    private const string Form = "expected section.key=value";

    // Sections that upstream knows and that have no meaning here are taken without a word.
    private static readonly string[] Sections =
    [
        "version", "security", "shutdown", "logger", "logmanager", "registry", "relay", "supervisor", "lua", "metrics", "prometheus", "otel",
        "cluster", "profiler", "override",
    ];

    private static readonly Dictionary<string, FieldShape> Known = new(StringComparer.Ordinal)
    {
        ["security.strict_mode"] = new FieldShape.Flag(),
        ["shutdown.timeout"] = new FieldShape.Duration(),
    };

    public static AppSettings Default { get; } = new(false, TimeSpan.FromSeconds(30));

    /// <summary>Reads them.</summary>
    /// <param name="appFolder">An existing folder.</param>
    /// <param name="options">Which file, and what replaces its values.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static AppSettings Read(string appFolder, LoadOptions options, ProblemList problems)
    {
        var settings = Default;
        var file = options.SettingsFile ?? FileName;
        foreach (var (section, body) in ReadFile(appFolder, options.SettingsFile, problems))
        {
            var name = (section as YamlScalarNode)?.Value ?? "";
            if (!Sections.Contains(name))
            {
                problems.Add(new Problem(Severity.Warning, section.LocationIn(file), null, name, $"unknown section is ignored{NearMiss.Suggest(name, Sections)}"));
            }
            if (body is not YamlMappingNode fields) continue;
            foreach (var (key, value) in fields.Children)
            {
                var field = $"{name}.{(key as YamlScalarNode)?.Value}";
                settings = settings.With(field, value is YamlScalarNode scalar ? YamlValues.Scalar(scalar) : value, value.LocationIn(file), problems);
            }
        }
        foreach (var text in options.Settings)
        {
            var place = new SourceLocation($"--set {text}");
            var parts = text.Split('=', 2);
            if (parts.Length != 2 || parts[0].Split('.') is not [{ Length: > 0 } section, { Length: > 0 }] || !YamlText.TryParseValue(parts[1], out var value)) problems.Add(new Problem(Severity.Error, place, null, null, Form));
            else if (!Sections.Contains(section)) problems.Add(new Problem(Severity.Error, place, null, section, $"unknown section{NearMiss.Suggest(section, Sections)}"));
            else settings = settings.With(parts[0], value, place, problems);
        }
        return settings;
    }

    // One that was named must be there.
    private static IEnumerable<KeyValuePair<YamlNode, YamlNode>> ReadFile(string appFolder, string? named, ProblemList problems)
    {
        var path = named ?? Path.Combine(appFolder, FileName);
        var name = named ?? FileName;
        try
        {
            return named is null && !File.Exists(path) ? [] : YamlText.Parse(File.ReadAllText(path), name, problems).SelectMany(root => root.Children);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem(Severity.Error, new SourceLocation(name), null, null, $"cannot be read: {e.Message}"));
            return [];
        }
    }

    private AppSettings With(string key, object? value, SourceLocation place, ProblemList problems)
    {
        switch (key)
        {
            case "security.strict_mode" when value is bool strict: return this with { StrictSecurity = strict };
            case "shutdown.timeout" when value is string text && GoDuration.TryParse(text, out TimeSpan timeout) && timeout > TimeSpan.Zero: return this with { ShutdownTimeout = timeout };
        }
        if (Known.TryGetValue(key, out var shape)) problems.Add(new Problem(Severity.Error, place, null, key, $"expected {shape.Expected}, got {(value is YamlNode or IReadOnlyList<object?> or IReadOnlyDictionary<string, object?> ? "something else" : $"'{value}'")}"));
        else if (Known.Keys.Any(known => SectionOf(known) == SectionOf(key))) problems.Add(new Problem(Severity.Warning, place, null, key, $"unknown setting is ignored{NearMiss.Suggest(key, Known.Keys)}"));
        return this;
    }

    private static string SectionOf(string key) => key[..key.IndexOf('.', StringComparison.Ordinal)];
}
