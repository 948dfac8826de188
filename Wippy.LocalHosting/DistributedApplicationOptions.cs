namespace Aspire.Hosting;

/// <summary>How to make a builder.</summary>
public sealed class DistributedApplicationOptions
{
    /// <summary>Command line of the AppHost; <c>--Key value</c> becomes configuration.</summary>
    public string[]? Args { get; set; }

    /// <summary>The AppHost's assembly; null = the entry assembly.</summary>
    public string? AssemblyName { get; set; }

    /// <summary>Run without the dashboard. On in tests unless they ask for it, and with <c>--no-dashboard</c> among the arguments.</summary>
    public bool DisableDashboard { get; set; }
}
