using System.Text;
using Microsoft.AspNetCore.Http;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Http;

/// <summary>
/// A request on its way to the Lua module <c>http</c>, and the response on its way back, both as MessagePack, so that the
/// handler may run anywhere.
/// <code>
/// request  = { method, path, host, remote, query: {name: [value, ...]}, headers: {name: value}, params: {name: value}, body }
/// response = { status, headers: {name: value}, body: [text, ...] }
/// </code>
/// </summary>
internal static class HttpExchange
{
    /// <summary>The context value that holds the request. Programs neither see nor set names that begin so.</summary>
    public const string ContextName = "@http";

    /// <summary>Encodes a request whose body has been read.</summary>
    public static byte[] Encode(HttpRequest request, IReadOnlyDictionary<string, string> parameters, ReadOnlySpan<byte> body)
    {
        using var buffer = new ByteBuffer();
        var writer = new MessagePackWriter(buffer);
        writer.WriteMapHeader(8);
        Pair(ref writer, "method", request.Method);
        Pair(ref writer, "path", request.Path.Value ?? "/");
        Pair(ref writer, "host", request.Host.Value ?? "");
        Pair(ref writer, "remote", request.HttpContext.Connection.RemoteIpAddress?.ToString() ?? "");
        writer.Write("query");
        writer.WriteMapHeader(request.Query.Count);
        foreach (var (name, values) in request.Query)
        {
            writer.Write(name);
            writer.WriteArrayHeader(values.Count);
            foreach (var value in values) writer.Write(value ?? "");
        }
        writer.Write("headers");
        writer.WriteMapHeader(request.Headers.Count);
        foreach (var (name, values) in request.Headers) Pair(ref writer, name.ToLowerInvariant(), values.ToString());
        writer.Write("params");
        writer.WriteMapHeader(parameters.Count);
        foreach (var (name, value) in parameters) Pair(ref writer, name, value);
        writer.Write("body");
        writer.WriteString(body);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes a response that a handler made.</summary>
    /// <param name="value">One MessagePack value; empty when the handler has not touched its response.</param>
    /// <param name="response">Where to.</param>
    /// <exception cref="MessagePackException">It is none.</exception>
    public static async Task WriteAsync(ReadOnlyMemory<byte> value, HttpResponse response)
    {
        if (value.IsEmpty) return;
        var body = Decode(value, response);
        if (response.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified) return;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method)) await response.Body.WriteAsync(body, response.HttpContext.RequestAborted);
    }

    private static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> value, HttpResponse response)
    {
        var reader = new MessagePackReader(value.Span);
        var fields = reader.ReadMapHeader();
        var body = new List<byte>();
        for (var i = 0; i < fields; i++)
        {
            switch (reader.ReadString())
            {
                case "status":
                    response.StatusCode = reader.ReadInt32();
                    break;
                case "headers":
                    // An empty table travels as an array.
                    var headers = reader.NextMessagePackType == MessagePackType.Array ? reader.ReadArrayHeader() : reader.ReadMapHeader();
                    for (var h = 0; h < headers; h++) response.Headers[reader.ReadString()] = reader.ReadString();
                    reader.LeaveContainer();
                    break;
                default:
                    var parts = reader.ReadArrayHeader();
                    for (var p = 0; p < parts; p++) body.AddRange(reader.ReadStringSpan());
                    reader.LeaveContainer();
                    break;
            }
        }
        return body.ToArray();
    }

    private static void Pair(ref MessagePackWriter writer, string name, string value)
    {
        writer.Write(name);
        writer.WriteString(Encoding.UTF8.GetBytes(value));
    }
}
