using System.Diagnostics;

namespace Wippy.Shared.Telemetry;

/// <summary>A span that ends where it did not begin: for something that is waited for. Any thread.</summary>
internal sealed class PendingSpan
{
    private readonly Activity _span;

    private PendingSpan(Activity span, int hops)
    {
        _span = span;
        Cause = new TraceContext(span.Context, hops);
    }

    /// <summary>What goes along with that which is waited for.</summary>
    public TraceContext Cause { get; }

    /// <summary>Begins one.</summary>
    /// <param name="operation">What is done, without names of anything.</param>
    /// <param name="kind">Its part in the exchange.</param>
    /// <param name="cause">Null begins a trace.</param>
    /// <returns>Null when nobody listens or the trace is not sampled.</returns>
    public static PendingSpan? Start(string operation, ActivityKind kind, TraceContext? cause) =>
        RuntimeTracing.Start(operation, kind, cause) is { } span ? new PendingSpan(span, cause?.Hops ?? 0) : null;

    /// <summary>Gives it the name that people read.</summary>
    public PendingSpan Named(string name)
    {
        _span.DisplayName = name;
        return this;
    }

    /// <summary>Adds a fact.</summary>
    public PendingSpan With(string attribute, object? value)
    {
        _span.SetTag(attribute, value);
        return this;
    }

    /// <summary>Ends it. Once.</summary>
    /// <param name="error">Why it failed; null when it did not.</param>
    public void End(string? error)
    {
        if (error is not null) _span.SetStatus(ActivityStatusCode.Error, error);
        RuntimeTracing.Stop(_span);
    }
}
