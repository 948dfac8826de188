using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.Testing;

/// <summary>Services that are connected to each other: a system node, and others as a test needs them.</summary>
internal sealed class TestDeployment : IAsyncDisposable
{
    private readonly List<TestService> _services = [];

    private TestDeployment(Snapshot app)
    {
        App = app;
        System = Add("system-1", Zone.System);
    }

    public Snapshot App { get; }

    /// <summary>Node <c>system-1</c>.</summary>
    public TestService System { get; }

    /// <summary>Node <c>user-1</c>.</summary>
    public TestService User => this["user-1"];

    /// <summary>Node <c>terminal-1</c>.</summary>
    public TestService Terminal => this["terminal-1"];

    /// <summary>The system node alone.</summary>
    public static async Task<TestDeployment> StartSystemAsync(Snapshot app)
    {
        var deployment = new TestDeployment(app);
        await deployment.System.Deployment.StartAsync();
        return deployment;
    }

    /// <summary>The nodes <c>system-1</c>, <c>user-1</c> and <c>terminal-1</c>, each connected to both others.</summary>
    public static async Task<TestDeployment> StartAsync(params Entry[] entries)
    {
        var deployment = await StartSystemAsync(TestService.App(entries));
        await deployment.JoinAsync("user-1", Zone.User);
        await deployment.JoinAsync("terminal-1", Zone.Terminal);
        await deployment.Terminal.HasLoggedAsync("node joined: user-1");
        await deployment.User.HasLoggedAsync("node joined: terminal-1");
        return deployment;
    }

    /// <summary>A service by its node name.</summary>
    public TestService this[string name] => _services.Single(service => service.Node.Name == name);

    /// <summary>Adds a node and waits until it has joined.</summary>
    public async Task<TestService> JoinAsync(string name, Zone zone)
    {
        var service = Add(name, zone);
        await service.Deployment.StartAsync();
        await service.Deployment.Joined.WaitAsync(TestService.Patience);
        return service;
    }

    /// <summary>Adds a node that is not started.</summary>
    public TestService Add(string name, Zone zone)
    {
        var options = new ChannelOptions { Zone = zone, SystemEndpoint = zone == Zone.System ? null : System.Endpoint };
        var service = new TestService(name, options, App);
        _services.Add(service);
        return service;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var service in Enumerable.Reverse(_services)) await service.DisposeAsync();
    }
}
