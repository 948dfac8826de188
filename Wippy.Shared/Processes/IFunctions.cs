using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Security;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Processes;

/// <summary>Calls functions: programs that answer once. Any thread; nothing blocks.</summary>
internal interface IFunctions : IDisposable
{
    /// <summary>Starts a call, or lets it wait for its turn. Becomes the owner of the request's arguments.</summary>
    /// <returns>The call, for the one who may have to end it.</returns>
    IFunctionCall Call(FunctionRequest request);

    /// <summary>A host is gone: what was kept for callers on it goes, too.</summary>
    void HostRemoved(ProcessHost host);
}

/// <summary>A call that was started. Any thread.</summary>
internal interface IFunctionCall
{
    /// <summary>Ends it, if it has not ended: nothing of it runs any more, and <see cref="FunctionRequest.Ended"/> says so.</summary>
    void Cancel();
}

/// <summary>Everything a call is made of.</summary>
internal sealed class FunctionRequest
{
    /// <summary>The entry to call: a function, or a process with a default host.</summary>
    public required EntryId Function { get; init; }

    /// <summary>The host it is called from, which lends workers, zone and limits; null only for a call that goes to another node.</summary>
    public required ProcessHost? Host { get; init; }

    /// <summary>Who calls; null for the runtime.</summary>
    public Process? Caller { get; init; }

    /// <summary>Arguments of its method.</summary>
    public Payload Arguments { get; init; }

    /// <summary>Actor and scope it runs under.</summary>
    public SecurityContext Security { get; init; }

    /// <summary>Context values it sees.</summary>
    public ContextValues Context { get; init; } = ContextValues.Empty;

    /// <summary>The trace that it belongs to, if any.</summary>
    public TraceContext? Trace { get; init; }

    /// <summary>What a part of the runtime calls it for, which the program can ask about; null for nothing.</summary>
    public object? Origin { get; init; }

    /// <summary>Told the PID of the process that answers, again when the call is tried again. Null when nobody wants to know. Must not block.</summary>
    public Action<Pid>? Started { get; init; }

    /// <summary>Told once, perhaps before <see cref="IFunctions.Call"/> returns: its first result, or why there is none. Must not block.</summary>
    public required Action<ExitResult> Ended { get; init; }
}
