using System.Diagnostics.CodeAnalysis;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The size of a resource's terminal as it begins; whoever looks at it may change it.</summary>
[Experimental("ASPIRETERMINAL001")]
public sealed class TerminalOptions
{
    /// <summary>Characters in a line, 1 or more.</summary>
    public int Columns { get; set; } = 120;

    /// <summary>Lines, 1 or more.</summary>
    public int Rows { get; set; } = 30;
}

/// <summary>Each replica runs on a terminal that people use in the dashboard.</summary>
internal sealed record TerminalAnnotation(int Columns, int Rows) : IResourceAnnotation;
