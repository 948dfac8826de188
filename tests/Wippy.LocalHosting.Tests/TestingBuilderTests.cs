namespace Wippy.LocalHosting.Tests;

public sealed class TestingBuilderTests
{
    [Fact]
    public async Task CreateAsync_AppHost_RunsItsResourcesInTheTest()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Wippy_LocalHosting_TestAppHost>();
        Assert.Equal(["web", "script"], builder.Resources.Select(resource => resource.Name));
        Assert.Equal(Path.GetDirectoryName(Projects.Wippy_LocalHosting_TestAppHost.ProjectPath), builder.AppHostDirectory);

        await using var app = await builder.BuildAsync();
        await app.StartAsync();
        var web = await app.WaitHealthyAsync("web");
        using var client = app.CreateHttpClient("web");

        Assert.Equal(web.Pid().ToString(), await client.GetStringAsync("/pid"));
    }

    [Fact]
    public async Task CreateAsync_Arguments_AreTheAppHostsConfiguration()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Wippy_LocalHosting_TestAppHost>(["--Stubborn", "true"]);

        Assert.Contains(builder.Resources, resource => resource.Name == "stubborn");
    }

    [Fact]
    public async Task CreateAsync_EntryPointFails_FailsWithItsError()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => DistributedApplicationTestingBuilder.CreateAsync<Projects.Wippy_LocalHosting_TestAppHost>(["--Fail", "no coffee"]));

        Assert.Equal("no coffee", error.Message);
    }

    [Fact]
    public async Task CreateAsync_AssemblyWithoutEntryPoint_Throws()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => DistributedApplicationTestingBuilder.CreateAsync<DistributedApplication>());

        Assert.Contains("Wippy.LocalHosting", error.Message);
    }

    [Fact]
    public void GetEndpoint_UnknownNames_AreNamed()
    {
        using var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddScript("script", "true");
        using var app = builder.Build();

        Assert.Contains("'nobody'", Assert.Throws<ArgumentException>(() => app.GetEndpoint("nobody")).Message);
        Assert.Contains("'ftp'", Assert.Throws<ArgumentException>(() => app.GetEndpoint("script", "ftp")).Message);
    }
}
