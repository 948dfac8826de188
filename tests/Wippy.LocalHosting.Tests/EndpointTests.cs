using System.Diagnostics;
using static Wippy.LocalHosting.Tests.TestApplication;

namespace Wippy.LocalHosting.Tests;

public sealed class EndpointTests
{
    [Fact]
    public async Task WithReplicas_Connections_ReachEveryReplicaThroughOnePort()
    {
        await using var app = await StartAsync(builder => builder.AddService("service").WithReplicas(2));
        await app.WaitHealthyAsync("service");

        var pids = new HashSet<int> { await AskPidAsync(app), await AskPidAsync(app) };

        Assert.Equal(app.Replicas("service").Select(replica => replica.Pid()).ToHashSet(), pids);
    }

    [Fact]
    public async Task StopCommand_OneOfTwoReplicas_LeavesTheOtherBehindThePort()
    {
        await using var app = await StartAsync(builder => builder.AddService("service").WithReplicas(2));
        await app.WaitHealthyAsync("service");
        var (first, second) = (app.Replicas("service")[0], app.Replicas("service")[1]);

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync(first.ResourceId, KnownResourceCommands.StopCommand)).Success);

        Assert.Equal([second.Pid(), second.Pid()], [await AskPidAsync(app), await AskPidAsync(app)]);
    }

    [Fact]
    public async Task Kill_OneOfTwoReplicas_LeavesTheOtherBehindThePort()
    {
        await using var app = await StartAsync(builder => builder.AddService("service").WithReplicas(2));
        await app.WaitHealthyAsync("service");
        var (first, second) = (app.Replicas("service")[0], app.Replicas("service")[1]);

        using (var process = Process.GetProcessById(first.Pid()))
            process.Kill();
        await app.WaitAsync(first.ResourceId, KnownResourceStates.Exited);

        Assert.Equal([second.Pid(), second.Pid()], [await AskPidAsync(app), await AskPidAsync(app)]);
    }

    [Fact]
    public async Task RestartCommand_OneOfTwoReplicas_IsBehindTheSamePortAgain()
    {
        await using var app = await StartAsync(builder => builder.AddService("service").WithReplicas(2));
        await app.WaitHealthyAsync("service");
        var (port, old, other) = (app.GetEndpoint("service").Port, app.Replicas("service")[0], app.Replicas("service")[1]);

        Assert.True((await app.ResourceCommands.ExecuteCommandAsync(old.ResourceId, KnownResourceCommands.RestartCommand)).Success);
        await app.WaitHealthyAsync("service");

        var restarted = app.Replicas("service").Single(replica => replica.ResourceId == old.ResourceId);
        Assert.NotEqual(old.Pid(), restarted.Pid());
        Assert.Equal(port, app.GetEndpoint("service").Port);
        Assert.Equal(new HashSet<int> { restarted.Pid(), other.Pid() }, [await AskPidAsync(app), await AskPidAsync(app)]);
    }

    [Fact]
    public async Task StartAsync_ReplicasWithUnproxiedEndpoint_Throws()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(builder =>
            builder.AddService("service").WithReplicas(2).WithEndpoint(scheme: "tcp", name: "channel", isProxied: false)));

        Assert.Contains("'service'", error.Message);
        Assert.Contains("'channel'", error.Message);
    }

    [Fact]
    public async Task StartAsync_ReplicasWithOneTargetPort_Throws()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(builder =>
            builder.AddProject<Projects.Wippy_LocalHosting_TestChild>("service").WithReplicas(2).WithHttpEndpoint(targetPort: 5000)));

        Assert.Contains("5000", error.Message);
    }

    [Fact]
    public void WithEndpoint_NameTaken_Throws()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var service = builder.AddProject<Projects.Wippy_LocalHosting_TestChild>("service").WithHttpEndpoint();

        Assert.Contains("'HTTP'", Assert.Throws<DistributedApplicationException>(() => service.WithHttpEndpoint(name: "HTTP")).Message);
    }

    [Fact]
    public void WithEndpoint_Callback_ChangesTheEndpointOrDeclaresIt()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var service = builder.AddProject<Projects.Wippy_LocalHosting_TestChild>("service").WithHttpEndpoint();

        service.WithEndpoint("http", endpoint => endpoint.Port = 8080)
            .WithEndpoint("new", endpoint => endpoint.UriScheme = "tcp")
            .WithEndpoint("absent", endpoint => endpoint.Port = 1, createIfNotExists: false);

        Assert.Equal(8080, service.GetEndpoint("http").EndpointAnnotation.Port);
        Assert.True(service.GetEndpoint("new").Exists);
        Assert.False(service.GetEndpoint("absent").Exists);
    }

    [Fact]
    public void Url_BeforeStart_NamesTheEndpoint()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        var http = builder.AddProject<Projects.Wippy_LocalHosting_TestChild>("service").WithHttpEndpoint().GetEndpoint("http");

        Assert.False(http.IsAllocated);
        Assert.Contains("'http' of the resource 'service'", Assert.Throws<InvalidOperationException>(() => http.Url).Message);
    }

    [Fact]
    public async Task Start_UrlsOfAResource_AreThoseOfItsEndpointsAndItsOwn()
    {
        await using var app = await StartAsync(builder => builder.AddService("service").WithExplicitStart()
            .WithUrlForEndpoint("http", url => (url.Url, url.DisplayText) = ("/docs", "The docs"))
            .WithUrl("https://example.org", "Elsewhere"));

        var urls = app.Replicas("service").Single().Snapshot.Urls.Select(url => (url.Name, url.Url, url.DisplayProperties.DisplayName));

        Assert.Equal([("http", new Uri(app.GetEndpoint("service"), "/docs").ToString(), "The docs"), (null, "https://example.org", "Elsewhere")], urls);
    }

    /// <summary>Asks on a connection of its own.</summary>
    private static async Task<int> AskPidAsync(DistributedApplication app)
    {
        using var client = app.CreateHttpClient("service");
        return int.Parse(await client.GetStringAsync("/pid"));
    }
}
