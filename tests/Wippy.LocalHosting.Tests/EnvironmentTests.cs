using static Wippy.LocalHosting.Tests.TestApplication;

namespace Wippy.LocalHosting.Tests;

public sealed class EnvironmentTests
{
    [Fact]
    public async Task Start_Replica_IsNamedAsTelemetryNamesIt()
    {
        await using var app = await StartAsync(builder => builder.AddPrinter());

        var environment = await app.EnvironmentAsync();

        var id = app.Replicas("printer").Single().ResourceId;
        Assert.Matches("^printer-[a-z0-9]{8}$", id);
        Assert.Equal("printer", environment["OTEL_SERVICE_NAME"]);
        Assert.Equal($"service.instance.id={id["printer-".Length..]}", environment["OTEL_RESOURCE_ATTRIBUTES"]);
        Assert.Equal(Environment.ProcessId.ToString(), environment["WIPPY_PARENT_PID"]);
        Assert.Equal("always_on", environment["OTEL_TRACES_SAMPLER"]);
        Assert.Equal("1000", environment["OTEL_BSP_SCHEDULE_DELAY"]);
    }

    [Fact]
    public async Task WithReference_Project_GivesEveryEndpoint()
    {
        await using var app = await StartAsync(builder =>
        {
            var backEnd = builder.AddProject<Projects.Wippy_LocalHosting_TestChild>("back-end").WithExplicitStart();
            builder.AddPrinter().WithReference(backEnd);
            backEnd.WithHttpEndpoint().WithEndpoint(scheme: "tcp", name: "channel", isProxied: false);
        });

        var environment = await app.EnvironmentAsync();

        var http = app.GetEndpoint("back-end", "http").ToString().TrimEnd('/');
        var channel = app.GetEndpoint("back-end", "channel").ToString().TrimEnd('/');
        Assert.StartsWith("tcp://localhost:", channel);
        Assert.Equal(http, environment["services__back-end__http__0"]);
        Assert.Equal(http, environment["BACK_END_HTTP"]);
        Assert.Equal(channel, environment["services__back-end__channel__0"]);
        Assert.Equal(channel, environment["BACK_END_CHANNEL"]);
    }

    [Fact]
    public async Task WithReference_EndpointNamedHttpWithSchemeHttps_IsKeyedByScheme()
    {
        await using var app = await StartAsync(builder =>
        {
            var service = builder.AddProject<Projects.Wippy_LocalHosting_TestChild>("service").WithExplicitStart().WithEndpoint(scheme: "https", name: "http");
            builder.AddPrinter().WithReference(service);
        });

        var environment = await app.EnvironmentAsync();

        Assert.Equal(app.GetEndpoint("service", "http").ToString().TrimEnd('/'), environment["services__service__https__0"]);
    }

    [Fact]
    public async Task WithReference_Endpoint_GivesOnlyThatOne()
    {
        await using var app = await StartAsync(builder =>
        {
            var service = builder.AddProject<Projects.Wippy_LocalHosting_TestChild>("service").WithExplicitStart().WithHttpEndpoint().WithHttpEndpoint(name: "admin");
            builder.AddPrinter().WithReference(service.GetEndpoint("admin"));
        });

        var environment = await app.EnvironmentAsync();

        Assert.Equal(app.GetEndpoint("service", "admin").ToString().TrimEnd('/'), environment["services__service__admin__0"]);
        Assert.DoesNotContain("services__service__http__0", environment.Keys);
    }

    [Fact]
    public async Task WithReference_ConnectionString_GivesItUnderItsName()
    {
        await using var app = await StartAsync(builder =>
        {
            var store = builder.AddConnectionString("store");
            var cache = builder.AddConnectionString("cache", "CACHE_ADDRESS");
            var missing = builder.AddConnectionString("missing");
            builder.AddPrinter()
                .WithReference(store).WithReference(store, connectionName: "other").WithReference(cache).WithReference(missing, optional: true);
        }, "--ConnectionStrings:store", "Host=db", "--ConnectionStrings:cache", "cache:1");

        var environment = await app.EnvironmentAsync();

        Assert.Equal("Host=db", environment["ConnectionStrings__store"]);
        Assert.Equal("Host=db", environment["ConnectionStrings__other"]);
        Assert.Equal("cache:1", environment["CACHE_ADDRESS"]);
        Assert.DoesNotContain("ConnectionStrings__missing", environment.Keys);
        Assert.Equal("Host=db", await app.GetConnectionStringAsync("store"));
    }

    [Fact]
    public async Task WithEnvironment_EveryForm_ReachesTheProcess()
    {
        var number = 0;
        await using var app = await StartAsync(builder =>
        {
            var parameter = builder.AddParameter("colour");
            var service = builder.AddProject<Projects.Wippy_LocalHosting_TestChild>("service").WithExplicitStart().WithHttpEndpoint();
            var http = service.GetEndpoint("http");
            builder.AddPrinter()
                .WithEnvironment("TEXT", "a text")
                .WithEnvironment("COMPUTED", () => $"{++number}")
                .WithEnvironment(context => context.EnvironmentVariables["CALLBACK"] = http.Property(EndpointProperty.HostAndPort))
                .WithEnvironment("ENDPOINT", http)
                .WithEnvironment("PARAMETER", parameter)
                .WithEnvironment("EXPRESSION", ReferenceExpression.Create($"{{{parameter}}} at {http.Property(EndpointProperty.Port)}"));
        }, "--Parameters:colour", "red");

        var environment = await app.EnvironmentAsync();

        var url = app.GetEndpoint("service", "http");
        Assert.Equal("a text", environment["TEXT"]);
        Assert.Equal("1", environment["COMPUTED"]);
        Assert.Equal($"localhost:{url.Port}", environment["CALLBACK"]);
        Assert.Equal($"http://localhost:{url.Port}", environment["ENDPOINT"]);
        Assert.Equal("red", environment["PARAMETER"]);
        Assert.Equal($"{{red}} at {url.Port}", environment["EXPRESSION"]);
    }

    [Fact]
    public async Task WithArgs_TextsAndValues_ReachTheProcessInOrder()
    {
        await using var app = await StartAsync(builder =>
        {
            var parameter = builder.AddParameter("word", "three words here");
            builder.AddScript("printer", """printf '<%s>' "$0" "$@"; echo""").WithArgs("one", "two $HOME").WithArgs(parameter.Resource, 4);
        });

        var lines = await app.LinesUntilAsync("printer", "<one>");

        Assert.Contains("<one><two $HOME><three words here><4>", lines);
    }

    [Fact]
    public async Task WithEndpoint_Proxied_TellsTheProcessATargetPortOfItsOwn()
    {
        await using var app = await StartAsync(builder =>
        {
            var printer = builder.AddPrinter().WithEndpoint(scheme: "tcp", name: "proxied", env: "TARGET");
            printer.WithEnvironment("SAME", ReferenceExpression.Create($"{printer.GetEndpoint("proxied").Property(EndpointProperty.TargetPort)}"));
        });

        var environment = await app.EnvironmentAsync();

        Assert.NotEqual(app.GetEndpoint("printer", "proxied").Port.ToString(), environment["TARGET"]);
        Assert.Equal(environment["TARGET"], environment["SAME"]);
    }

    [Fact]
    public async Task WithEndpoint_NotProxied_HasOnePort()
    {
        await using var app = await StartAsync(builder =>
            builder.AddPrinter().WithEndpoint(scheme: "tcp", name: "channel", env: "Wippy__Channel__Port", isProxied: false));

        var environment = await app.EnvironmentAsync();

        Assert.Equal(app.GetEndpoint("printer", "channel").Port.ToString(), environment["Wippy__Channel__Port"]);
    }

    [Fact]
    public async Task Start_Project_IsToldTheUrlOfItsTargetPort()
    {
        await using var app = await StartAsync(builder => builder.AddService("service"));

        await app.WaitHealthyAsync("service");
        using var client = app.CreateHttpClient("service");
        var urls = await client.GetStringAsync("/env/ASPNETCORE_URLS");

        Assert.Matches("^http://localhost:[0-9]+$", urls);
        Assert.NotEqual(client.BaseAddress!.Port, new Uri(urls).Port);
    }

    [Fact]
    public async Task Start_SecretParameter_IsGivenToTheProcessAndMaskedInTheLog()
    {
        await using var app = await StartAsync(builder =>
        {
            var secret = builder.AddParameter("key", "hunter2", secret: true);
            var open = builder.AddParameter("name", "alice");
            builder.AddScript("printer", """test "$KEY" = hunter2 && echo "it is there" """)
                .WithEnvironment("KEY", secret).WithEnvironment("URL", ReferenceExpression.Create($"db://{open}:{secret}@host"));
        });

        var lines = await app.LinesUntilAsync("printer", "it is there");

        Assert.Contains("Environment: KEY=******", lines);
        Assert.Contains("Environment: URL=db://alice:******@host", lines);
        Assert.DoesNotContain(lines, line => line.Contains("Environment:") && line.Contains("hunter2"));
    }

    [Fact]
    public async Task Start_ParameterWithoutValue_FailsAndNamesTheKey()
    {
        await using var app = await StartAsync(builder => builder.AddPrinter().WithEnvironment("X", builder.AddParameter("colour")));

        await app.WaitAsync("printer", KnownResourceStates.FailedToStart);

        Assert.Contains("Parameters:colour", (await app.LinesUntilAsync("printer", "Failed to start"))[^1]);
    }
}
