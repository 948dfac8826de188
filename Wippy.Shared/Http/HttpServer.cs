using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Wippy.Shared.Errors;
using Wippy.Shared.Functions;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Shared.Telemetry;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace Wippy.Shared.Http;

/// <summary>
/// One running <c>http.service</c>: Kestrel in front, a function call per request behind it. A request takes nothing of the
/// node's workers until it is there as a whole, so slow clients cost a socket and nothing else.
/// </summary>
internal sealed partial class HttpServer : IAsyncDisposable
{
    private readonly Node _node;
    private readonly HttpServiceSpec _spec;
    private readonly SecurityContext _security;
    private readonly ZoneCalls _calls;
    private readonly ILogger _logger;
    private readonly KestrelServer _server;
    private Routing? _routing;   // any thread; made twice, one is lost
    private int _requests;

    /// <param name="node">Where it runs.</param>
    /// <param name="spec">What its entry declares.</param>
    /// <param name="security">Under whose name handlers act.</param>
    /// <param name="calls">Calls the handlers.</param>
    /// <exception cref="FormatException">The address is none.</exception>
    public HttpServer(Node node, HttpServiceSpec spec, in SecurityContext security, ZoneCalls calls)
    {
        _node = node;
        _spec = spec;
        _security = security;
        _calls = calls;
        _logger = node.Loggers.CreateLogger<HttpServer>();
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = spec.MaxBodyBytes;
        options.Limits.MaxRequestHeadersTotalSize = spec.MaxHeaderBytes;
        options.Limits.MaxRequestLineSize = Math.Min(spec.MaxHeaderBytes, 8192);
        options.Limits.RequestHeadersTimeout = spec.ReadTimeout;
        options.Limits.KeepAliveTimeout = spec.IdleTimeout;
        options.Limits.MaxConcurrentConnections = spec.MaxConnections;
        Listen(options, spec.Address);
        // Kestrel's own log is about connections of strangers; what matters is logged here.
        _server = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance), NullLoggerFactory.Instance);
    }

    /// <summary>Where it listens, with the real port; valid once it is started.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Begins to accept requests.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public async Task StartAsync()
    {
        await _server.StartAsync(new Application(this), CancellationToken.None);
        Url = _server.Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Log.Listening(_logger, _spec.Id, Url);
    }

    /// <summary>Accepts no more, and gives the requests that are there the time allowed.</summary>
    public async Task StopAsync(TimeSpan allowed)
    {
        using var limit = new CancellationTokenSource(allowed, _node.Clock);
        await _server.StopAsync(limit.Token);
        Log.Stopped(_logger, _spec.Id);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (Interlocked.Increment(ref _requests) > _spec.MaxRequests)
        {
            await FailAsync(http, StatusCodes.Status503ServiceUnavailable, "too many requests at a time", ("Retry-After", "1"));
        }
        else
        {
            try
            {
                await RouteAsync(http);
            }
            catch (BadHttpRequestException bad)
            {
                await FailAsync(http, bad.StatusCode, bad.Message);
            }
            catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
            {
                // The client has gone; nobody is there to be told.
            }
        }
        Interlocked.Decrement(ref _requests);
    }

    private async Task RouteAsync(HttpContext http)
    {
        var match = Routes().Match(http.Request.Method.ToUpperInvariant(), http.Request.Path.Value ?? "/");
        if (match.Endpoint is { } endpoint)
        {
            var span = HttpSpan.Start(http.Request, endpoint);
            try
            {
                await CallAsync(http, endpoint, match.Parameters, span?.Cause);
            }
            finally
            {
                HttpSpan.End(span, http.Response);
            }
            return;
        }
        if (match.Allowed.Count == 0)
        {
            await FailAsync(http, StatusCodes.Status404NotFound, "not found");
            return;
        }
        await FailAsync(http, StatusCodes.Status405MethodNotAllowed, "method not allowed", ("Allow", string.Join(", ", match.Allowed)));
    }

    private async Task CallAsync(HttpContext http, HttpEndpointSpec endpoint, Dictionary<string, string> parameters, TraceContext? trace)
    {
        var body = await BodyAsync(http);
        var request = HttpExchange.Encode(http.Request, parameters, body);
        var ended = new TaskCompletionSource<ExitResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var context = ContextValues.Empty.With([new(HttpExchange.ContextName, request)]);
        // Its time begins before it does, whatever the scheduler lets run first.
        var answer = ended.Task.WaitAsync(_spec.WriteTimeout, _node.Clock, http.RequestAborted);
        var call = _calls.Call(endpoint.Function, endpoint.Zone, _security, context, trace, result => ended.TrySetResult(result));
        try
        {
            await RespondAsync(http, endpoint, await answer);
        }
        catch (TimeoutException)
        {
            call.Cancel();
            Log.TooSlow(_logger, endpoint.Id, _spec.WriteTimeout);
            await FailAsync(http, StatusCodes.Status504GatewayTimeout, "the handler took too long");
        }
        catch (OperationCanceledException)
        {
            call.Cancel();
            throw;
        }
    }

    private async Task RespondAsync(HttpContext http, HttpEndpointSpec endpoint, ExitResult result)
    {
        if (result.Error is { } error)
        {
            Log.Failed(_logger, endpoint.Id, http.Request.Method, http.Request.Path, error.Message);
            var status = error.Kind switch
            {
                ErrorKind.Unavailable or ErrorKind.LimitExceeded => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status500InternalServerError,
            };
            await FailAsync(http, status, status == StatusCodes.Status503ServiceUnavailable ? "unavailable" : "internal server error");
            return;
        }
        try
        {
            await HttpExchange.WriteAsync(result.Value, http.Response);
        }
        catch (Exception malformed) when (malformed is MessagePackException or InvalidOperationException)
        {
            Log.Failed(_logger, endpoint.Id, http.Request.Method, http.Request.Path, malformed.Message);
            await FailAsync(http, StatusCodes.Status500InternalServerError, "internal server error");
        }
    }

    private async Task<byte[]> BodyAsync(HttpContext http)
    {
        if (http.Request.ContentLength > _spec.MaxBodyBytes) throw new BadHttpRequestException($"a body of {http.Request.ContentLength} bytes (the limit is {_spec.MaxBodyBytes})", StatusCodes.Status413PayloadTooLarge);
        if (http.Request.ContentLength is null or 0 && !http.Request.Headers.ContainsKey("Transfer-Encoding")) return [];
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);   // Kestrel bounds its size, and how slowly it may come
        return body.ToArray();
    }

    private HttpRoutes Routes()
    {
        var version = _node.Registry.Current;
        if (_routing is { } known && ReferenceEquals(known.Version, version)) return known.Routes;
        var routing = new Routing(version, new HttpRoutes(HttpEndpointSpec.Of(_spec.Id, version)));
        _routing = routing;
        return routing.Routes;
    }

    private static async Task FailAsync(HttpContext http, int status, string problem, params (string Name, string Value)[] headers)
    {
        if (http.Response.HasStarted) return;
        http.Response.Clear();
        http.Response.StatusCode = status;
        foreach (var (name, value) in headers) http.Response.Headers[name] = value;
        http.Response.ContentType = "application/json";
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["error"] = problem });
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static void Listen(KestrelServerOptions options, string address)
    {
        var colon = address.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(address[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            throw new FormatException("expected host:port or :port");
        }
        var host = address[..colon].Trim('[', ']');
        if (host.Length == 0) options.ListenAnyIP(port);
        else if (host == "localhost") options.Listen(IPAddress.Loopback, port);
        else if (IPAddress.TryParse(host, out var ip)) options.Listen(ip, port);
        else throw new FormatException($"'{host}' is no IP address; names other than localhost are not looked up");
    }

    private sealed record Routing(Snapshot Version, HttpRoutes Routes);

    private sealed class Application(HttpServer server) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection features) => new DefaultHttpContext(features);

        public Task ProcessRequestAsync(HttpContext context) => server.AnswerAsync(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
            if (exception is not null) Log.Broken(server._logger, server._spec.Id, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4001, LogLevel.Information, "http service {Service} listens on {Url}")]
        public static partial void Listening(ILogger logger, EntryId service, string url);

        [LoggerMessage(4002, LogLevel.Information, "http service {Service} has stopped")]
        public static partial void Stopped(ILogger logger, EntryId service);

        [LoggerMessage(4003, LogLevel.Warning, "{Endpoint} failed for {Method} {Path}: {Problem}")]
        public static partial void Failed(ILogger logger, EntryId endpoint, string method, string path, string problem);

        [LoggerMessage(4004, LogLevel.Warning, "{Endpoint} has not answered within {Limit} (timeouts.write)")]
        public static partial void TooSlow(ILogger logger, EntryId endpoint, TimeSpan limit);

        [LoggerMessage(4005, LogLevel.Error, "http service {Service}: a request ended with an exception")]
        public static partial void Broken(ILogger logger, EntryId service, Exception exception);
    }
}
