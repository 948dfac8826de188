using System.Diagnostics;

namespace Wippy.Shared.Telemetry;

/// <summary>The source of the runtime's spans, and the names of their attributes, in one place.</summary>
internal static class RuntimeTracing
{
    public const string Pid = "wippy.pid";
    public const string Entry = "wippy.entry";
    public const string Host = "wippy.host";
    public const string Zone = "wippy.zone";
    public const string Actor = "wippy.actor";
    public const string From = "wippy.from";
    public const string Topic = "wippy.topic";
    public const string Decision = "wippy.decision";
    public const string DecidedBy = "wippy.decided_by";
    public const string Action = "wippy.action";
    public const string Resource = "wippy.resource";
    public const string Called = "wippy.called";
    public const string Service = "wippy.service";
    public const string Failures = "wippy.failures";
    public const string UpgradedFrom = "wippy.upgraded_from";
    public const string Denied = "denied";
    public const string Allowed = "allowed";

    private static readonly ActivitySource Source = new("Wippy.Processes");

    /// <summary>Whether anybody wants spans. Any thread; cheap.</summary>
    public static bool IsListening => Source.HasListeners();

    /// <summary>Starts a span. It does not become the current one of the thread, which belongs to many processes.</summary>
    /// <param name="operation">What is done, without names of anything: those cost, so they come once it is known that the span is wanted.</param>
    /// <param name="kind">Its part in the exchange.</param>
    /// <param name="cause">Null begins a trace.</param>
    /// <returns>Null when nobody listens or the trace is not sampled.</returns>
    public static Activity? Start(string operation, ActivityKind kind, TraceContext? cause)
    {
        if (!IsListening) return null;
        var outer = Activity.Current;
        Activity.Current = null;
        var span = Source.StartActivity(operation, kind, cause?.Span ?? default);
        if (span is { IsAllDataRequested: false })
        {
            span.Dispose();
            span = null;
        }
        Activity.Current = outer;
        return span;
    }

    /// <summary>Ends a span, and leaves the current one of the thread alone.</summary>
    public static void Stop(Activity span)
    {
        var outer = Activity.Current;
        span.Stop();
        Activity.Current = outer;
    }
}
