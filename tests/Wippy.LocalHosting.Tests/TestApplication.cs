using Microsoft.Extensions.DependencyInjection;

namespace Wippy.LocalHosting.Tests;

/// <summary>Runs applications described by a test and waits for what they do; every wait has a safety limit.</summary>
internal static class TestApplication
{
    public static readonly TimeSpan Safety = TimeSpan.FromSeconds(60);

    private static readonly string Bin = AppContext.BaseDirectory;

    /// <summary>Describes, builds and starts an application.</summary>
    public static async Task<DistributedApplication> StartAsync(Action<IDistributedApplicationTestingBuilder> describe, params string[] args)
    {
        var builder = DistributedApplicationTestingBuilder.Create(args);
        describe(builder);
        var app = await builder.BuildAsync();
        try
        {
            await app.StartAsync();
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds a shell that runs a script.</summary>
    public static IResourceBuilder<ExecutableResource> AddScript(this IDistributedApplicationBuilder builder, string name, string script) =>
        builder.AddExecutable(name, "sh", Bin, "-c", script);

    /// <summary>Adds the test service with a health check.</summary>
    public static IResourceBuilder<ProjectResource> AddService(this IDistributedApplicationBuilder builder, string name) =>
        builder.AddProject<Projects.Wippy_LocalHosting_TestChild>(name).WithHttpEndpoint().WithHttpHealthCheck("/health");

    public static async Task<ResourceEvent> WaitAsync(this DistributedApplication app, string resource, Func<CustomResourceSnapshot, bool> predicate)
    {
        using var safety = new CancellationTokenSource(Safety);
        return await app.ResourceNotifications.WaitForResourceAsync(resource, change => predicate(change.Snapshot), safety.Token);
    }

    public static Task<ResourceEvent> WaitAsync(this DistributedApplication app, string resource, string state) =>
        app.WaitAsync(resource, snapshot => snapshot.State?.Text == state);

    public static async Task<ResourceEvent> WaitHealthyAsync(this DistributedApplication app, string resource)
    {
        using var safety = new CancellationTokenSource(Safety);
        return await app.ResourceNotifications.WaitForResourceHealthyAsync(resource, safety.Token);
    }

    /// <summary>The last known snapshots of a resource's replicas.</summary>
    public static IReadOnlyList<ResourceEvent> Replicas(this DistributedApplication app, string resource) => app.ResourceNotifications.Replicas(resource);

    /// <summary>The lines of a resource up to and with the first one that contains the text.</summary>
    public static async Task<IReadOnlyList<string>> LinesUntilAsync(this DistributedApplication app, string resource, string text)
    {
        var all = new List<string>();
        using var safety = new CancellationTokenSource(Safety);
        var model = app.Services.GetRequiredService<DistributedApplicationModel>();
        var logs = app.Services.GetRequiredService<ResourceLoggerService>();
        await foreach (var batch in logs.WatchAsync(model.Resources.Single(candidate => candidate.Name == resource)).WithCancellation(safety.Token))
        {
            foreach (var line in batch)
            {
                all.Add(line.Content);
                // The log shows the script, too.
                if (line.Content.Contains(text) && !line.Content.StartsWith("Command: "))
                    return all;
            }
        }
        throw new InvalidOperationException("The log ended.");
    }

    /// <summary>Adds a program that prints its environment.</summary>
    public static IResourceBuilder<ExecutableResource> AddPrinter(this IDistributedApplicationBuilder builder) => builder.AddExecutable("printer", "env", Bin);

    /// <summary>What the printer saw in its environment.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(this DistributedApplication app)
    {
        var lines = await app.LinesUntilAsync("printer", "Ended with exit code 0");
        return lines.Select(line => line.Split('=', 2)).Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0], parts => parts[1]);
    }

    /// <summary>Lets a file be run as a program, where that takes a permission.</summary>
    /// <returns>The path.</returns>
    public static string MakeExecutable(string path)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public static int Pid(this ResourceEvent change) => (int)change.Snapshot.Properties.Single(property => property.Name == "executable.pid").Value!;
}
