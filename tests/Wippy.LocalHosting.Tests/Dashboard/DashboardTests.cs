using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Wippy.LocalHosting.Tests.Dashboard;

/// <summary>An application with the dashboard asked for, and one that cannot be had or only pretends.</summary>
public sealed class DashboardTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wippy-dashboard-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Start_DashboardCannotBeHad_SaysWhyAndRunsWithoutIt()
    {
        var said = new List<string>();
        await using var app = await StartAsync(new DashboardBundle(_folder, npm: null, TimeProvider.System), said);

        var environment = await app.EnvironmentAsync();

        Assert.Equal(["No dashboard: npm, which installs it, is not in PATH. Everything else works; --no-dashboard leaves it out."], said);
        Assert.Null(await Dashboard(app).Login);
        Assert.DoesNotContain("OTEL_EXPORTER_OTLP_ENDPOINT", environment.Keys);
    }

    [Fact]
    public async Task Start_DashboardEndsAtOnce_SaysSoAndRunsOn()
    {
        var said = new List<string>();
        await using var app = await StartAsync(Pretend("exit 7"), said);

        Assert.Null(await Dashboard(app).Login.WaitAsync(TestApplication.Safety));
        await app.EnvironmentAsync();
        Assert.Equal(["No dashboard: it has ended with exit code 7. Everything else works; --no-dashboard leaves it out."], said);
    }

    [Fact]
    public async Task Start_PortOfTheDashboardTaken_SaysWhichAndRunsWithoutIt()
    {
        using var somebody = new TcpListener(IPAddress.Loopback, 0);
        somebody.Start();
        var port = ((IPEndPoint)somebody.LocalEndpoint).Port;
        var said = new List<string>();
        await using var app = await StartAsync(Pretend("exec sleep 1000"), said, ("ASPNETCORE_URLS", $"http://localhost:{port}"));

        Assert.Null(await Dashboard(app).Login);
        await app.EnvironmentAsync();
        Assert.StartsWith($"No dashboard: port {port} of ASPNETCORE_URLS is in use;", Assert.Single(said));
    }

    [Fact]
    public async Task Stop_DashboardThatDoesNotAnswer_IsEnded()
    {
        var app = await StartAsync(Pretend($"echo $$ > '{_folder}/started'; exec sleep 1000"), []);
        var login = Dashboard(app).Login;
        // Whether it has been started by then or not: nothing is left of it.
        await app.DisposeAsync();

        Assert.Null(await login);
    }

    [Fact]
    public async Task Start_WithDashboard_ProjectsSendTelemetryThereAndItsKeyIsMasked()
    {
        await using var app = await StartAsync(Pretend("exec sleep 1000"), []);
        var dashboard = Dashboard(app);

        var change = await app.WaitAsync("web", KnownResourceStates.Running);

        var environment = change.Snapshot.EnvironmentVariables.ToDictionary(variable => variable.Name, variable => variable.Value);
        Assert.Equal((dashboard.Otlp!.AbsoluteUri, "grpc", dashboard.OtlpHeaders),
            (environment["OTEL_EXPORTER_OTLP_ENDPOINT"], environment["OTEL_EXPORTER_OTLP_PROTOCOL"], environment["OTEL_EXPORTER_OTLP_HEADERS"]));
        Assert.Equal("x-otlp-api-key=******", app.Services.GetRequiredService<Secrets>().Mask(dashboard.OtlpHeaders));
    }

    [Fact]
    public async Task WaitFor_DependencyEnded_WaitsOnWithADashboard()
    {
        await using var app = await StartAsync(Pretend("exec sleep 1000"), []);

        await app.WaitAsync("dead", KnownResourceStates.Exited);
        await app.ResourceCommands.ExecuteCommandAsync("dead", KnownResourceCommands.StartCommand);
        await app.WaitAsync("dead", KnownResourceStates.Exited);

        Assert.Equal(KnownResourceStates.Waiting, app.Replicas("waiter").Single().Snapshot.State?.Text);
    }

    [Fact]
    public async Task Create_ForTests_HasNoDashboard()
    {
        await using var app = await TestApplication.StartAsync(builder => builder.AddPrinter());

        Assert.DoesNotContain("OTEL_EXPORTER_OTLP_ENDPOINT", (await app.EnvironmentAsync()).Keys);
        Assert.Null(Dashboard(app).Otlp);
    }

    private static async Task<DistributedApplication> StartAsync(DashboardBundle bundle, List<string> said, params (string Key, string Value)[] settings)
    {
        var builder = DistributedApplicationTestingBuilder.Create([], (options, _) => options.DisableDashboard = false);
        builder.Services.AddSingleton(bundle);
        foreach (var (key, value) in settings)
            builder.Configuration[key] = value;
        builder.AddService("web");
        builder.AddPrinter();
        builder.AddScript("waiter", "exec sleep 1000").WaitFor(builder.AddScript("dead", "exit 1").WithHttpEndpoint().WithHttpHealthCheck("/health"));
        var app = await builder.BuildAsync();
        Dashboard(app).Said += said.Add;
        await app.StartAsync();
        return app;
    }

    private static Wippy.LocalHosting.Dashboard Dashboard(DistributedApplication app) => app.Services.GetRequiredService<Wippy.LocalHosting.Dashboard>();

    /// <summary>An installed bundle whose dashboard is a script.</summary>
    private DashboardBundle Pretend(string script)
    {
        var bundle = new DashboardBundle(_folder, npm: null, TimeProvider.System);
        Directory.CreateDirectory(Path.GetDirectoryName(bundle.Program)!);
        File.WriteAllText(bundle.Program, $"#!/bin/sh\n{script}\n");
        TestApplication.MakeExecutable(bundle.Program);
        return bundle;
    }
}
