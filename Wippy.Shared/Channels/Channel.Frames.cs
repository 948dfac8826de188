using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;

namespace Wippy.Shared.Channels;

// What this side can say: one method per frame. docs/wire-format.md has their fields.
internal sealed partial class Channel
{
    // A scratch buffer that grew beyond this goes back to the pool after use.
    private const int KeptScratchBytes = 1 << 20;

    // Each thread puts the fields of a frame together here, so that the lock of the outgoing frames is held for a copy only.
    [ThreadStatic]
    private static ByteBuffer? t_scratch;

    /// <inheritdoc/>
    public Error? TrySend(Process source, in Pid target, Topic topic, ReadOnlySpan<byte> payload, bool isSigned)
    {
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        writer.WriteRaw(SendHeads.Of(source, target, isSigned));
        writer.WriteString(topic.Utf8);
        writer.WriteRaw(payload);
        FrameFields.Write(ref writer, source.Trace?.Outgoing());
        writer.Flush();
        return Add(FrameType.Send, fields, refusable: true);
    }

    /// <inheritdoc/>
    public void Publish(Process? sender, in Event news)
    {
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        FrameFields.Write(ref writer, sender?.Pid ?? Pid.None);
        FrameFields.Write(ref writer, sender?.Entry ?? EntryId.None);
        FrameFields.Write(ref writer, sender?.Security.Actor);
        writer.Write(news.System);
        writer.Write(news.Kind);
        writer.Write(news.Path);
        FrameFields.WriteResult(ref writer, news.Data);
        writer.Flush();
        Add(FrameType.Event, fields, refusable: true);
    }

    /// <inheritdoc/>
    public void Signal(in Pid target, Signal signal)
    {
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        writer.Write((ulong)signal.Kind);
        FrameFields.Write(ref writer, signal.From);
        FrameFields.Write(ref writer, target);
        writer.Write(signal.At);
        FrameFields.WriteResult(ref writer, signal.Result is null ? default : signal.Result.Value.Span);
        FrameFields.Write(ref writer, signal.Result?.Error);
        writer.Flush();
        // News that is too large still has to arrive as news.
        if (Add(FrameType.Signal, fields) is { Kind: ErrorKind.LimitExceeded } tooLarge)
        {
            Signal(target, new Signal(signal.Kind, signal.From, signal.At) { Result = ExitResult.Failed(tooLarge) });
        }
    }

    /// <inheritdoc/>
    public void Spawn(SpawnRequest request, Process? sender)
    {
        var hasStarted = false;
        void Done(Reply reply)
        {
            if (hasStarted)
            {
                request.Ended!(reply.Result ?? ExitResult.Failed(reply.Error!));
                return;
            }
            hasStarted = true;
            if (reply.Error is null) _node.Router.RelateRemote(reply.Pid, request);
            request.Reply(reply.Pid, reply.Error);
        }
        var number = _pending.Add(Done, hasResult: request.Ended is not null);
        if (number != 0)
        {
            var fields = BeginFields();
            var writer = new MessagePackWriter(fields);
            writer.Write(number);
            FrameFields.Write(ref writer, request.Parent);
            FrameFields.Write(ref writer, sender?.Entry ?? EntryId.None);
            FrameFields.Write(ref writer, request.Security.Actor);
            FrameFields.Write(ref writer, request.Security.Scope);
            FrameFields.Write(ref writer, request.Context);
            writer.Write(request.Entry.ToString());
            writer.Write(request.Host.ToString());
            writer.Write(request.Monitor);
            writer.Write(request.Link);
            writer.Write(request.IsExec);
            writer.Write(request.Ended is not null);
            if (request.Name is null) writer.WriteNil();
            else writer.Write(request.Name);
            FrameFields.Write(ref writer, request.Messages);
            writer.WriteRaw(request.Arguments.Span);
            FrameFields.Write(ref writer, request.Trace);
            FrameFields.Write(ref writer, request.Service);
            writer.Flush();
            if (request.Security.Actor is { } actor) Issue(actor);
            Interlocked.Increment(ref _load);   // until it says itself, so that many spawns at once spread
            Send(FrameType.Spawn, number, fields);
        }
        request.Arguments.Return();
    }

    /// <inheritdoc/>
    public void Ask(in Ask ask, Process? sender, Action<Error?> done)
    {
        // Nobody waits when there is no sender: a process has ended and its relations over there go.
        var number = sender is null ? 0 : _pending.Add(reply => done(reply.Error));
        if (number == 0 && sender is not null) return;
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        writer.Write(number);
        writer.Write((ulong)ask.Kind);
        FrameFields.Write(ref writer, ask.From);
        FrameFields.Write(ref writer, sender?.Entry ?? EntryId.None);
        FrameFields.Write(ref writer, sender?.Security.Actor);
        FrameFields.Write(ref writer, ask.To);
        writer.Write(ask.Reason);
        writer.Flush();
        // What ends a relation is not refused: this side has forgotten it already.
        Send(FrameType.Ask, number, fields, refusable: ask.Kind is not (AskKind.Unmonitor or AskKind.Unlink));
    }

    /// <inheritdoc/>
    public void Issue(Actor actor)
    {
        if (Zone == Zone.User) Issued.Issue(actor);
    }

    /// <summary>Tells the system node which services run here. Before anything else.</summary>
    /// <param name="isReturning">Whether this node has been in the deployment before.</param>
    /// <param name="running">They.</param>
    public void SendServices(bool isReturning, IReadOnlyCollection<RunningService> running)
    {
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        writer.Write(isReturning);
        writer.WriteArrayHeader(running.Count);
        foreach (var service in running)
        {
            writer.WriteArrayHeader(3);
            FrameFields.Write(ref writer, service.Mark);
            FrameFields.Write(ref writer, service.Pid);
            writer.Write(service.StartedAt);
        }
        writer.Flush();
        Add(FrameType.Services, fields);
    }

    /// <summary>Asks the system node to register a name.</summary>
    public void Register(string name, in Pid pid, in Pid caller, Action<Error?> done)
    {
        var number = _pending.Add(reply => done(reply.Error));
        if (number == 0) return;
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        writer.Write(number);
        writer.Write(name);
        FrameFields.Write(ref writer, pid);
        FrameFields.Write(ref writer, caller);
        writer.Flush();
        Send(FrameType.Register, number, fields);
    }

    /// <summary>Asks the system node to free a name.</summary>
    public void Unregister(string name, in Pid caller, Action<bool, Error?> done)
    {
        var number = _pending.Add(reply => done(reply.Found, reply.Error));
        if (number == 0) return;
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        writer.Write(number);
        writer.Write(name);
        FrameFields.Write(ref writer, caller);
        writer.Flush();
        Send(FrameType.Unregister, number, fields);
    }

    /// <summary>Tells the system node that a process no longer has names.</summary>
    public void Release(in Pid pid)
    {
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        FrameFields.Write(ref writer, pid);
        writer.Flush();
        Add(FrameType.Release, fields);
    }

    /// <summary>Tells a node that joins what names there are.</summary>
    /// <param name="names">Some of them.</param>
    /// <param name="isLast">Whether that was all.</param>
    public void SendNames(IReadOnlyCollection<(string Name, Pid Pid)> names, bool isLast)
    {
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        writer.WriteArrayHeader(names.Count);
        foreach (var (name, pid) in names)
        {
            writer.WriteArrayHeader(2);
            writer.Write(name);
            FrameFields.Write(ref writer, pid);
        }
        writer.Write(isLast);
        writer.Flush();
        Add(FrameType.Names, fields);
    }

    /// <summary>Tells whom a name addresses now; <see cref="Pid.None"/> when it was freed.</summary>
    public void SendNameChanged(string name, in Pid pid)
    {
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        writer.Write(name);
        FrameFields.Write(ref writer, pid);
        writer.Flush();
        Add(FrameType.NameChanged, fields);
    }

    /// <summary>Tells which version of the registry is current now.</summary>
    /// <param name="isFirst">Whether this is the first that the other side hears of it; the changes then start from version 0.</param>
    /// <param name="from">The version that the changes start from.</param>
    /// <param name="version">The version that they lead to.</param>
    /// <param name="changes">What is different.</param>
    /// <param name="done">Told when the other side has followed, could not, or is gone.</param>
    public void SendRegistryChange(bool isFirst, long from, long version, IReadOnlyList<EntryChange> changes, Action<Error?> done)
    {
        var number = _pending.Add(reply => done(reply.Error));
        if (number == 0) return;
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        writer.Write(number);
        writer.Write(isFirst);
        writer.Write(from);
        writer.Write(version);
        EntryFrames.Write(ref writer, changes);
        writer.Flush();
        Send(FrameType.RegistryChange, number, fields, refusable: false);
    }

    /// <summary>Asks the system node to change the registry.</summary>
    /// <param name="action">What to do.</param>
    /// <param name="caller">On whose behalf.</param>
    /// <param name="version">For <see cref="RegistryAction.ApplyVersion"/>; else 0.</param>
    /// <param name="changes">For <see cref="RegistryAction.Apply"/>; else empty.</param>
    /// <param name="done">Told the version that is current now, or why nothing has changed.</param>
    public void ChangeRegistry(RegistryAction action, Process caller, long version, IReadOnlyList<EntryChange> changes, Action<Reply> done)
    {
        var number = _pending.Add(done);
        if (number == 0) return;
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        writer.Write(number);
        writer.Write((ulong)action);
        FrameFields.Write(ref writer, caller.Pid);
        FrameFields.Write(ref writer, caller.Entry);
        FrameFields.Write(ref writer, caller.Security.Actor);
        writer.Write(version);
        EntryFrames.Write(ref writer, changes);
        writer.Flush();
        Send(FrameType.RegistryApply, number, fields);
    }

    /// <summary>Asks a node what it looks like; only the system node is answered by all, terminal nodes by the system node.</summary>
    /// <param name="request">Number for the answer.</param>
    /// <param name="pid">Which process, or empty for all.</param>
    public void SendObserve(ulong request, string pid)
    {
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        writer.Write(request);
        writer.Write(pid);
        writer.Flush();
        Add(FrameType.Observe, fields, refusable: true);
    }

    /// <summary>Answers that.</summary>
    /// <param name="request">Its number.</param>
    /// <param name="report">JSON.</param>
    public void SendReport(ulong request, ReadOnlySpan<byte> report)
    {
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        writer.Write(request);
        writer.Write(report);
        writer.Flush();
        Add(FrameType.Report, fields, refusable: true);
    }

    /// <summary>Tells which nodes there are.</summary>
    public void SendMembers(IReadOnlyCollection<Member> members)
    {
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        writer.WriteArrayHeader(members.Count);
        foreach (var member in members) member.Write(ref writer);
        writer.Flush();
        Add(FrameType.Members, fields);
    }

    /// <summary>Answers a request of the other side.</summary>
    /// <param name="request">Its number; 0 wants no answer.</param>
    /// <param name="reply">The answer.</param>
    public void Answer(ulong request, in Reply reply)
    {
        if (reply.Error?.Kind == ErrorKind.PermissionDenied) HasRefused();
        if (request == 0) return;
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        writer.Write(request);
        FrameFields.Write(ref writer, reply.Error);
        if (reply.Found) writer.Write(true);
        else if (reply.Version is { } version) writer.Write(version);
        else FrameFields.Write(ref writer, reply.Pid);
        writer.Flush();
        if (Add(FrameType.Reply, fields) is { Kind: ErrorKind.LimitExceeded } tooLarge) Answer(request, new Reply(tooLarge));
    }

    /// <summary>Tells how the process ended that the other side waits for.</summary>
    /// <param name="request">The number of its request.</param>
    /// <param name="result">How.</param>
    public void SendResult(ulong request, ExitResult result)
    {
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        writer.Write(request);
        FrameFields.WriteResult(ref writer, result.Value.Span);
        FrameFields.Write(ref writer, result.Error);
        writer.Flush();
        if (Add(FrameType.Result, fields) is { Kind: ErrorKind.LimitExceeded } tooLarge) SendResult(request, ExitResult.Failed(tooLarge));
    }

    private static ByteBuffer BeginFields()
    {
        var fields = t_scratch ??= new ByteBuffer();
        fields.Clear();
        return fields;
    }

    private Error? Add(FrameType type, ByteBuffer fields, bool refusable = false)
    {
        var error = _outgoing.TryAdd(type, fields.WrittenSpan, refusable);
        if (fields.WrittenCount > KeptScratchBytes)
        {
            t_scratch = null;
            fields.Dispose();
        }
        return error;
    }

    // A request that could not leave is answered here.
    private void Send(FrameType type, ulong request, ByteBuffer fields, bool refusable = true)
    {
        if (Add(type, fields, refusable) is { } error) _pending.TryComplete(request, new Reply(error));
    }
}
