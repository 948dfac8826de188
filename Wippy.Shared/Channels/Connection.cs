using System.IO.Pipelines;
using System.Net.Sockets;

namespace Wippy.Shared.Channels;

/// <summary>An open TCP connection, perhaps encrypted: bytes out, frames in.</summary>
internal sealed class Connection : IDisposable
{
    private const int ReadBytes = 1 << 16;

    private readonly Socket _socket;
    private Stream _stream;

    public Connection(Socket socket)
    {
        socket.NoDelay = true;   // frames are batched before they get here
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        Frames = FramesOf(_stream);
        Remote = $"{socket.RemoteEndPoint}";
    }

    /// <summary>Connects to another node.</summary>
    /// <param name="endpoint"><c>tcp://host:port</c>.</param>
    /// <param name="tls">Null for a connection that is not encrypted.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ChannelException">Not an endpoint, or no encryption came about.</exception>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static async Task<Connection> DialAsync(string endpoint, ChannelTls? tls, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme != "tcp" || uri.Port < 1)
        {
            throw new ChannelException($"'{endpoint}' is not an endpoint (tcp://host:port)");
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(uri.DnsSafeHost, uri.Port, cancellation);
            var connection = new Connection(socket);
            if (tls is not null) await connection.SecureAsync(tls.OpenAsync, cancellation);
            return connection;
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
    public FrameReader Frames { get; private set; }

    /// <summary>What leaves.</summary>
    public Stream Output => _stream;

    /// <summary>Encrypts what follows; before anything was read or written.</summary>
    /// <param name="secure"><see cref="ChannelTls.OpenAsync"/> or <see cref="ChannelTls.AcceptAsync"/>.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ChannelException">It did not come about.</exception>
    public async Task SecureAsync(Func<Stream, CancellationToken, Task<Stream>> secure, CancellationToken cancellation)
    {
        _stream = await secure(_stream, cancellation);
        Frames = FramesOf(_stream);
    }

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

    private static FrameReader FramesOf(Stream stream) => new(PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: ReadBytes)));
}
