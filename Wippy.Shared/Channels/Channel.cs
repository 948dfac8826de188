using Microsoft.Extensions.Logging;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;

namespace Wippy.Shared.Channels;

/// <summary>How a channel ended.</summary>
/// <param name="IsOrderly">One side said goodbye; anything else is a loss.</param>
/// <param name="Reason">For the log.</param>
internal sealed record ChannelEnd(bool IsOrderly, string Reason);

/// <summary>
/// The ordered, bounded link to one other node that has proved its zone: this side sends, <see cref="ChannelReceiver"/>
/// takes what arrives. Any thread; nothing blocks.
/// </summary>
/// <remarks>
/// Life: made after the handshake; frames may be sent from then on and wait; <see cref="RunAsync"/> moves them and ends
/// when the connection does: by <see cref="LeaveAsync"/> of either side, by <see cref="Abort"/> (a cut, silence, a
/// protocol error). From the end on sends and requests answer node down; <see cref="FailPending"/> answers those under way.
/// </remarks>
internal sealed partial class Channel : IPeer
{
    // A scratch buffer that grew beyond this goes back to the pool after use.
    private const int KeptScratchBytes = 1 << 20;

    // Each thread puts the fields of a frame together here, so that the lock of the outgoing buffer is held for a copy only.
    [ThreadStatic]
    private static ByteBuffer? t_scratch;

    private readonly Node _node;
    private readonly Connection _connection;
    private readonly ChannelOptions _options;
    private readonly OutgoingFrames _outgoing;
    private readonly PendingReplies _pending;
    private readonly ChannelReceiver _receiver;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource<ChannelEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChannelEnd? _end;      // any thread, CAS from null
    private long _heard;           // timestamp of the last bytes; the receiving thread writes, the heartbeat reads
    private int _load;

    /// <param name="node">This node.</param>
    /// <param name="connection">Past the handshake; owned by the channel from now on.</param>
    /// <param name="peer">Who is at the other end.</param>
    /// <param name="options">Limits and times.</param>
    /// <param name="deployment">Takes the frames that are about the deployment and not about a process.</param>
    public Channel(Node node, Connection connection, Hello peer, ChannelOptions options, DeploymentFrameHandler deployment)
    {
        _node = node;
        _connection = connection;
        _options = options;
        Peer = peer;
        _outgoing = new OutgoingFrames(Name, options, () => Abort($"it does not read: more than {2L * options.MaxBacklogBytes} bytes wait for it"));
        _pending = new PendingReplies(Name);
        _receiver = new ChannelReceiver(node, this, deployment);
        _logger = node.Loggers.CreateLogger<Channel>();
    }

    /// <summary>What the other side said of itself; name and zone are proved.</summary>
    public Hello Peer { get; }

    /// <summary>Whom this side has made the other one speak for.</summary>
    public IssuedActors Issued { get; } = new();

    /// <inheritdoc/>
    public string Name => Peer.Node;

    /// <inheritdoc/>
    public Zone Zone => Peer.Zone;

    /// <inheritdoc/>
    public int Load => Volatile.Read(ref _load);

    /// <summary>What left, or waits to.</summary>
    public FrameCount Sent => _outgoing.Accepted;

    /// <summary>What arrived.</summary>
    public FrameCount Received => _receiver.Received;

    /// <summary>Bytes that wait to leave.</summary>
    public long Backlog => _outgoing.Backlog;

    /// <summary>Completes when <see cref="RunAsync"/> does.</summary>
    public Task<ChannelEnd> Ended => _ended.Task;

    /// <summary>Whether it has ended or is about to.</summary>
    public bool IsEnding => Volatile.Read(ref _end) is not null;

    /// <inheritdoc/>
    public Error? TrySend(Process source, in Pid target, Topic topic, ReadOnlySpan<byte> payload, bool isSigned)
    {
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        FrameFields.Write(ref writer, isSigned ? source.Pid : Pid.None);
        FrameFields.Write(ref writer, source.Entry);
        FrameFields.Write(ref writer, source.Security.Actor);
        FrameFields.Write(ref writer, target);
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
        FrameFields.Write(ref writer, sender?.Entry ?? default);
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
            FrameFields.Write(ref writer, sender?.Entry ?? default);
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
            writer.Flush();
            if (request.Security.Actor is { } actor && Zone == Zone.User) Issued.Issue(actor);
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
        FrameFields.Write(ref writer, sender?.Entry ?? default);
        FrameFields.Write(ref writer, sender?.Security.Actor);
        FrameFields.Write(ref writer, ask.To);
        writer.Write(ask.Reason);
        writer.Flush();
        // What ends a relation is not refused: this side has forgotten it already.
        Send(FrameType.Ask, number, fields, refusable: ask.Kind is not (AskKind.Unmonitor or AskKind.Unlink));
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

    /// <summary>Moves frames both ways until the connection ends. Once. Never throws.</summary>
    public async Task<ChannelEnd> RunAsync()
    {
        Volatile.Write(ref _heard, _node.Clock.GetTimestamp());
        Beat();
        using (_node.Clock.CreateTimer(_ => Beat(), null, _options.HeartbeatInterval, _options.HeartbeatInterval))
        {
            var writing = WriteAsync();
            await ReadAsync();
            await writing;
        }
        _ended.SetResult(_end!);
        return _end!;
    }

    /// <summary>Says goodbye and ends once the other side has heard it.</summary>
    /// <param name="reason">For its log.</param>
    /// <param name="limit">Ends without that after so long.</param>
    public async Task LeaveAsync(string reason, TimeSpan limit)
    {
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        writer.Write(reason);
        writer.Flush();
        Add(FrameType.Goodbye, fields);
        End(new ChannelEnd(true, reason));
        _outgoing.Close();
        try
        {
            await Ended.WaitAsync(limit, _node.Clock);
        }
        catch (TimeoutException)
        {
            Abort("it did not answer the goodbye");
            await Ended;
        }
    }

    /// <summary>Cuts the connection. Any thread; the first reason counts.</summary>
    public void Abort(string reason)
    {
        End(new ChannelEnd(false, reason));
        _outgoing.Close();
        _connection.Dispose();
    }

    /// <summary>Answers all requests under way, and any that still come, with node down.</summary>
    public void FailPending() => _pending.Close();

    // What the receiver learns.
    internal bool TryComplete(ulong request, in Reply reply) => _pending.TryComplete(request, reply);

    internal void HeardLoad(int processes) => Volatile.Write(ref _load, processes);

    internal void HeardGoodbye(string reason) => End(new ChannelEnd(true, reason));

    private void End(ChannelEnd end) => Interlocked.CompareExchange(ref _end, end, null);

    private void Beat()
    {
        var silent = _node.Clock.GetElapsedTime(Volatile.Read(ref _heard));
        if (silent >= _options.SilenceLimit)
        {
            Abort($"silent for {silent.TotalSeconds:0.0} s");
            return;
        }
        var fields = BeginFields();
        var writer = new MessagePackWriter(fields);
        writer.Write((ulong)_node.Processes.Count);
        writer.Flush();
        Add(FrameType.Heartbeat, fields);
    }

    private async Task ReadAsync()
    {
        try
        {
            await _connection.Frames.ReadAllAsync(_options.MaxFrameBytes, _receiver.Handle, () => Volatile.Write(ref _heard, _node.Clock.GetTimestamp()));
            Abort("it closed the connection");
        }
        catch (Exception exception) when (exception is ChannelException or MessagePackException)
        {
            Abort($"protocol error: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException || IsEnding)
        {
            Abort($"connection lost: {exception.Message}");
        }
        catch (Exception exception)
        {
            // A bug of this node; that channel is lost, the rest goes on.
            Log.Failed(_logger, exception, Name);
            Abort("a frame from it could not be handled");
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await _outgoing.WriteToAsync(_connection.Output);
            _connection.FinishOutput();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            Abort($"connection lost: {exception.Message}");
        }
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

    private static partial class Log
    {
        [LoggerMessage(1401, LogLevel.Error, "channel to node {Peer} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string peer);
    }
}
