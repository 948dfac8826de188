using Microsoft.Extensions.Logging;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Channels;

/// <summary>How a channel ended.</summary>
/// <param name="IsOrderly">One side said goodbye; anything else is a loss.</param>
/// <param name="Reason">For the log.</param>
internal sealed record ChannelEnd(bool IsOrderly, string Reason);

/// <summary>Finds the next connection of a session: dials, or waits for the peer to dial.</summary>
/// <param name="channel">Whose connection was cut.</param>
/// <param name="grace">Ends it.</param>
/// <returns>Past the handshake; null when the other side has gone, or does not know the session any more.</returns>
internal delegate Task<Connection?> Reconnect(Channel channel, CancellationToken grace);

/// <summary>
/// The ordered, bounded link to one other node that has proved its zone: this side sends, <see cref="ChannelReceiver"/>
/// takes what arrives. A channel is a session: it goes on over one connection after the other. Any thread; nothing blocks.
/// </summary>
/// <remarks>
/// <list type="number">
/// <item>Made after the first handshake; frames may be sent from then on and wait.</item>
/// <item><see cref="RunAsync"/> moves frames over a connection. Each side begins with a heartbeat that says which frame it
/// received last; the other side goes on with the next one.</item>
/// <item>The connection is cut: closed, silent, failed. The side that dialled dials again, the other one waits for
/// <see cref="TryResume"/>; frames may be sent meanwhile and wait. Back to 2.</item>
/// <item>The session ends: by <see cref="LeaveAsync"/> of either side, by <see cref="Abort"/> (a protocol error, a peer that
/// does not read), or after <see cref="ChannelOptions.ReconnectGrace"/> without connection. From then on sends and requests answer node
/// down; <see cref="FailPending"/> answers those under way.</item>
/// </list>
/// </remarks>
internal sealed partial class Channel : IPeer
{
    // So much may arrive before the other side hears that it did, as it keeps a copy until then.
    private const int MaxUnacknowledgedBytes = 1 << 18;

    // So much may be refused between two heartbeats before the peer is heard more slowly.
    private const int MaxRefusals = 10_000;

    private readonly Node _node;
    private readonly ChannelOptions _options;
    private readonly Reconnect _reconnect;
    private readonly OutgoingFrames _outgoing;
    private readonly PendingReplies _pending;
    private readonly ChannelReceiver _receiver;
    private readonly ILogger _logger;
    private readonly int _acknowledgeAfter;
    private readonly RefusalBrake _brake;
    private readonly TaskCompletionSource<ChannelEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ending = new();
    private readonly System.Threading.Channels.Channel<Connection> _resumed = System.Threading.Channels.Channel.CreateUnbounded<Connection>();
    private volatile Connection? _connection;   // RunAsync writes, any thread reads; null while cut, and before it runs
    private volatile bool _isCut;               // likewise
    private string _cut = "";      // why the connection ended; RunAsync reads it afterwards
    private ChannelEnd? _end;      // any thread, CAS from null
    private long _heard;           // timestamp of the last frame; the receiving thread writes, the heartbeat reads
    private int _unacknowledged;   // bytes; the receiving thread's
    private int _load;
    private bool _takesServices;

    /// <param name="node">This node.</param>
    /// <param name="peer">Who is at the other end.</param>
    /// <param name="options">Limits and times.</param>
    /// <param name="deployment">Takes the frames that are about the deployment and not about a process.</param>
    /// <param name="reconnect">Asked after a cut.</param>
    public Channel(Node node, Hello peer, ChannelOptions options, DeploymentFrameHandler deployment, Reconnect reconnect)
    {
        _node = node;
        _options = options;
        _reconnect = reconnect;
        _acknowledgeAfter = Math.Min(MaxUnacknowledgedBytes, options.MaxBacklogBytes / 4);
        _brake = new RefusalBrake(MaxRefusals, options.HeartbeatInterval, node.Clock);
        Peer = peer;
        _outgoing = new OutgoingFrames(Name, options, () => Abort($"it does not read: more than {2L * options.MaxBacklogBytes} bytes wait for it"), node.Clock);
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

    /// <summary>Whether it has told which services run on it. On the receiving thread.</summary>
    public bool HasToldServices { get; set; }

    /// <inheritdoc/>
    public bool TakesServices
    {
        get => Volatile.Read(ref _takesServices);
        set => Volatile.Write(ref _takesServices, value);
    }

    /// <summary>What left, or waits to; heartbeats do not count.</summary>
    public FrameCount Sent => _outgoing.Accepted;

    /// <summary>What arrived; likewise.</summary>
    public FrameCount Received => _receiver.Received;

    /// <summary>What the policies of this side have refused the peer.</summary>
    public long Denials => _receiver.Denials;

    /// <summary>Bytes that wait to leave, or to be acknowledged.</summary>
    public long Backlog => _outgoing.Backlog;

    /// <summary>Completes when <see cref="RunAsync"/> does.</summary>
    public Task<ChannelEnd> Ended => _ended.Task;

    /// <summary>Whether it has ended or is about to.</summary>
    public bool IsEnding => Volatile.Read(ref _end) is not null;

    /// <summary>Whether it has a connection at the moment. It begins with one, although it may not run yet.</summary>
    public bool IsConnected => !_isCut;

    /// <summary>Whether the other side has said on this connection where to go on. On the receiving thread.</summary>
    public bool IsInStep { get; private set; }

    /// <summary>Whether a node that has proved its zone is the one at the other end, in the same run of it.</summary>
    public bool IsOf(Hello hello) => hello.Node == Name && hello.Zone == Zone && hello.Incarnation == Peer.Incarnation;

    /// <summary>Moves frames both ways until the session ends. Once. Never throws.</summary>
    /// <param name="first">Past the handshake; owned by the channel from now on, like all that follow.</param>
    public async Task<ChannelEnd> RunAsync(Connection first)
    {
        for (var connection = first; connection is not null; connection = await NextConnectionAsync())
        {
            await MoveAsync(connection);
        }
        _resumed.Writer.Complete();
        while (_resumed.Reader.TryRead(out var late)) late.Dispose();
        _outgoing.Dispose();
        _ended.SetResult(_end!);
        return _end!;
    }

    /// <summary>Goes on over another connection, which the peer has dialled because it believes the last one lost.</summary>
    /// <param name="connection">Past the handshake; owned by the channel if it is taken.</param>
    /// <returns>False when the session has ended.</returns>
    public bool TryResume(Connection connection)
    {
        var last = _connection;   // before the new one can be
        if (IsEnding || !_resumed.Writer.TryWrite(connection)) return false;
        last?.Dispose();
        return true;
    }

    /// <summary>The connection that <see cref="TryResume"/> brings next.</summary>
    public Task<Connection> ResumedAsync(CancellationToken cancellation) => _resumed.Reader.ReadAsync(cancellation).AsTask();

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

    /// <summary>Ends the session at once. Any thread; the first reason counts.</summary>
    public void Abort(string reason)
    {
        End(new ChannelEnd(false, reason));
        _connection?.Dispose();
    }

    /// <summary>Answers all requests under way, and any that still come, with node down.</summary>
    public void FailPending() => _pending.Close();

    // What the receiver learns.
    internal bool TryComplete(ulong request, in Reply reply) => _pending.TryComplete(request, reply);

    internal void HasRefused() => _brake.Refused();

    internal void HeardHeartbeat(int processes, ulong received)
    {
        Volatile.Write(ref _load, processes);
        _outgoing.Acknowledge(received);
        IsInStep = true;
    }

    internal void HeardGoodbye(string reason) => End(new ChannelEnd(true, reason));

    private void End(ChannelEnd end)
    {
        if (Interlocked.CompareExchange(ref _end, end, null) is not null) return;
        _outgoing.Close();
        _ = _ending.CancelAsync();   // what waits for a connection goes on, on another thread
    }

    // One connection, until it is cut.
    private async Task MoveAsync(Connection connection)
    {
        (_cut, IsInStep) = ("", false);
        Volatile.Write(ref _heard, _node.Clock.GetTimestamp());
        _outgoing.Attach();
        _connection = connection;
        _isCut = false;
        // An end that came before this did not see the connection.
        if (_end is { IsOrderly: false }) connection.Dispose();
        Beat();
        using (_node.Clock.CreateTimer(_ => CheckAndBeat(connection), null, _options.HeartbeatInterval, _options.HeartbeatInterval))
        {
            var writing = WriteAsync(connection);
            await ReadAsync(connection);
            _connection = null;
            _isCut = true;
            _outgoing.Detach();
            await writing;
        }
    }

    private async Task<Connection?> NextConnectionAsync()
    {
        if (IsEnding) return null;
        var grace = _options.ReconnectGrace;
        if (grace == TimeSpan.Zero)
        {
            End(new ChannelEnd(false, _cut));
            return null;
        }
        Log.Cut(_logger, Name, _cut);
        using var limit = new CancellationTokenSource(grace, _node.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _ending.Token);
        try
        {
            var next = await _reconnect(this, either.Token);
            if (next is null) End(new ChannelEnd(false, $"{_cut}; it has gone"));
            else Log.Resumed(_logger, Name);
            return next;
        }
        catch (OperationCanceledException)
        {
            End(new ChannelEnd(false, $"{_cut}; not back within {grace.TotalSeconds:0.###} s"));
            return null;
        }
    }

    private void Beat() => _outgoing.Beat(_node.Processes.Count, _receiver.LastSequence);

    private void CheckAndBeat(Connection connection)
    {
        var silent = _node.Clock.GetElapsedTime(Volatile.Read(ref _heard));
        if (silent >= _options.SilenceLimit) Cut(connection, $"silent for {silent.TotalSeconds:0.0} s");
        else Beat();
    }

    private void Cut(Connection connection, string reason)
    {
        Interlocked.CompareExchange(ref _cut, reason, "");
        connection.Dispose();
    }

    private void Take(ReadOnlySpan<byte> frame)
    {
        _receiver.Handle(frame);
        _unacknowledged += frame.Length;
        if (_unacknowledged < _acknowledgeAfter) return;
        _unacknowledged = 0;
        Beat();
    }

    private async Task ReadAsync(Connection connection)
    {
        try
        {
            await connection.Frames.ReadAllAsync(_options.MaxFrameBytes, Take, () => Volatile.Write(ref _heard, _node.Clock.GetTimestamp()), PauseAsync);
            Cut(connection, "it closed the connection");
        }
        catch (Exception exception) when (exception is ChannelException or MessagePackException)
        {
            Abort($"protocol error: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException || IsEnding)
        {
            Cut(connection, $"connection lost: {exception.Message}");
        }
        catch (Exception exception)
        {
            // A bug of this node; that channel is lost, the rest goes on.
            Log.Failed(_logger, exception, Name);
            Abort("a frame from it could not be handled");
        }
    }

    private Task PauseAsync()
    {
        var pause = _brake.Pause();
        if (pause == TimeSpan.Zero) return Task.CompletedTask;
        Log.Slowed(_logger, Name, MaxRefusals);
        return Task.Delay(pause, _node.Clock, _ending.Token);
    }

    private async Task WriteAsync(Connection connection)
    {
        try
        {
            await _outgoing.WriteToAsync(connection.Output).ConfigureAwait(false);
            connection.FinishOutput();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            Cut(connection, $"connection lost: {exception.Message}");
        }
        // What wrote last may be a thread that only brought a frame: it does not go on with what comes after the connection.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }

    private static partial class Log
    {
        [LoggerMessage(1401, LogLevel.Error, "channel to node {Peer} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string peer);

        [LoggerMessage(1402, LogLevel.Warning, "connection to node {Peer} cut: {Reason}")]
        public static partial void Cut(ILogger logger, string peer, string reason);

        [LoggerMessage(1404, LogLevel.Warning, "node {Peer} is heard more slowly: {Limit} refusals between two heartbeats")]
        public static partial void Slowed(ILogger logger, string peer, int limit);

        [LoggerMessage(1403, LogLevel.Information, "connection to node {Peer} is there again, nothing is lost")]
        public static partial void Resumed(ILogger logger, string peer);
    }
}
