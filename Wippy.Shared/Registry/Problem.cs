using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>How bad a <see cref="Problem"/> is.</summary>
internal enum Severity
{
    /// <summary>Reported; the app loads.</summary>
    Warning,

    /// <summary>Reported; nothing of the change is applied.</summary>
    Error,
}

/// <summary>One thing wrong with the declared entries.</summary>
/// <param name="Severity">Whether the load goes on.</param>
/// <param name="Location">File, line and column.</param>
/// <param name="Entry">The entry concerned; null when it is the file or the entry has no id yet.</param>
/// <param name="Field">Path of the field concerned, or null.</param>
/// <param name="Message">What is wrong, with the value, and what was expected.</param>
internal sealed record Problem(Severity Severity, SourceLocation Location, EntryId? Entry, string? Field, string Message)
{
    /// <summary>
    /// <c>src/_index.yaml:12:5: error: app:worker.host: no entry 'app:hosts' (did you mean 'app:host'?)</c>; without the
    /// place when the entry comes from no file.
    /// </summary>
    public override string ToString()
    {
        var severity = Severity == Severity.Error ? "error" : "warning";
        var subject = (Entry, Field) switch
        {
            (null, null) => "",
            (null, _) => $"{Field}: ",
            (_, null) => $"{Entry}: ",
            _ => $"{Entry}.{Field}: ",
        };
        return Location.File is null ? $"{severity}: {subject}{Message}" : $"{Location}: {severity}: {subject}{Message}";
    }
}
