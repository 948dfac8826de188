using System.Threading.Channels;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Wippy.LocalHosting;

/// <summary>
/// The AppHost's console: what is being started, the lines of every replica behind its name, a table once everything is up,
/// and how to stop. Colours only on a terminal and without <c>NO_COLOR</c>.
/// </summary>
internal sealed class ConsoleOutput(
    DistributedApplicationModel model, ResourceLoggerService logs, ResourceNotificationService notifications, LogFiles files,
    Dashboard dashboard, IHostApplicationLifetime application, IHostEnvironment environment) : IHostedService
{
    private static readonly string[] Colours = ["\e[36m", "\e[32m", "\e[35m", "\e[33m", "\e[34m", "\e[31m"];
    private const string Dim = "\e[2m";
    private const string Plain = "\e[0m";

    // A writer of its own: a terminal that stands still must not hold up the processes or their health checks.
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private readonly bool _colours = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
    private readonly List<IResource> _resources = [.. model.Resources.Where(resource => resource is ProjectResource or ExecutableResource)];
    private Task _writer = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _writer = Task.Run(WriteAsync, CancellationToken.None);
        Print($"{environment.ApplicationName}: starting {string.Join(", ", _resources.Select(resource => resource.Name))}. Ctrl+C stops.");
        dashboard.Said += line => Print(line);
        logs.Written += entry => Print(Format(entry));
        application.ApplicationStopping.Register(() => Print("Stopping; a second Ctrl+C ends everything at once."));
        _ = PrintTableAsync(application.ApplicationStopping);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Print($"Stopped. Logs: {files.Folder}");
        _lines.Writer.Complete();
        await _writer.ConfigureAwait(false);
    }

    private async Task PrintTableAsync(CancellationToken stopping)
    {
        var states = new SortedDictionary<string, ResourceEvent>(StringComparer.Ordinal);
        try
        {
            await foreach (var change in notifications.WatchAsync(stopping).ConfigureAwait(false))
            {
                states[change.ResourceId] = change;
                if (_resources.All(resource => states.Values.Any(state => state.Resource == resource)) && states.Values.All(StatusTable.IsSettled))
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
        // One write, so that no process speaks in the middle of it.
        Print($"""

            {StatusTable.Format(states.Values.OrderBy(state => _resources.IndexOf(state.Resource)))}

            {(dashboard.Login is { IsCompletedSuccessfully: true, Result: { } login } ? $"  Dashboard: {login}\n" : "")}  Logs: {files.Folder}
              Ctrl+C stops everything, dependents first.

            """);
    }

    /// <summary><c>name | line</c>; <c>name * line</c> when the AppHost speaks about it.</summary>
    private string? Format(LogEntry entry)
    {
        if (entry.Source == LogSource.Detail)
            return null;
        var label = Label(entry.Resource, entry.ResourceId).PadRight(LabelWidth);
        if (!_colours)
            return $"{label} {entry.Mark} {entry.Line.Content}";
        var colour = Colours[_resources.IndexOf(entry.Resource) % Colours.Length];
        return $"{colour}{label} {entry.Mark}{Plain} {(entry.Mark == '*' ? Dim : "")}{entry.Line.Content}{Plain}";
    }

    private int LabelWidth => _resources.SelectMany(resource => notifications.Replicas(resource.Name)).Max(replica => Label(replica.Resource, replica.ResourceId).Length);

    /// <summary>The name of the resource; a replica among several is named by its id.</summary>
    private string Label(IResource resource, string replicaId) => notifications.Replicas(resource.Name).Count > 1 ? replicaId : resource.Name;

    private void Print(string? line)
    {
        if (line is not null)
            _lines.Writer.TryWrite(line);
    }

    private async Task WriteAsync()
    {
        await foreach (var line in _lines.Reader.ReadAllAsync().ConfigureAwait(false))
            Console.Out.WriteLine(line);
    }
}
