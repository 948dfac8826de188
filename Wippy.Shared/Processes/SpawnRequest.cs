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

    /// <summary>The name the child claims before it runs; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>What waits for the child when it first looks; these messages have no sender.</summary>
    public IReadOnlyList<SpawnMessage> Messages { get; init; } = [];

    /// <summary>The service that the child is to be; null for any other process. Set by the supervisor only.</summary>
    public ServiceMark? Service { get; init; }

    /// <summary>See <see cref="FunctionRequest.Origin"/>.</summary>
    public object? Origin { get; init; }

    /// <summary>
    /// Told once, on some worker: the child's PID when its program is initialised, or why there is no child. With
    /// <see cref="ProcessErrors.NameTaken"/> the PID is that of the owner of <see cref="Name"/>. Must not block.
    /// </summary>
    public required Action<Pid, Error?> Reply { get; init; }

    /// <summary>
    /// Told once, on some worker, how the child has ended, after everything else that others can see of its end; null when nobody
    /// waits for it. Not called when <see cref="Reply"/> said that there is no child; a peer that is lost counts as that. Must not block.
    /// </summary>
    public Action<ExitResult>? Ended { get; init; }

    /// <summary>Whether the parent waits for its result, which needs another permission.</summary>
    public bool IsExec { get; init; }

    /// <summary>What the policies between zones have to allow, each action with its resource (reference: security §7).</summary>
    public IEnumerable<(string Action, string Resource)> Needs
    {
        get
        {
            var entry = Entry.ToString();
            yield return (IsExec ? "process.exec" : "process.spawn", entry);
            if (Monitor) yield return ("process.spawn.monitored", entry);
            if (Link) yield return ("process.spawn.linked", entry);
            yield return ("process.host", Host.ToString());
            if (Name is not null) yield return ("process.registry.register", Name);
        }
    }
}

/// <summary>A message that a process is born with.</summary>
/// <param name="Topic">Not reserved.</param>
/// <param name="Payload">A MessagePack array.</param>
internal readonly record struct SpawnMessage(Topic Topic, ReadOnlyMemory<byte> Payload);
