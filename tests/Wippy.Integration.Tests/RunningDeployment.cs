using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Wippy.Testing;

namespace Wippy.Integration.Tests;

/// <summary>The real AppHost with its three services as child processes, and <c>wippy connect</c> to join it. Every wait has a safety limit.</summary>
public sealed class RunningDeployment : IAsyncLifetime
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(90);

    private readonly TempFolder _folder = new();
    private readonly string[] _arguments;
    private DistributedApplication _app = null!;

    /// <summary>With one user service.</summary>
    public RunningDeployment() : this([])
    {
    }

    /// <param name="arguments">For the AppHost.</param>
    internal RunningDeployment(string[] arguments)
    {
        _arguments = arguments;
    }

    /// <summary>The app of these tests: servers with names, load, and processes that watch.</summary>
    public static string KeptApp { get; } = Path.Combine(Repository.Root, "tests", "Wippy.Integration.Tests", "app");

    /// <summary>The services, in start order.</summary>
    public static IReadOnlyList<string> Services { get; } = ["system", "user", "terminal"];

    /// <summary>Folder for files of the test.</summary>
    public TempFolder Folder => _folder;

    /// <summary>The application.</summary>
    public DistributedApplication App => _app;

    /// <summary>Where the system service puts what <c>wippy connect</c> needs.</summary>
    public string ConnectFile => Path.Combine(_folder.Path, "connect.json");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Wippy_AppHost>(["--ConnectFile", ConnectFile, .. _arguments]);
        _app = await builder.BuildAsync();
        await _app.StartAsync();
        foreach (var service in Services) await WaitHealthyAsync(service);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Waits until a service is healthy; gives the id of its operating-system process.</summary>
    public async Task<int> WaitHealthyAsync(string service)
    {
        using var safety = new CancellationTokenSource(Safety);
        var change = await _app.ResourceNotifications.WaitForResourceHealthyAsync(service, safety.Token);
        return (int)change.Snapshot.Properties.Single(property => property.Name == "executable.pid").Value!;
    }

    /// <summary>Waits until a service has a state; gives the id of that replica.</summary>
    /// <param name="service">Its name, or the id of a replica.</param>
    /// <param name="isIt">What is waited for.</param>
    public async Task<ResourceEvent> WaitAsync(string service, Func<ResourceEvent, bool> isIt)
    {
        using var safety = new CancellationTokenSource(Safety);
        return await _app.ResourceNotifications.WaitForResourceAsync(service, isIt, safety.Token);
    }

    /// <summary>Ends a service as <c>kill -9</c> does, and waits until that is noticed; gives the id of that replica.</summary>
    /// <param name="service">Its name.</param>
    /// <param name="pid">The operating-system process.</param>
    public async Task<string> KillAsync(string service, int pid)
    {
        using (var process = Process.GetProcessById(pid)) process.Kill();
        var ended = await WaitAsync(service, change => PidOf(change) == pid && change.Snapshot.State?.Text == KnownResourceStates.Exited);
        return ended.ResourceId;
    }

    /// <summary>Starts a replica by the command of the dashboard, and waits until it is healthy.</summary>
    public async Task StartAsync(string replica)
    {
        var result = await _app.ResourceCommands.ExecuteCommandAsync(replica, KnownResourceCommands.StartCommand);
        if (!result.Success) throw new InvalidOperationException(result.ErrorMessage);
        await WaitAsync(replica, change => change.Snapshot.HealthStatus == Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy);
    }

    /// <summary>The operating-system process of a replica, which may have ended; null before it was started.</summary>
    public static int? PidOf(ResourceEvent change) => (int?)change.Snapshot.Properties.SingleOrDefault(property => property.Name == "executable.pid")?.Value;

    /// <summary>Waits for a line in the console log of a service.</summary>
    public Task<string> WaitForLogAsync(string service, string text) => WaitForLogAsync(service, text, line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Likewise.</summary>
    public async Task<string> WaitForLogAsync(string service, string what, Func<string, bool> isIt)
    {
        using var safety = new CancellationTokenSource(Safety);
        var model = _app.Services.GetRequiredService<DistributedApplicationModel>();
        var logs = _app.Services.GetRequiredService<ResourceLoggerService>();
        var resource = model.Resources.Single(candidate => candidate.Name == service);
        await foreach (var batch in logs.WatchAsync(resource).WithCancellation(safety.Token))
        {
            foreach (var line in batch)
            {
                if (isIt(line.Content)) return line.Content;
            }
        }
        throw new InvalidOperationException($"the log of {service} ended without '{what}'");
    }

    /// <summary>The console log of a service, with the details of its start, up to a line.</summary>
    public async Task<List<string>> LogUntilAsync(string service, string text)
    {
        var lines = new List<string>();
        await WaitForLogAsync(service, text, line =>
        {
            lines.Add(line);
            return line.Contains(text, StringComparison.Ordinal);
        });
        return lines;
    }

    /// <summary>Runs <c>wippy connect ARGS</c> to its end.</summary>
    internal Task<WippyResult> ConnectAsync(params string[] arguments) => WippyProcess.RunAsync(["connect", "--file", ConnectFile, .. arguments]);

    /// <summary>Runs <c>wippy ps</c> or <c>wippy top</c>.</summary>
    internal Task<WippyResult> LookAsync(string command, params string[] arguments) => WippyProcess.RunAsync([command, "--file", ConnectFile, .. arguments]);

    /// <summary>Runs <c>wippy connect</c> and answers its prompt.</summary>
    internal Task<WippyResult> ConnectAndTypeAsync(params string[] lines) =>
        WippyProcess.RunWithInputAsync(string.Concat(lines.Select(line => line + "\n")), "connect", "--file", ConnectFile);
}
