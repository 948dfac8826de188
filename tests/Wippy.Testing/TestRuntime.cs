using Microsoft.Extensions.Logging;
using Wippy.Shared.Channels;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;

namespace Wippy.Testing;

/// <summary>A service of a deployment with all that it runs, its supervisor included: a runtime on real threads, connected over real loopback sockets.</summary>
internal sealed class TestRuntime : IAsyncDisposable
{
    /// <param name="name">Node name.</param>
    /// <param name="options">Its part in the deployment.</param>
    /// <param name="app">What it runs.</param>
    /// <param name="clock">Null for the real one.</param>
    public TestRuntime(string name, ChannelOptions options, Snapshot app, TimeProvider? clock = null)
    {
        Runtime = new Runtime(new RuntimeOptions { NodeName = name, Zone = options.Zone }, app, new NativeProcesses(), clock ?? TimeProvider.System, Logs);
        Deployment = new Deployment(Node, options, TestService.KeysOf(options.Zone));
    }

    public Runtime Runtime { get; }

    public Deployment Deployment { get; }

    public LogRecorder Logs { get; } = new();

    public Node Node => Runtime.Node;

    /// <summary>Where its channels listen, as an endpoint.</summary>
    public string Endpoint => $"tcp://{Deployment.Address}";

    /// <summary>Starts it, and waits until it takes part and, on the system node, each service was started once, or could not be.</summary>
    public async Task StartAsync()
    {
        Runtime.Start();
        await Deployment.StartAsync();
        await Deployment.Joined;
        await Runtime.StartServicesAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Runtime.StopAsync();
        await Deployment.DisposeAsync();
        await Runtime.DisposeAsync();
    }
}
