using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Everything there is to see of one replica at one moment.</summary>
public sealed record CustomResourceSnapshot
{
    /// <summary><c>Project</c> or <c>Executable</c>.</summary>
    public required string ResourceType { get; init; }

    /// <summary>Facts by name, such as the process id.</summary>
    public required ImmutableArray<ResourcePropertySnapshot> Properties { get; init; }

    /// <summary>When the AppHost came to know it (UTC).</summary>
    public DateTime? CreationTimeStamp { get; init; }

    /// <summary>When its process was last started (UTC).</summary>
    public DateTime? StartTimeStamp { get; init; }

    /// <summary>When its process last ended (UTC).</summary>
    public DateTime? StopTimeStamp { get; init; }

    /// <summary>One of <see cref="KnownResourceStates"/>.</summary>
    public ResourceStateSnapshot? State { get; init; }

    /// <summary>Of the last process; null while it runs, 128 + number when a signal ended it.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The last result of each health check.</summary>
    public ImmutableArray<HealthReportSnapshot> HealthReports { get; internal init; } = [];

    /// <summary>The worst of the reports, healthy without any; null unless running.</summary>
    public HealthStatus? HealthStatus => State?.Text != KnownResourceStates.Running ? null
        : HealthReports.IsEmpty ? Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy
        : HealthReports.Min(report => report.Status ?? Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Unhealthy);

    /// <summary>It was healthy since its last start, and the subscribers of <see cref="ResourceReadyEvent"/> are done.</summary>
    internal bool WasReady { get; init; }

    /// <summary>Whoever waits for it may start.</summary>
    internal bool IsReady => WasReady && HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy;

    /// <summary>What the process was given, in the clear.</summary>
    public ImmutableArray<EnvironmentVariableSnapshot> EnvironmentVariables { get; init; } = [];

    /// <summary>Where to look.</summary>
    public ImmutableArray<UrlSnapshot> Urls { get; init; } = [];

    /// <summary>Resources it uses, waits for or belongs to.</summary>
    public ImmutableArray<RelationshipSnapshot> Relationships { get; init; } = [];

    /// <summary>What can be done with it.</summary>
    public ImmutableArray<ResourceCommandSnapshot> Commands { get; init; } = [];
}

/// <summary>A state by name.</summary>
public sealed record ResourceStateSnapshot(string Text, string? Style)
{
    /// <summary>A state without a style of its own.</summary>
    public static implicit operator ResourceStateSnapshot?(string? s) => s is null ? null : new(s, Style: null);
}

/// <summary>A fact about a replica.</summary>
public sealed record ResourcePropertySnapshot(string Name, object? Value)
{
    /// <summary>It is shown only to those who ask for it.</summary>
    public bool IsSensitive { get; init; }
}

/// <summary>The last result of a health check; without a status it has not run yet.</summary>
public sealed record HealthReportSnapshot(string Name, HealthStatus? Status, string? Description, string? ExceptionText);

/// <summary>A variable of the process; those not from the AppHost were inherited.</summary>
public sealed record EnvironmentVariableSnapshot(string Name, string? Value, bool IsFromSpec);

/// <summary>A URL, the endpoint it comes from, and a text for people.</summary>
public sealed record UrlSnapshot(string? Name, string Url, bool IsInternal)
{
    /// <summary>How to show it.</summary>
    public UrlDisplayPropertiesSnapshot DisplayProperties { get; init; } = new();
}

/// <summary>How a URL is shown: its text, and its place among the others, the highest first.</summary>
public sealed record UrlDisplayPropertiesSnapshot(string DisplayName = "", int SortOrder = 0);

/// <summary>A related resource.</summary>
public sealed record RelationshipSnapshot(string ResourceName, string Type);

/// <summary>A command as it can be given now.</summary>
public sealed record ResourceCommandSnapshot
{
    internal ResourceCommandSnapshot(ResourceCommandAnnotation command, ResourceCommandState state)
    {
        Name = command.Name;
        State = state;
        DisplayName = command.DisplayName;
        DisplayDescription = command.Options.Description;
        ConfirmationMessage = command.Options.ConfirmationMessage;
        IconName = command.Options.IconName;
        IsHighlighted = command.Options.IsHighlighted;
    }

    /// <summary>Unique in the resource.</summary>
    public string Name { get; }

    /// <summary>Whether it can be given.</summary>
    public ResourceCommandState State { get; }

    /// <summary>The name people see.</summary>
    public string DisplayName { get; }

    /// <summary>One sentence about what it does.</summary>
    public string? DisplayDescription { get; }

    /// <summary>A question to answer before it is done.</summary>
    public string? ConfirmationMessage { get; }

    /// <summary>Name of a Fluent UI icon.</summary>
    public string? IconName { get; }

    /// <summary>Show it beside the resource, not only in its menu.</summary>
    public bool IsHighlighted { get; }
}
