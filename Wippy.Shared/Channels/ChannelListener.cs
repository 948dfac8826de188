using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Channels;

/// <summary>
/// Accepts connections of other nodes: a plain socket, so that it needs no web host. Until a connection is past its
/// handshake it counts against <see cref="ChannelOptions.MaxHandshakes"/> and has <see cref="ChannelOptions.HandshakeTimeout"/>.
/// </summary>
internal sealed partial class ChannelListener : IDisposable
{
    private readonly Socket _socket;
    private readonly ChannelOptions _options;
    private readonly Func<Connection, Task<Channel?>> _admit;
    private readonly Func<Channel, Connection, Task> _run;
    private readonly ILogger _logger;
    private readonly LogThrottle _throttle;
    private int _handshakes;

    /// <param name="options">Where, and how many.</param>
    /// <param name="admit">The handshake of one connection; null when nothing follows here. Never throws.</param>
    /// <param name="run">What follows. Never throws.</param>
    /// <param name="logger">Where it logs.</param>
    /// <param name="clock">All time comes from here.</param>
    /// <exception cref="SocketException">The address is not there, or the port is taken.</exception>
    public ChannelListener(ChannelOptions options, Func<Connection, Task<Channel?>> admit, Func<Channel, Connection, Task> run, ILogger logger, TimeProvider clock)
    {
        _options = options;
        _admit = admit;
        _run = run;
        _logger = logger;
        _throttle = new LogThrottle(clock);
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
            if (TryOpen(accepted) is { } connection) _ = ServeAsync(connection);
        }
    }

    /// <summary>Accepts no more; connections that were accepted stay.</summary>
    public void Dispose() => _socket.Dispose();

    private Connection? TryOpen(Socket accepted)
    {
        Connection connection;
        try
        {
            connection = new Connection(accepted);
        }
        catch (SocketException)
        {
            accepted.Dispose();   // gone already
            return null;
        }
        if (Interlocked.Increment(ref _handshakes) <= _options.MaxHandshakes) return connection;
        Interlocked.Decrement(ref _handshakes);
        connection.Dispose();
        if (_throttle.Allows("", "", "")) Log.TooMany(_logger, connection.Remote, Address, _options.MaxHandshakes);
        return null;
    }

    private async Task ServeAsync(Connection connection)
    {
        Channel? channel;
        try
        {
            channel = await _admit(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _handshakes);
        }
        if (channel is not null) await _run(channel, connection);
    }

    private static partial class Log
    {
        [LoggerMessage(1431, LogLevel.Warning, "connection from {Remote} to {Address} closed: {Limit} handshakes are under way already (MaxHandshakes)")]
        public static partial void TooMany(ILogger logger, string remote, string address, int limit);
    }
}
