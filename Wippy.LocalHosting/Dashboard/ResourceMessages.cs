using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Google.Protobuf.WellKnownTypes;
using Wippy.LocalHosting.Messages;
using HealthStatus = Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus;
using Resource = Wippy.LocalHosting.Messages.Resource;

namespace Wippy.LocalHosting;

/// <summary>What there is to see of a replica or a parameter, in the dashboard's messages; secrets are blotted out.</summary>
internal static class ResourceMessages
{
    public static Resource Of(ResourceEvent change, Secrets secrets)
    {
        var snapshot = change.Snapshot;
        var message = new Resource
        {
            Name = change.ResourceId,
            Type = snapshot.ResourceType,
            DisplayName = change.Resource.Name,
            Uid = change.ResourceId,
            State = snapshot.State?.Text ?? "",
            CreatedAt = Time(snapshot.CreationTimeStamp),
            StartedAt = Time(snapshot.StartTimeStamp),
            StoppedAt = Time(snapshot.StopTimeStamp),
            SupportsDetailedTelemetry = true,
            Environment = { snapshot.EnvironmentVariables.Select(variable => Of(variable, secrets)) },
            Commands = { snapshot.Commands.Select(Of) },
            Properties = { snapshot.Properties.Select(property => Of(property, secrets)) },
            Urls = { snapshot.Urls.Select(url => Of(url, isInactive: snapshot.State?.Text != KnownResourceStates.Running)) },
            HealthReports = { snapshot.HealthReports.Select(Of) },
            Relationships = { snapshot.Relationships.Select(relationship => new Relationship { ResourceName = relationship.ResourceName, Type = relationship.Type }) },
        };
        if (snapshot.ExitCode is { } code)
            message.Properties.Add(new Property { Name = "resource.exitCode", Value = Value.ForNumber(code) });
        if (Style(snapshot) is { } style)
            message.StateStyle = style;
        return message;
    }

    /// <summary>A parameter, with its value unless that is a secret.</summary>
    /// <param name="parameter">Which.</param>
    /// <param name="created">UTC; the dashboard insists on it.</param>
    public static async Task<Resource> OfAsync(ParameterResource parameter, DateTime created)
    {
        var message = new Resource
        {
            Name = parameter.Name,
            Type = "Parameter",
            DisplayName = parameter.Name,
            Uid = parameter.Name,
            State = KnownResourceStates.Running,
            CreatedAt = Time(created),
            Properties = { new Property { Name = "resource.source", Value = Value.ForString($"Parameters:{parameter.Name}") } },
        };
        try
        {
            var value = await parameter.GetValueAsync(CancellationToken.None).ConfigureAwait(false) ?? "";
            message.Properties.Add(new Property { Name = "Value", Value = Value.ForString(parameter.Secret ? ParameterResource.Blot : value), IsSensitive = parameter.Secret });
        }
        catch (DistributedApplicationException missing)
        {
            (message.State, message.StateStyle) = ("Value missing", "error");
            message.Properties.Add(new Property { Name = "Value", Value = Value.ForString(missing.Message) });
        }
        return message;
    }

    public static ConsoleLine Of(LogEntry entry, Secrets secrets) => new()
    {
        Text = string.Create(CultureInfo.InvariantCulture, $"{entry.Time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffffZ} {secrets.Mask(entry.Line.Content)}"),
        IsError = entry.Line.IsErrorMessage,
        Number = entry.Line.LineNumber,
    };

    private static EnvironmentVariable Of(EnvironmentVariableSnapshot variable, Secrets secrets) =>
        new() { Name = variable.Name, Value = secrets.Mask(variable.Value ?? ""), IsFromSpec = variable.IsFromSpec };

    private static Command Of(ResourceCommandSnapshot command)
    {
        var message = new Command
        {
            Name = command.Name,
            DisplayName = command.DisplayName,
            IsHighlighted = command.IsHighlighted,
            DisplayDescription = command.DisplayDescription ?? command.DisplayName,
            State = command.State switch
            {
                ResourceCommandState.Enabled => CommandState.Enabled,
                ResourceCommandState.Disabled => CommandState.Disabled,
                _ => CommandState.Hidden,
            },
        };
        if (command.IconName is { } icon)
            message.IconName = icon;
        if (command.ConfirmationMessage is { } question)
            message.ConfirmationMessage = question;
        return message;
    }

    private static Property Of(ResourcePropertySnapshot property, Secrets secrets) => new()
    {
        Name = property.Name,
        IsSensitive = property.IsSensitive,
        Value = property.Value switch
        {
            int number => Value.ForNumber(number),
            IEnumerable<string> texts => Value.ForList([.. texts.Select(text => Value.ForString(secrets.Mask(text)))]),
            var value => Value.ForString(secrets.Mask(value?.ToString() ?? "")),
        },
    };

    private static Url Of(UrlSnapshot url, bool isInactive)
    {
        var message = new Url
        {
            FullUrl = url.Url,
            IsInternal = url.IsInternal,
            IsInactive = isInactive,
            Display = new UrlDisplay { DisplayName = url.DisplayProperties.DisplayName, SortOrder = url.DisplayProperties.SortOrder },
        };
        if (url.Name is { } name)
            message.EndpointName = name;
        return message;
    }

    private static HealthReport Of(HealthReportSnapshot report)
    {
        var message = new HealthReport { Key = report.Name, Description = report.Description ?? "", Exception = report.ExceptionText ?? "" };
        if (report.Status is { } status)
        {
            message.Status = status switch
            {
                HealthStatus.Healthy => Messages.HealthStatus.Healthy,
                HealthStatus.Degraded => Messages.HealthStatus.Degraded,
                _ => Messages.HealthStatus.Unhealthy,
            };
        }
        return message;
    }

    private static string? Style(CustomResourceSnapshot snapshot) =>
        snapshot.State?.Style ?? (snapshot is { ExitCode: not (null or 0) } || snapshot.State?.Text == KnownResourceStates.FailedToStart ? "error" : null);

    private static Timestamp? Time(DateTime? time) => time is { } utc ? Timestamp.FromDateTime(DateTime.SpecifyKind(utc, DateTimeKind.Utc)) : null;
}
