using System.Collections.Immutable;
using System.Text;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua.Native;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Security;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Lua;

/// <summary>What a child gets besides its entry, host and arguments. Immutable.</summary>
/// <param name="Security">Actor and scope.</param>
/// <param name="Context">Context values.</param>
internal sealed record SpawnOptions(SecurityContext Security, ContextValues Context)
{
    /// <summary>The name it is to have; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>Messages that wait for it.</summary>
    public ImmutableList<SpawnMessage> Messages { get; init; } = [];

    /// <summary>The network it is to use; there are none, so a spawn that names one fails.</summary>
    public string? Network { get; init; }

    /// <summary>What a child inherits when its parent says nothing.</summary>
    public static SpawnOptions InheritedFrom(Process parent) => new(parent.Security, parent.Context);
}

/// <summary>Spawn and exec as operations of Lua programs (reference: process §5, §9, §10).</summary>
internal static class LuaSpawn
{
    /// <summary>Starts a process and returns its PID.</summary>
    /// <param name="behavior">The caller.</param>
    /// <param name="thread">Its coroutine; the arguments are id, host and those of the child.</param>
    /// <param name="relation">What ties the two.</param>
    /// <param name="builder">What a builder has collected, which is then the first argument and makes denials raise; null without one.</param>
    public static void Spawn(LuaBehavior behavior, LuaThread thread, SpawnRelation relation, SpawnOptions? builder = null)
    {
        var skipped = builder is null ? 0 : 1;
        if (thread.ArgumentCount < skipped + 2)
        {
            var name = LuaOperations.NameOf(thread.Operation);
            thread.Return(new Error(ErrorKind.Invalid, $"{name[(name.LastIndexOf('.') + 1)..]} requires at least id and host arguments"));
            return;
        }
        if (!thread.TryText(skipped + 1, out var id, skipped) || !thread.TryText(skipped + 2, out var host, skipped)) return;
        var process = behavior.Process;
        var options = builder ?? SpawnOptions.InheritedFrom(process);
        if (SpawnPermission.RefusalOf(process, id, host, relation, options.Name) is { } refusal)
        {
            if (builder is null) thread.Return(refusal);
            else thread.Raise(refusal.Message);
            return;
        }
        var operation = 0L;
        var request = Request(behavior, thread, skipped, id, host, options, (pid, error) => process.Post(new Completion(operation, pid, error)), null, relation);
        if (request is null) return;
        operation = behavior.Pending.Begin(completion => Spawned(behavior, thread, options, completion));
        process.Node.Router.Spawn(request, process);
    }

    /// <summary>Starts a process, waits until it has ended, and returns its result. Arguments as for <see cref="Spawn"/>.</summary>
    public static void Exec(LuaBehavior behavior, LuaThread thread, SpawnOptions? builder = null)
    {
        var skipped = builder is null ? 0 : 1;
        if (thread.ArgumentCount < skipped + 2)
        {
            thread.Return(new Error(ErrorKind.Invalid, "exec requires id and host arguments"));
            return;
        }
        if (!thread.TryText(skipped + 1, out var id, skipped) || !thread.TryText(skipped + 2, out var host, skipped)) return;
        var process = behavior.Process;
        if (BadExec(id, host) is { } invalid)
        {
            thread.Return(invalid);
            return;
        }
        var options = builder ?? SpawnOptions.InheritedFrom(process);
        if (SpawnPermission.ExecRefusalOf(process, id, host, options.Name) is { } refusal)
        {
            if (builder is null) thread.Return(refusal);
            else thread.Raise(refusal.Message);
            return;
        }
        var operation = 0L;
        PendingSpan? span = null;
        void Replied(Pid pid, Error? error)
        {
            if (error is null) return;
            span?.End(error.Message);
            process.Post(new Completion(operation, pid, error));
        }
        void Ended(ExitResult result)
        {
            span?.End(result.Error?.Message);
            process.Post(new Completion(operation, result, null));
        }
        var request = Request(behavior, thread, skipped, id, host, options, Replied, Ended, SpawnRelation.None);
        if (request is null) return;
        span = process.Trace?.Call("exec", request.Entry);
        request.Trace = span?.Cause;
        operation = behavior.Pending.Begin(completion => Executed(behavior, thread, options, completion));
        process.Node.Router.Spawn(request, process);
    }

    private static SpawnRequest? Request(
        LuaBehavior behavior, LuaThread thread, int skipped, string id, string host, SpawnOptions options,
        Action<Pid, Error?> reply, Action<ExitResult>? ended, SpawnRelation relation)
    {
        Error? error = null;
        EntryId? entry;
        if (options.Network is { } network) error = new Error(ErrorKind.Unavailable, $"network {network} is not available");
        else if (!EntryId.TryParse(host, out var hostId)) error = ProcessErrors.HostNotFound;
        else if (!EntryId.TryParse(id, out entry)) error = new Error(ErrorKind.NotFound, "factory not found");
        else
        {
            var scratch = LuaBehavior.Scratch;
            error = LuaCodec.Encode(thread.Stack, thread.Argument(skipped + 2) + 1, thread.ArgumentCount - skipped - 2, scratch);
            if (error is null)
            {
                return new SpawnRequest
                {
                    Entry = entry,
                    Host = hostId,
                    Arguments = Payload.Copy(scratch.WrittenSpan),
                    Parent = behavior.Process.Pid,
                    Monitor = relation.HasFlag(SpawnRelation.Monitored),
                    Link = relation.HasFlag(SpawnRelation.Linked),
                    Security = options.Security,
                    Context = options.Context,
                    Name = options.Name,
                    Messages = options.Messages,
                    Reply = reply,
                    IsExec = ended is not null,
                    Ended = ended,
                };
            }
        }
        thread.Return(error);
        return null;
    }

    private static Error? BadExec(string id, string host)
    {
        if (id.Length == 0) return new Error(ErrorKind.Invalid, "process ID required");
        if (!EntryId.TryParse(id, out _)) return new Error(ErrorKind.Invalid, "invalid process ID format (namespace:name required)");
        return host.Length == 0 ? new Error(ErrorKind.Invalid, "host ID required") : null;
    }

    private static void Spawned(LuaBehavior behavior, LuaThread thread, SpawnOptions options, Completion completion)
    {
        var pid = (Pid)completion.Value!;
        var error = completion.Error;
        if (IsOwner(pid, error)) error = SendToOwner(behavior.Process, pid, options);
        if (error is not null)
        {
            thread.Return(error);
            return;
        }
        var first = thread.BeginReturn();
        LuaMessages.PushPid(thread.Stack, pid, none: "");
        thread.EndReturn(first);
    }

    private static void Executed(LuaBehavior behavior, LuaThread thread, SpawnOptions options, Completion completion)
    {
        if (completion.Value is Pid pid)
        {
            // The name is taken: the messages go to its owner, but there is no end of it to wait for.
            if (IsOwner(pid, completion.Error) && SendToOwner(behavior.Process, pid, options) is { } failed) thread.Return(failed);
            else thread.Return(completion.Error);
            return;
        }
        var result = (ExitResult)completion.Value!;
        if (result.Error is not null)
        {
            thread.Return(result.Error);
            return;
        }
        var first = thread.BeginReturn();
        if (result.Value.IsEmpty) thread.Stack.PushNil();
        else LuaCodec.DecodeOneOrNil(thread.Stack, result.Value.Span);
        thread.EndReturn(first);
    }

    private static bool IsOwner(in Pid pid, Error? error) => error is { Kind: ErrorKind.AlreadyExists } && !pid.IsNone;

    // Spawn-or-signal: messages for a child that exists already need what any message to it needs.
    private static Error? SendToOwner(Process process, in Pid owner, SpawnOptions options)
    {
        var shown = Encoding.UTF8.GetBytes(options.Name!);
        foreach (var (topic, payload) in options.Messages)
        {
            if (process.Node.Router.TryRoute(process, owner, topic, shown, out var route) is { } refused) return refused;
            if (route.Send(process, topic, payload.Span, isSigned: false) is { } failed) return failed;
        }
        return null;
    }
}
