using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using static Wippy.LocalHosting.Tests.TestApplication;

namespace Wippy.LocalHosting.Tests.ServiceDefaults;

/// <summary>A receiver of OTLP over HTTP. Texts stand as they are in protobuf, so a search in the bytes finds them.</summary>
public sealed class TelemetryTests : IAsyncLifetime
{
    private readonly WebApplication _receiver;
    private readonly ConcurrentDictionary<(string Path, string Text), TaskCompletionSource> _expected = new();

    public TelemetryTests()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        _receiver = builder.Build();
        _receiver.Urls.Add("http://127.0.0.1:0");
        _receiver.MapPost("/v1/{signal}", ReceiveAsync);
    }

    public Task InitializeAsync() => _receiver.StartAsync();

    public Task DisposeAsync() => _receiver.DisposeAsync().AsTask();

    [Fact]
    public async Task AddServiceDefaults_ReceiverGiven_SendsLogsSpansAndMetricsOfTheInstance()
    {
        var (log, span, metric, instance) = (Expect("/v1/logs", "Now listening on"), Expect("/v1/traces", "GET /pid"),
            Expect("/v1/metrics", "http.server.request.duration"), Expect("/v1/traces", "service.instance.id"));

        await using var app = await StartAsync(builder => builder.AddService("measured")
            .WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", _receiver.Urls.First())
            .WithEnvironment("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
            .WithEnvironment("OTEL_METRIC_EXPORT_INTERVAL", "100")
            .WithEnvironment("OTEL_BSP_SCHEDULE_DELAY", "100")
            .WithEnvironment("OTEL_BLRP_SCHEDULE_DELAY", "100"));
        await app.WaitHealthyAsync("measured");
        var own = Expect("/v1/traces", app.Replicas("measured").Single().ResourceId["measured-".Length..]);
        using var client = app.CreateHttpClient("measured");
        await client.GetAsync("/pid");

        await Task.WhenAll(log, span, metric, instance, own).WaitAsync(Safety);
    }

    private Task Expect(string path, string text) =>
        _expected.GetOrAdd((path, text), _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        foreach (var ((path, text), seen) in _expected)
        {
            if (context.Request.Path == path && body.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0)
                seen.TrySetResult();
        }
    }
}
