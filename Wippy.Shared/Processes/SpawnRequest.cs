using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Security;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Processes;

/// <summary>Everything a new process is made of. Travels as it is to a host of this node, encoded to one elsewhere.</summary>
internal sealed class SpawnRequest
{
    /// <summary>The entry to run.</summary>
    public required EntryId Entry { get; init; }

    /// <summary>The host to run it on.</summary>
    public required EntryId Host { get; init; }

    /// <summary>Arguments of its method; owned by the request until the behaviour takes them.</summary>
    public Payload Arguments { get; init; }

    /// <summary>The trace that the spawn belongs to, if any.</summary>
    public TraceContext? Trace { get; set; }

    /// <summary>Who spawns; <see cref="Pid.None"/> for the runtime.</summary>
    public Pid Parent { get; init; }

    /// <summary>Whether the parent monitors the child from before its first step.</summary>
    public bool Monitor { get; init; }

    /// <summary>Whether parent and child are linked from before its first step.</summary>
    public bool Link { get; init; }

    /// <summary>Actor and scope of the child.</summary>
    public SecurityContext Security { get; init; }

    /// <summary>Context values of the child.</summary>
    public ContextValues Context { get; init; } = ContextValues.Empty;

    /// <summary>
    /// Told once, on some worker: the child's PID when its program is initialised, or why there is no child. Must not block.
    /// </summary>
    public required Action<Pid, Error?> Reply { get; init; }
}
