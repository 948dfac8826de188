using System.Text.Json;

namespace Wippy.LocalHosting;

/// <summary>A profile of a project's <c>Properties/launchSettings.json</c> that starts the project itself.</summary>
internal sealed record LaunchProfile(string Name, IReadOnlyList<Uri> ApplicationUrls, IReadOnlyDictionary<string, string> EnvironmentVariables)
{
    private static readonly JsonDocumentOptions Json = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The profiles in the order of the file; none without a file.</summary>
    public static IEnumerable<LaunchProfile> ReadAll(string projectPath)
    {
        var path = Path.Combine(Path.GetDirectoryName(projectPath)!, "Properties", "launchSettings.json");
        if (!File.Exists(path))
            return [];
        using var settings = JsonDocument.Parse(File.ReadAllText(path), Json);
        if (!settings.RootElement.TryGetProperty("profiles", out var profiles))
            return [];
        return [.. profiles.EnumerateObject().Where(profile => Text(profile.Value, "commandName") == "Project").Select(Read)];
    }

    private static LaunchProfile Read(JsonProperty profile) => new(
        profile.Name,
        [.. (Text(profile.Value, "applicationUrl") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(url => new Uri(url))],
        profile.Value.TryGetProperty("environmentVariables", out var variables)
            ? variables.EnumerateObject().ToDictionary(variable => variable.Name, variable => variable.Value.ToString())
            : []);

    private static string? Text(JsonElement profile, string name) => profile.TryGetProperty(name, out var value) ? value.GetString() : null;
}
