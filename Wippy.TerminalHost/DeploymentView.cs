using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Wippy.Shared.Channels;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;

namespace Wippy.TerminalHost;

/// <summary>A node without hosts in a running deployment, that looks at all others.</summary>
internal sealed class DeploymentView : IAsyncDisposable
{
    private static readonly TimeSpan JoinLimit = TimeSpan.FromSeconds(15);

    private readonly Node _node;
    private readonly Deployment _deployment;

    private DeploymentView(DeploymentAccess access)
    {
        var name = $"view.{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        _node = new Node(name, TimeProvider.System, new EntryRegistry(access.App, Shared.Hosting.App.Checks), NullLoggerFactory.Instance);
        _deployment = new Deployment(_node, access.Options, access.Keys);
    }

    /// <summary>Joins the deployment.</summary>
    /// <param name="file">As <see cref="DeploymentAccess.OpenAsync"/>.</param>
    /// <returns>The view, or what is in its way.</returns>
    public static async Task<(DeploymentView? View, string? Problem)> JoinAsync(string? file)
    {
        var (access, problem) = await DeploymentAccess.OpenAsync(file);
        if (access is null) return (null, problem);
        var view = new DeploymentView(access);
        await view._deployment.StartAsync();
        try
        {
            await view._deployment.Joined.WaitAsync(JoinLimit);
            return (view, null);
        }
        catch (TimeoutException)
        {
            await view.DisposeAsync();
            return (null, $"the deployment at {access.File.System} did not let this node join within {JoinLimit.TotalSeconds:0} s");
        }
    }

    /// <summary>All nodes but this one, with the processes that were asked for.</summary>
    /// <returns>Null when the system node is gone or does not answer.</returns>
    public async Task<IReadOnlyList<NodeReport>?> LookAsync(ProcessQuery query)
    {
        if (_node.Peers.Values.OfType<Channel>().FirstOrDefault(peer => peer.Zone == Zone.System) is not { } system) return null;
        try
        {
            var nodes = JsonSerializer.Deserialize<List<NodeReport>>(await _deployment.ObserveAsync(system, query.ToString()))!;
            return [.. nodes.Where(node => node.Node != _node.Name)];
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _deployment.DisposeAsync();
        _node.Dispose();
    }
}
