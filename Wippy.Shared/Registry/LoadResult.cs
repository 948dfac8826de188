namespace Wippy.Shared.Registry;

/// <summary>What loading an app gave: a snapshot, or the errors that prevented it; warnings in both cases.</summary>
/// <param name="Snapshot">Version 0 of the registry; null when there was an error.</param>
/// <param name="Problems">By file, line and column.</param>
internal sealed record LoadResult(Snapshot? Snapshot, IReadOnlyList<Problem> Problems)
{
    /// <summary>What <c>.wippy.yaml</c> says.</summary>
    public AppSettings Settings { get; init; } = new(false);

    /// <summary>One line per problem.</summary>
    public override string ToString() => string.Join('\n', Problems);
}
