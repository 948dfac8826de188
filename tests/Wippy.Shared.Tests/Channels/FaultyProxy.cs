using System.Net;
using System.Net.Sockets;

namespace Wippy.Shared.Tests.Channels;

/// <summary>
/// Stands between two nodes and passes bytes on in pieces of any size, so that frames are split and merged everywhere.
/// Every now and then it does something to the connection: closes it, resets it, closes one direction, or goes silent. What it
/// does, and after how many bytes, follows from the seed.
/// </summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _target;
    private readonly int _meanBytes;
    private readonly Lock _lock = new();
    private readonly Random _random;          // all fields below are guarded by _lock
    private readonly List<Task> _connections = [];
    private readonly HashSet<Socket> _open = [];
    private long _untilFault;
    private int _faultsLeft;
    private bool _disposed;

    /// <param name="endpoint">Where connections are passed on to: <c>tcp://host:port</c>.</param>
    /// <param name="seed">Decides everything.</param>
    /// <param name="faults">How many; after the last one all goes well.</param>
    /// <param name="meanBytes">Between two of them, on average.</param>
    public FaultyProxy(string endpoint, int seed, int faults, int meanBytes)
    {
        _target = new Uri(endpoint);
        _random = new Random(seed);
        _faultsLeft = faults;
        _meanBytes = meanBytes;
        _untilFault = NextDistance();
        _listener.Start();
        _ = AcceptAsync();
    }

    private enum Fault
    {
        None,
        Close,
        Reset,
        HalfClose,
        Silence,
    }

    /// <summary>Where to connect instead.</summary>
    public string Endpoint => $"tcp://{_listener.LocalEndpoint}";

    /// <summary>How many are still to come.</summary>
    public int FaultsLeft
    {
        get
        {
            lock (_lock) return _faultsLeft;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Task[] connections;
        lock (_lock)
        {
            _disposed = true;
            foreach (var socket in _open) socket.Dispose();
            connections = [.. _connections];
        }
        await Task.WhenAll(connections);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket dialler;
            try
            {
                dialler = await _listener.AcceptSocketAsync();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }
            lock (_lock) _connections.Add(PassOnAsync(dialler));
        }
    }

    private async Task PassOnAsync(Socket dialler)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        dialler.NoDelay = true;
        lock (_lock)
        {
            if (_disposed) dialler.Dispose();
            _open.Add(dialler);
            _open.Add(server);
        }
        try
        {
            await server.ConnectAsync(_target.Host, _target.Port);
            await Task.WhenAll(CopyAsync(dialler, server), CopyAsync(server, dialler));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Either side has gone.
        }
        finally
        {
            dialler.Dispose();
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (await from.ReceiveAsync(buffer.AsMemory(0, Piece(buffer.Length))) is > 0 and var count)
            {
                var (passed, fault) = Pass(count);
                for (var sent = 0; sent < passed;) sent += await to.SendAsync(buffer.AsMemory(sent, Math.Min(passed - sent, Piece(passed))));
                switch (fault)
                {
                    case Fault.Close:
                        from.Dispose();
                        to.Dispose();
                        return;
                    case Fault.Reset:
                        from.LingerState = to.LingerState = new LingerOption(true, 0);
                        from.Dispose();
                        to.Dispose();
                        return;
                    case Fault.HalfClose:
                        to.Shutdown(SocketShutdown.Send);
                        return;
                    case Fault.Silence:
                        // Reads and passes nothing on until a side gives up.
                        while (await from.ReceiveAsync(buffer) > 0)
                        {
                        }
                        to.Dispose();
                        return;
                }
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
    }

    // Mostly large, sometimes a few bytes or a single one.
    private int Piece(int most)
    {
        lock (_lock)
        {
            return _random.Next(8) switch
            {
                0 => 1,
                1 or 2 => _random.Next(1, Math.Min(most, 64) + 1),
                _ => _random.Next(1, most + 1),
            };
        }
    }

    private (int Passed, Fault Fault) Pass(int count)
    {
        lock (_lock)
        {
            if (_faultsLeft == 0 || count < _untilFault)
            {
                _untilFault -= count;
                return (count, Fault.None);
            }
            var passed = (int)_untilFault;
            _untilFault = NextDistance();
            _faultsLeft--;
            return (passed, (Fault)_random.Next(1, 5));
        }
    }

    private int NextDistance() => _random.Next(1, 2 * _meanBytes);
}
