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
        if (!RuntimeTracing.IsListening) return null;
        var trace = new ProcessTrace(process);
        trace.Begin($"{process.Entry} start", ActivityKind.Internal, cause);
        return trace._span is null ? null : trace;
    }

    /// <summary>What goes along with something the process causes; null when that is not traced.</summary>
    public TraceContext? Outgoing()
    {
        if (_span is null && _caused is null && !_isQuiet) Begin($"{process.Entry} wakes", ActivityKind.Internal, null);
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
        Begin($"{process.Entry} {message.Topic}", ActivityKind.Consumer, cause);
        _span?.SetTag(RuntimeTracing.From, message.Source.ToString())
            .SetTag(RuntimeTracing.Topic, message.Topic.ToString())
            .SetTag(RuntimeTracing.Decision, RuntimeTracing.Allowed);
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

    private void Begin(string name, ActivityKind kind, TraceContext? cause)
    {
        _count = 0;
        _span = RuntimeTracing.Start(name, kind, cause);
        _isQuiet = _span is null;
        if (_span is null) return;
        _span.SetTag(RuntimeTracing.Pid, process.Pid.ToString())
            .SetTag(RuntimeTracing.Entry, process.Entry.ToString())
            .SetTag(RuntimeTracing.Host, process.Host.Name)
            .SetTag(RuntimeTracing.Zone, process.Host.Zone.ToText())
            .SetTag(RuntimeTracing.Actor, process.Security.Actor?.Id);
        var hops = (cause?.Hops ?? 0) + 1;
        _caused = hops <= TraceContext.MaxHops ? new TraceContext(_span.Context, hops) : null;
    }
}
