namespace Wippy.Shared.Registry;

/// <summary>A place in a declared file.</summary>
/// <param name="File">Path relative to the app folder, with forward slashes; null for what was not declared in a file.</param>
/// <param name="Line">1-based; 0 means the file or folder as a whole.</param>
/// <param name="Column">1-based; 0 together with <paramref name="Line"/>.</param>
internal readonly record struct SourceLocation(string? File, int Line = 0, int Column = 0) : IComparable<SourceLocation>
{
    /// <summary>By file (ordinal), then line, then column.</summary>
    public int CompareTo(SourceLocation other)
    {
        var byFile = string.CompareOrdinal(File, other.File);
        return byFile != 0 ? byFile : (Line, Column).CompareTo((other.Line, other.Column));
    }

    /// <summary><c>file:line:column</c>, or just the file.</summary>
    public override string ToString() => Line == 0 ? File ?? "" : $"{File}:{Line}:{Column}";
}
