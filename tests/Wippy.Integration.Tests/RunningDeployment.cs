using Microsoft.Extensions.DependencyInjection;
using Wippy.Testing;

namespace Wippy.Integration.Tests;

/// <summary>The real AppHost with its three services as child processes, and <c>wippy connect</c> to join it. Every wait has a safety limit.</summary>
public sealed class RunningDeployment : IAsyncLifetime
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(90);

    private readonly TempFolder _folder = new();
    private readonly int _users;
    private DistributedApplication _app = null!;

    /// <summary>With one user service.</summary>
    public RunningDeployment() : this(users: 1)
    {
    }

    internal RunningDeployment(int users)
    {
        _users = users;
    }

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
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Wippy_AppHost>(["--ConnectFile", ConnectFile, "--Users", $"{_users}"]);
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

    /// <summary>Waits for a line in the console log of a service.</summary>
    public async Task<string> WaitForLogAsync(string service, string text)
    {
        using var safety = new CancellationTokenSource(Safety);
        var model = _app.Services.GetRequiredService<DistributedApplicationModel>();
        var logs = _app.Services.GetRequiredService<ResourceLoggerService>();
        var resource = model.Resources.Single(candidate => candidate.Name == service);
        await foreach (var batch in logs.WatchAsync(resource).WithCancellation(safety.Token))
        {
            foreach (var line in batch)
            {
                if (line.Content.Contains(text, StringComparison.Ordinal)) return line.Content;
            }
        }
        throw new InvalidOperationException($"the log of {service} ended without '{text}'");
    }

    /// <summary>Runs <c>wippy connect ARGS</c> to its end.</summary>
    internal Task<WippyResult> ConnectAsync(params string[] arguments) => WippyProcess.RunAsync(["connect", "--file", ConnectFile, .. arguments]);

    /// <summary>Runs <c>wippy ps</c> or <c>wippy top</c>.</summary>
    internal Task<WippyResult> LookAsync(string command, params string[] arguments) => WippyProcess.RunAsync([command, "--file", ConnectFile, .. arguments]);

    /// <summary>Runs <c>wippy connect</c> and answers its prompt.</summary>
    internal Task<WippyResult> ConnectAndTypeAsync(params string[] lines) =>
        WippyProcess.RunWithInputAsync(string.Concat(lines.Select(line => line + "\n")), "connect", "--file", ConnectFile);
}
