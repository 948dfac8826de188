namespace Wippy.Shared.Registry;

/// <summary>The part of <c>.wippy.yaml</c>, in the app folder, that has a meaning here.</summary>
/// <param name="StrictSecurity"><c>security.strict_mode</c>: processes without actor or scope are refused everything. Default no.</param>
internal sealed record AppSettings(bool StrictSecurity)
{
    private const string FileName = ".wippy.yaml";

    /// <summary>Reads the file if there is one.</summary>
    /// <param name="appFolder">Absolute, or relative to the working folder.</param>
    /// <param name="problems">Receives what is wrong with it; sections that are not known here are left alone.</param>
    public static AppSettings Read(string appFolder, ProblemList problems)
    {
        var path = Path.Combine(appFolder, FileName);
        if (!File.Exists(path)) return new AppSettings(false);
        try
        {
            var documents = YamlText.Parse(File.ReadAllText(path), FileName, problems);
            return new AppSettings(documents.Count > 0 && ReadStrict(documents[0], problems));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem(Severity.Error, new SourceLocation(FileName), null, null, $"cannot be read: {e.Message}"));
            return new AppSettings(false);
        }
    }

    private static bool ReadStrict(YamlDotNet.RepresentationModel.YamlMappingNode document, ProblemList problems)
    {
        if (document.Find("security") is not YamlDotNet.RepresentationModel.YamlMappingNode security || security.Find("strict_mode") is not { } value) return false;
        var text = (value as YamlDotNet.RepresentationModel.YamlScalarNode)?.Value;
        if (text is not ("true" or "false")) problems.Add(new Problem(Severity.Error, value.LocationIn(FileName), null, "security.strict_mode", $"expected true or false, got {text ?? "something else"}"));
        return text == "true";
    }
}
