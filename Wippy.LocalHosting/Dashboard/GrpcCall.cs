using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Wippy.LocalHosting;

/// <summary>
/// The server's side of one gRPC call on a plain HTTP/2 request. Each message is framed by a byte that says whether it is
/// compressed (never: we offer no compression) and its length, 4 bytes, big-endian; the status comes as a trailer.
/// </summary>
internal sealed class GrpcCall(HttpContext context, CancellationToken cancellationToken)
{
    private const int HeaderBytes = 5;

    /// <summary>gRPC's own limit for a message that arrives: 4 MB.</summary>
    private const int MaxMessageBytes = 4 * 1024 * 1024;

    /// <summary>The caller has gone, or the service stops.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Sends the headers: the caller of a stream waits for them.</summary>
    public Task StartAsync() => context.Response.StartAsync(cancellationToken);

    /// <summary>The next message of the caller, or null after the last one.</summary>
    /// <exception cref="GrpcException">It is compressed or too large.</exception>
    /// <exception cref="InvalidProtocolBufferException">It is not what it should be.</exception>
    public async Task<T?> ReadAsync<T>(MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (TryTakeMessage(ref buffer, out var body))
            {
                var message = parser.ParseFrom(body);
                reader.AdvanceTo(buffer.Start);
                return message;
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
                return null;
        }
    }

    /// <summary>Sends a message.</summary>
    public async Task WriteAsync(IMessage message)
    {
        var writer = context.Response.BodyWriter;
        WriteHeader(writer, message.CalculateSize());
        message.WriteTo(writer);
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the call.</summary>
    public async Task EndAsync(GrpcStatus status, string? message)
    {
        if (!context.Response.HasStarted)
            await StartAsync().ConfigureAwait(false);
        context.Response.AppendTrailer("grpc-status", ((int)status).ToString(CultureInfo.InvariantCulture));
        if (message is not null)
            context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(message));
    }

    private static bool TryTakeMessage(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> body)
    {
        body = default;
        if (buffer.Length < HeaderBytes)
            return false;
        Span<byte> header = stackalloc byte[HeaderBytes];
        buffer.Slice(0, HeaderBytes).CopyTo(header);
        if (header[0] != 0)
            throw new GrpcException(GrpcStatus.Unimplemented, "Compressed messages are not supported.");
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (length > MaxMessageBytes)
            throw new GrpcException(GrpcStatus.ResourceExhausted, $"A message of {length} bytes exceeds the limit of {MaxMessageBytes}.");
        if (buffer.Length < HeaderBytes + length)
            return false;
        body = buffer.Slice(HeaderBytes, length);
        buffer = buffer.Slice(HeaderBytes + length);
        return true;
    }

    private static void WriteHeader(PipeWriter writer, int length)
    {
        var header = writer.GetSpan(HeaderBytes);
        header[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], length);
        writer.Advance(HeaderBytes);
    }
}

/// <summary>How a call ended, in gRPC's numbers.</summary>
internal enum GrpcStatus
{
    Ok = 0,
    Cancelled = 1,
    Unknown = 2,
    ResourceExhausted = 8,
    Unimplemented = 12,
    Unauthenticated = 16,
}

/// <summary>Ends a call with a status.</summary>
internal sealed class GrpcException(GrpcStatus status, string message) : Exception(message)
{
    public GrpcStatus Status => status;
}
