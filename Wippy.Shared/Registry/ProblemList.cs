using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>Collects what is wrong with a set of entries, so that everything is reported at once. One thread.</summary>
internal sealed class ProblemList
{
    private readonly List<Problem> _problems = [];
    private readonly HashSet<EntryId> _brokenEntries = [];

    /// <summary>Whether anything but warnings was found.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>Whether an error concerns this entry; later checks then leave it alone.</summary>
    public bool HasErrorsIn(EntryId entry) => _brokenEntries.Contains(entry);

    public void Error(Entry entry, string? field, string message) =>
        Add(new Problem(Severity.Error, LocationOf(entry, field), entry.Id, field, message));

    public void Warning(Entry entry, string? field, string message) =>
        Add(new Problem(Severity.Warning, LocationOf(entry, field), entry.Id, field, message));

    public void Add(Problem problem)
    {
        _problems.Add(problem);
        if (problem.Severity != Severity.Error) return;
        HasErrors = true;
        if (problem.Entry is { } id) _brokenEntries.Add(id);
    }

    /// <summary>Everything found so far, each once, by file, line and column.</summary>
    public IReadOnlyList<Problem> Sorted() => _problems.Distinct().OrderBy(p => p.Location).ToList();

    private static SourceLocation LocationOf(Entry entry, string? field) =>
        field is null ? entry.Location : entry.LocationOf(field);
}
