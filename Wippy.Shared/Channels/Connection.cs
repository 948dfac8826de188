using System.IO.Pipelines;
using System.Net.Sockets;

namespace Wippy.Shared.Channels;

/// <summary>An open TCP connection: bytes out, frames in.</summary>
internal sealed class Connection : IDisposable
{
    private const int ReadBytes = 1 << 16;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;

    public Connection(Socket socket)
    {
        socket.NoDelay = true;   // frames are batched before they get here
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        Frames = new FrameReader(PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: ReadBytes)));
        Remote = $"{socket.RemoteEndPoint}";
    }

    /// <summary>Connects to another node.</summary>
    /// <param name="endpoint"><c>tcp://host:port</c>.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ChannelException">Not an endpoint.</exception>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<Connection> DialAsync(string endpoint, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme != "tcp" || uri.Port < 1)
        {
            throw new ChannelException($"'{endpoint}' is not an endpoint (tcp://host:port)");
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(uri.DnsSafeHost, uri.Port, cancellation);
            return new Connection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The other end, <c>address:port</c>, for logs.</summary>
    public string Remote { get; }

    /// <summary>What arrives.</summary>
    public FrameReader Frames { get; }

    /// <summary>What leaves.</summary>
    public Stream Output => _stream;

    /// <summary>Tells the other side that nothing follows; it may still send.</summary>
    public void FinishOutput()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Gone already, which is what was wanted.
        }
    }

    /// <summary>Closes it; reads and writes under way fail. Any thread.</summary>
    public void Dispose() => _stream.Dispose();
}
