using System.Net;
using System.Net.Sockets;

namespace Wippy.Shared.Channels;

/// <summary>Accepts connections of other nodes: a plain socket, so that it needs no web host.</summary>
internal sealed class ChannelListener : IDisposable
{
    private readonly Socket _socket;
    private readonly Func<Connection, Task<Channel?>> _admit;
    private readonly Func<Channel, Connection, Task> _run;

    /// <param name="options">Where.</param>
    /// <param name="admit">The handshake of one connection; null when nothing follows here. Never throws.</param>
    /// <param name="run">What follows. Never throws.</param>
    /// <exception cref="SocketException">The address is not there, or the port is taken.</exception>
    public ChannelListener(ChannelOptions options, Func<Connection, Task<Channel?>> admit, Func<Channel, Connection, Task> run)
    {
        _admit = admit;
        _run = run;
        _socket = new Socket(options.ListenAddress.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.Bind(new IPEndPoint(options.ListenAddress, options.ListenPort));
            _socket.Listen();
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
        Address = _socket.LocalEndPoint!.ToString()!;
    }

    /// <summary>Where it listens, <c>host:port</c>, with the real port.</summary>
    public string Address { get; }

    /// <summary>Accepts connections until <see cref="Dispose"/>.</summary>
    public async Task RunAsync()
    {
        while (true)
        {
            Socket accepted;
            try
            {
                accepted = await _socket.AcceptAsync();
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                continue;   // gone before it was accepted
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }
            _ = ServeAsync(accepted);
        }
    }

    /// <summary>Accepts no more; connections that were accepted stay.</summary>
    public void Dispose() => _socket.Dispose();

    private async Task ServeAsync(Socket accepted)
    {
        Connection connection;
        try
        {
            connection = new Connection(accepted);
        }
        catch (SocketException)
        {
            accepted.Dispose();   // gone already
            return;
        }
        if (await _admit(connection) is { } channel) await _run(channel, connection);
    }
}
