using Microsoft.Extensions.DependencyInjection;

namespace Wippy.LocalHosting.Tests;

/// <summary>What Wippy.AppHost gives its services: the names that they read.</summary>
public sealed class AppHostTests
{
    [Theory]
    [InlineData("system", "SystemTerminal SystemUser UserTerminal")]
    [InlineData("user", "SystemUser UserTerminal UserUser")]
    [InlineData("terminal", "SystemTerminal UserTerminal")]
    public async Task Service_Keys_AreOnlyThoseOfItsPairs(string resource, string keys)
    {
        await using var app = await DescribedAsync();

        var given = (await EnvironmentAsync(app, resource)).Where(variable => variable.Key.StartsWith("Wippy__Keys__"));

        Assert.Equal(keys, string.Join(' ', given.Select(variable => variable.Key["Wippy__Keys__".Length..]).Order(StringComparer.Ordinal)));
        Assert.All(given, variable => Assert.Equal(32, Convert.FromBase64String(variable.Value).Length));
    }

    [Fact]
    public async Task Service_KeyOfAPair_IsTheSameOnBothSidesAndNoOther()
    {
        await using var app = await DescribedAsync();
        var (system, user, terminal) = (await EnvironmentAsync(app, "system"), await EnvironmentAsync(app, "user"), await EnvironmentAsync(app, "terminal"));

        Assert.Equal(system["Wippy__Keys__SystemUser"], user["Wippy__Keys__SystemUser"]);
        Assert.Equal(system["Wippy__Keys__SystemTerminal"], terminal["Wippy__Keys__SystemTerminal"]);
        Assert.Equal(user["Wippy__Keys__UserTerminal"], terminal["Wippy__Keys__UserTerminal"]);
        Assert.Equal(4, new HashSet<string>(system.Concat(user).Concat(terminal).Where(v => v.Key.StartsWith("Wippy__Keys__")).Select(v => v.Value)).Count);
    }

    [Theory]
    [InlineData("system", true)]
    [InlineData("user", false)]
    [InlineData("terminal", true)]
    public async Task Service_Channel_HasAPortUnlessItMayHaveReplicas(string resource, bool hasPort)
    {
        await using var app = await DescribedAsync();

        var environment = await EnvironmentAsync(app, resource);

        Assert.Equal(hasPort, environment.ContainsKey("Wippy__Channel__Port"));
        if (hasPort)
            Assert.Equal(app.GetEndpoint(resource, "channel").Port.ToString(), environment["Wippy__Channel__Port"]);
    }

    [Fact]
    public async Task Service_OtherThanSystem_KnowsTheSystemsChannel()
    {
        await using var app = await DescribedAsync();

        foreach (var resource in new[] { "user", "terminal" })
            Assert.Equal($"tcp://localhost:{app.GetEndpoint("system", "channel").Port}", (await EnvironmentAsync(app, resource))["services__system__channel__0"]);
    }

    [Fact]
    public async Task Arguments_AppUsersConnectFile_ReachTheServices()
    {
        await using var app = await DescribedAsync("--app", "some/app", "--users", "3", "--connectFile", "some/file.json");

        Assert.Equal(3, app.Replicas("user").Count);
        foreach (var resource in new[] { "system", "user", "terminal" })
            Assert.Equal(Path.GetFullPath("some/app"), (await EnvironmentAsync(app, resource))["Wippy__App"]);
        Assert.Equal(Path.GetFullPath("some/file.json"), (await EnvironmentAsync(app, "system"))["Wippy__ConnectFile"]);
    }

    [Fact]
    public async Task Arguments_None_MeanTheSampleAndTheUsersProfile()
    {
        await using var app = await DescribedAsync();

        var system = await EnvironmentAsync(app, "system");

        var repository = Path.GetDirectoryName(Path.GetDirectoryName(Projects.Wippy_AppHost.ProjectPath))!;
        Assert.Equal(Path.Combine(repository, "samples", "wordcount"), system["Wippy__App"]);
        Assert.Equal(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".wippy", "connect.json"), system["Wippy__ConnectFile"]);
        Assert.Single(app.Replicas("user"));
    }

    [Fact]
    public async Task Services_StartedForReal_BecomeHealthy()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Wippy_AppHost>();
        await using var app = await builder.BuildAsync();
        await app.StartAsync();

        await app.WaitHealthyAsync("terminal");
    }

    /// <summary>The application with all its addresses, but without processes.</summary>
    private static async Task<DistributedApplication> DescribedAsync(params string[] args)
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Wippy_AppHost>(args);
        foreach (var project in builder.Resources.OfType<ProjectResource>())
            project.Annotations.Add(new ExplicitStartupAnnotation());
        var app = await builder.BuildAsync();
        await app.StartAsync();
        return app;
    }

    private static async Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(DistributedApplication app, string name)
    {
        var resource = app.Services.GetRequiredService<DistributedApplicationModel>().Resources.Single(resource => resource.Name == name);
        return (await app.Services.GetRequiredService<LaunchBuilder>().BuildAsync(resource, "instance", new TargetPorts(resource), CancellationToken.None)).Environment;
    }
}
