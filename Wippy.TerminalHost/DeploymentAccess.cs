using System.Net.Sockets;
using Wippy.Shared.Channels;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.TerminalHost;

/// <summary>What a terminal node needs to join a running deployment: its connect file, its keys, and the app, which comes from the system node.</summary>
internal sealed record DeploymentAccess(ConnectFile File, ChannelOptions Options, ChannelKeys Keys, Snapshot App)
{
    /// <summary>Reads the connect file and fetches the app.</summary>
    /// <param name="file">The file; null for the one that <see cref="ConnectFile.Variable"/> names, else the usual one.</param>
    /// <returns>Access, or what is in its way.</returns>
    public static async Task<(DeploymentAccess? Access, string? Problem)> OpenAsync(string? file)
    {
        var path = file ?? Environment.GetEnvironmentVariable(ConnectFile.Variable) ?? ConnectFile.DefaultPath;
        if (ConnectFile.Read(path, out var unreadable) is not { } connect) return (null, unreadable);
        var keys = ChannelKeys.Read(Configuration(connect));
        try
        {
            var options = new ChannelOptions { Zone = Zone.Terminal, SystemEndpoint = connect.System, Tls = ChannelTls.Create(connect.Trust, null) };
            var app = await Deployment.FetchAppAsync(connect.System, Zone.Terminal, keys, options.Tls, TimeProvider.System);
            return (new DeploymentAccess(connect, options, keys, app), null);
        }
        catch (Exception problem) when (problem is ChannelException or SocketException or IOException)
        {
            return (null, $"cannot join the deployment at {connect.System} that {path} names: {problem.Message}");
        }
    }

    private static IConfiguration Configuration(ConnectFile connect) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Wippy:Keys:SystemTerminal"] = connect.SystemTerminal,
            ["Wippy:Keys:UserTerminal"] = connect.UserTerminal,
        })
        .Build();
}
