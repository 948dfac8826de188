using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Security;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Functions;

/// <summary>
/// Calls of the runtime itself, for which no calling process says where they run: handlers of requests. They run on the
/// <see cref="HandlerHosts"/> of a zone, here or on a node of that zone. Any thread.
/// </summary>
/// <param name="node">Where they run.</param>
/// <param name="hostOf">The host of a zone; null when this node has none.</param>
internal sealed class ZoneCalls(Node node, Func<Zone, ProcessHost?> hostOf)
{
    /// <summary>Calls a function.</summary>
    /// <param name="function">The entry.</param>
    /// <param name="zone">Where it runs.</param>
    /// <param name="security">Actor and scope it runs under.</param>
    /// <param name="context">Context values it sees.</param>
    /// <param name="trace">The trace that it belongs to, if any.</param>
    /// <param name="ended">Told once how it ended; must not block.</param>
    public IFunctionCall Call(EntryId function, Zone zone, in SecurityContext security, ContextValues context, TraceContext? trace, Action<ExitResult> ended)
    {
        var host = hostOf(zone);
        var request = new FunctionRequest
        {
            Function = function,
            Host = host,
            Security = security,
            Context = context,
            Trace = trace,
            Ended = ended,
        };
        return host is null ? ProcessCall.Start(node, HandlerHosts.Of(zone), request) : node.Functions!.Call(request);
    }
}
