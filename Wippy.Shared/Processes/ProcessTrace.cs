using System.Diagnostics;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Processes;

/// <summary>
/// What one process does, as spans. At most one is open: from its start, from taking a traced message, or from the first thing it
/// sends or spawns after a tick or an event woke it, which begins a trace; until it takes the next message, rests, or ends.
/// What it sends or spawns belongs to the last one. Worker of the process only.
/// </summary>
internal sealed class ProcessTrace(Process process)
{
    /// <summary>Messages and spawns of one span that carry the trace on; a loop that sends without end is not one trace.</summary>
    private const int MaxCaused = 256;

    private Activity? _span;
    private TraceContext? _caused;
    private int _count;
    private bool _isQuiet;   // acts on something that is not traced

    /// <summary>The trace of a process that is being spawned; begins one if the spawner is in none.</summary>
    /// <returns>Null when nobody listens or the trace is not sampled.</returns>
    public static ProcessTrace? Spawned(Process process, TraceContext? cause)
    {
        if (RuntimeTracing.Start("start", ActivityKind.Internal, cause) is not { } span) return null;
        var trace = new ProcessTrace(process);
        trace.Begin(span, "start", cause);
        return trace;
    }

    /// <summary>What goes along with something the process causes; null when that is not traced.</summary>
    public TraceContext? Outgoing()
    {
        if (_span is null && _caused is null && !_isQuiet) Begin("wakes", null);
        if (_caused is null || _count == MaxCaused) return null;
        _count++;
        return _caused;
    }

    /// <summary>The process takes a message: what it did before is over.</summary>
    public void Received(Message message)
    {
        Idle();
        _isQuiet = message.Trace is null;
        if (message.Trace is not { } cause) return;
        Begin(RuntimeTracing.Start("receive", ActivityKind.Consumer, cause), message.Topic.ToString(), cause);
        _span?.SetTag(RuntimeTracing.From, message.Source.ToString())
            .SetTag(RuntimeTracing.Topic, message.Topic.ToString())
            .SetTag(RuntimeTracing.Decision, RuntimeTracing.Allowed);
    }

    /// <summary>The process waits for something it starts elsewhere: a span of its own until that has ended.</summary>
    /// <param name="verb">How people call it, such as <c>exec</c>.</param>
    /// <param name="entry">What is started.</param>
    /// <returns>Null when it is not traced.</returns>
    public PendingSpan? Call(string verb, EntryId entry)
    {
        if (Outgoing() is not { } cause || PendingSpan.Start(verb, ActivityKind.Client, cause) is not { } span) return null;
        return span.Named($"{process.Entry} {verb} {entry}")
            .With(RuntimeTracing.Pid, process.Pid.ToString())
            .With(RuntimeTracing.Entry, process.Entry.ToString())
            .With(RuntimeTracing.Host, process.Host.Name)
            .With(RuntimeTracing.Zone, process.Host.Zone.ToText())
            .With(RuntimeTracing.Actor, process.Security.Actor?.Id)
            .With(RuntimeTracing.Called, entry.ToString());
    }

    /// <summary>The process goes on as another program, which acts on what this one was acting on.</summary>
    public void Upgraded(EntryId from)
    {
        if (_isQuiet) return;
        var cause = _caused;
        Rest();
        Begin("upgrade", cause);
        _span?.SetTag(RuntimeTracing.UpgradedFrom, from.ToString());
    }

    /// <summary>Does something short that asks for the current span, such as writing a log record.</summary>
    public void WithSpan(Action act)
    {
        var outer = Activity.Current;
        Activity.Current = _span;
        act();
        Activity.Current = outer;
    }

    /// <summary>A policy refused what the process wanted to do.</summary>
    public void Denied(string action, string resource, string decidedBy) => _span?.AddEvent(new ActivityEvent(
        $"{action} {RuntimeTracing.Denied}", process.Node.Clock.GetUtcNow(), new ActivityTagsCollection
        {
            [RuntimeTracing.Decision] = RuntimeTracing.Denied,
            [RuntimeTracing.Action] = action,
            [RuntimeTracing.Resource] = resource,
            [RuntimeTracing.DecidedBy] = decidedBy,
        }));

    /// <summary>Nothing is left to do: what comes next has another cause.</summary>
    public void Idle()
    {
        _isQuiet = false;
        _caused = null;
        Rest();
    }

    /// <summary>It waits for a timer, or for work of its own; what follows, such as after a sleep, still belongs to the trace.</summary>
    public void Rest()
    {
        if (_span is null) return;
        RuntimeTracing.Stop(_span);
        _span = null;
    }

    /// <summary>The process has ended.</summary>
    public void End(Error? error)
    {
        if (error is not null) _span?.SetStatus(ActivityStatusCode.Error, error.Message);
        Idle();
    }

    private void Begin(string operation, TraceContext? cause) => Begin(RuntimeTracing.Start(operation, ActivityKind.Internal, cause), operation, cause);

    private void Begin(Activity? span, string what, TraceContext? cause)
    {
        _count = 0;
        _span = span;
        _isQuiet = span is null;
        if (span is null) return;
        span.DisplayName = $"{process.Entry} {what}";
        span.SetTag(RuntimeTracing.Pid, process.Pid.ToString())
            .SetTag(RuntimeTracing.Entry, process.Entry.ToString())
            .SetTag(RuntimeTracing.Host, process.Host.Name)
            .SetTag(RuntimeTracing.Zone, process.Host.Zone.ToText())
            .SetTag(RuntimeTracing.Actor, process.Security.Actor?.Id);
        var hops = (cause?.Hops ?? 0) + 1;
        _caused = hops <= TraceContext.MaxHops ? new TraceContext(span.Context, hops) : null;
    }
}
