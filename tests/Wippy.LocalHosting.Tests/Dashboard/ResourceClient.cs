using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Wippy.LocalHosting.Messages;

namespace Wippy.LocalHosting.Tests.Dashboard;

/// <summary>Asks the resource service of an application as the dashboard does: gRPC over HTTP/2 without TLS.</summary>
internal sealed class ResourceClient : IAsyncDisposable
{
    private readonly ResourceService _service;
    private readonly HttpClient _http;

    private ResourceClient(ResourceService service, Uri address, string key)
    {
        _service = service;
        _http = new HttpClient
        {
            BaseAddress = address,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = TestApplication.Safety,
        };
        _http.DefaultRequestHeaders.Add("x-resource-service-api-key", key);
    }

    public static async Task<ResourceClient> ConnectAsync(DistributedApplication app, string? key = null)
    {
        var service = app.Services.GetRequiredService<ResourceService>();
        return new ResourceClient(service, await service.StartAsync(CancellationToken.None), key ?? service.Key);
    }

    public IAsyncEnumerable<ResourcesUpdate> WatchResourcesAsync() => Stream("WatchResources", new Empty(), ResourcesUpdate.Parser);

    /// <summary>The messages that a call answers.</summary>
    public async IAsyncEnumerable<T> Stream<T>(string method, IMessage request, MessageParser<T> parser, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : IMessage<T>
    {
        using var safety = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        safety.CancelAfter(TestApplication.Safety);
        using var response = await SendAsync(method, request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync(safety.Token);
        var header = new byte[5];
        while (await body.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, safety.Token) == header.Length)
        {
            var message = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1))];
            await body.ReadExactlyAsync(message, safety.Token);
            yield return parser.ParseFrom(message);
        }
    }

    /// <summary>The status that a call ends with.</summary>
    public async Task<string> StatusAsync(string method, IMessage request)
    {
        using var response = await SendAsync(method, request, HttpCompletionOption.ResponseContentRead);
        return response.TrailingHeaders.GetValues("grpc-status").Single();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _service.DisposeAsync();
    }

    private Task<HttpResponseMessage> SendAsync(string method, IMessage request, HttpCompletionOption completion)
    {
        var frame = new byte[5 + request.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - 5);
        request.ToByteArray().CopyTo(frame, 5);
        var call = new HttpRequestMessage(HttpMethod.Post, $"/aspire.v1.DashboardService/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        call.Content.Headers.ContentType = new("application/grpc");
        return _http.SendAsync(call, completion);
    }
}
