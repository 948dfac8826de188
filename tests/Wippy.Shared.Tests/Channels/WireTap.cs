using System.Net;
using System.Net.Sockets;

namespace Wippy.Shared.Tests.Channels;

/// <summary>Stands between two nodes, passes one connection on and keeps what each side sent.</summary>
internal sealed class WireTap : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly MemoryStream _dialler = new();
    private readonly MemoryStream _server = new();

    /// <param name="endpoint">Where it passes the connection on to: <c>tcp://host:port</c>.</param>
    public WireTap(string endpoint)
    {
        _listener.Start();
        Ended = PassOnAsync(new Uri(endpoint));
    }

    /// <summary>Where to connect instead.</summary>
    public string Endpoint => $"tcp://{_listener.LocalEndpoint}";

    /// <summary>Completes when both sides have ended the connection.</summary>
    public Task Ended { get; }

    /// <summary>What the dialling side sent; once <see cref="Ended"/>.</summary>
    public byte[] Dialler => _dialler.ToArray();

    /// <summary>What the other side sent; likewise.</summary>
    public byte[] Listener => _server.ToArray();

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private async Task PassOnAsync(Uri endpoint)
    {
        using var dialler = await _listener.AcceptTcpClientAsync();
        using var server = new TcpClient();
        await server.ConnectAsync(endpoint.Host, endpoint.Port);
        await Task.WhenAll(CopyAsync(dialler, server, _dialler), CopyAsync(server, dialler, _server));
    }

    private static async Task CopyAsync(TcpClient from, TcpClient to, MemoryStream record)
    {
        var (source, target) = (from.Client, to.Client);
        var buffer = new byte[1 << 16];
        while (await source.ReceiveAsync(buffer) is > 0 and var count)
        {
            record.Write(buffer, 0, count);
            for (var sent = 0; sent < count;) sent += await target.SendAsync(buffer.AsMemory(sent, count - sent));
        }
        target.Shutdown(SocketShutdown.Send);
    }
}
