using System.Text;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Wippy.LocalHosting;

/// <summary>The state of the application on one screen. Pure.</summary>
internal static class StatusTable
{
    /// <summary>Nothing more is to be expected of this replica's start.</summary>
    public static bool IsSettled(ResourceEvent replica) =>
        replica.Snapshot.HealthStatus == HealthStatus.Healthy
        || KnownResourceStates.TerminalStates.Contains(replica.Snapshot.State?.Text)
        || replica.Resource.Annotations.OfType<ExplicitStartupAnnotation>().Any();

    /// <summary>One line per replica and URL, without a line end at the end.</summary>
    public static string Format(IEnumerable<ResourceEvent> replicas)
    {
        var rows = replicas.SelectMany(Rows).Prepend(("RESOURCE", "STATE", "URL")).ToArray();
        var (name, state) = (rows.Max(row => row.Item1.Length), rows.Max(row => row.Item2.Length));
        return new StringBuilder()
            .AppendJoin(Environment.NewLine, rows.Select(row => $"  {row.Item1.PadRight(name)}  {row.Item2.PadRight(state)}  {row.Item3}".TrimEnd()))
            .ToString();
    }

    private static IEnumerable<(string, string, string)> Rows(ResourceEvent replica)
    {
        var urls = replica.Snapshot.Urls.Select(url => url.DisplayProperties.DisplayName is { Length: > 0 } text ? $"{url.Url}  {text}" : url.Url).DefaultIfEmpty("");
        var first = (replica.ResourceId, State(replica.Snapshot));
        foreach (var url in urls)
        {
            yield return (first.Item1, first.Item2, url);
            first = ("", "");
        }
    }

    private static string State(CustomResourceSnapshot snapshot) => snapshot switch
    {
        { HealthStatus: HealthStatus.Healthy, HealthReports.IsEmpty: false } => "Healthy",
        { HealthStatus: HealthStatus.Unhealthy or HealthStatus.Degraded } => "Unhealthy",
        { ExitCode: { } code } => $"{snapshot.State?.Text} ({code})",
        _ => snapshot.State?.Text ?? "",
    };
}
