using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Wippy.Shared.Registry;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Http;

/// <summary>A request as a span; it belongs to the trace that its header <c>traceparent</c> names, if any.</summary>
internal static class HttpSpan
{
    /// <summary>Begins it.</summary>
    /// <returns>Null when nobody listens or the trace is not sampled.</returns>
    public static PendingSpan? Start(HttpRequest request, HttpEndpointSpec endpoint) => !RuntimeTracing.IsListening ? null
        : PendingSpan.Start("request", ActivityKind.Server, Cause(request))?
            .Named($"{request.Method} {endpoint.Path}")
            .With("http.request.method", request.Method)
            .With("http.route", endpoint.Path)
            .With("url.path", request.Path.Value)
            .With(RuntimeTracing.Called, endpoint.Function.ToString());

    /// <summary>Ends it.</summary>
    public static void End(PendingSpan? span, HttpResponse response) => span?
        .With("http.response.status_code", response.StatusCode)
        .End(response.StatusCode >= StatusCodes.Status500InternalServerError ? $"status {response.StatusCode}" : null);

    private static TraceContext? Cause(HttpRequest request) =>
        ActivityContext.TryParse(request.Headers.TraceParent, request.Headers.TraceState, isRemote: true, out var span) ? new TraceContext(span, 0) : null;
}
