using System.Buffers;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;

namespace Wippy.LocalHosting;

/// <summary>
/// Holds the stable port of an endpoint from start to stop and passes each connection to one of the replicas in turn. A
/// connection that no replica takes is closed. Any thread.
/// </summary>
internal sealed class PortProxy : IDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly Socket _listener;
    private readonly CancellationTokenSource _closed = new();
    private ImmutableArray<int> _targets = [];
    private uint _next;

    private PortProxy(Socket listener)
    {
        _listener = listener;
        _ = AcceptAsync();
    }

    /// <summary>The stable port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Takes the port and begins to accept.</summary>
    /// <param name="port">Null = a free one.</param>
    /// <param name="owner">Whose port it is, for the error.</param>
    /// <exception cref="DistributedApplicationException">The port is taken.</exception>
    public static PortProxy Listen(int? port, string owner)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, port ?? 0));
            listener.Listen();
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new DistributedApplicationException($"Cannot listen on port {port} for {owner}: {e.Message}. End what listens there, or leave the port out to get a free one.");
        }
        return new PortProxy(listener);
    }

    /// <summary>From now on connections go to this port, too.</summary>
    public void Add(int targetPort) => ImmutableInterlocked.Update(ref _targets, targets => targets.Add(targetPort));

    /// <summary>No new connections to this port.</summary>
    public void Remove(int targetPort) => ImmutableInterlocked.Update(ref _targets, targets => targets.Remove(targetPort));

    public void Dispose()
    {
        _listener.Dispose();
        _closed.Cancel();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptAsync(_closed.Token).ConfigureAwait(false));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            using var server = await ConnectAsync().ConfigureAwait(false);
            if (server is null)
                return;
            client.NoDelay = server.NoDelay = true;
            await Task.WhenAll(PassAsync(client, server), PassAsync(server, client)).ConfigureAwait(false);
        }
    }

    /// <summary>Connects to the replica whose turn it is; one that does not answer is passed over.</summary>
    private async Task<Socket?> ConnectAsync()
    {
        var targets = _targets;
        var turn = Interlocked.Increment(ref _next);
        for (var i = 0; i < targets.Length; i++)
        {
            var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, targets[(int)((turn + i) % targets.Length)], _closed.Token).ConfigureAwait(false);
                return server;
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                server.Dispose();
            }
        }
        return null;
    }

    /// <summary>Passes bytes one way until that side ends; a side that breaks breaks both.</summary>
    private async Task PassAsync(Socket from, Socket to)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (await from.ReceiveAsync(buffer, _closed.Token).ConfigureAwait(false) is > 0 and var count)
            {
                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _closed.Token).ConfigureAwait(false);
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
