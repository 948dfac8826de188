using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Channels;

/// <summary>What became of another node, as seen from this one.</summary>
internal enum NodeChange
{
    /// <summary>There is a channel to it.</summary>
    Joined,

    /// <summary>It left in order, or this node did.</summary>
    Left,

    /// <summary>It was lost: its processes count as ended.</summary>
    Down,
}

/// <summary>
/// A node's part in a deployment: it listens, dials the nodes it has to, keeps its peers and their names in the
/// <see cref="Node"/>, and tells everybody when one is gone. Any thread.
/// </summary>
/// <remarks>
/// <list type="number">
/// <item>The system node listens. Every other node dials it until it is there, and again whenever it is lost.</item>
/// <item>The system node announces all members; who dials whom then follows from <see cref="Member.Dials"/>.</item>
/// <item>A node other than the system node lets in only what the system node has announced: a key is shared by two
/// zones, so it alone would let a node of one pose as a node of the other.</item>
/// </list>
/// </remarks>
internal sealed partial class Deployment : IAsyncDisposable
{
    // The first attempt to go on after a cut comes after so small a part of the usual delay.
    private const int FirstRedialDivisor = 64;

    private static readonly TimeSpan GoodbyeLimit = TimeSpan.FromSeconds(2);

    private readonly Node _node;
    private readonly ChannelOptions _options;
    private readonly ChannelKeys _keys;
    private readonly Snapshot _declared;
    private readonly NameAuthority? _authority;   // on the system node
    private readonly RegistryAuthority? _registryAuthority;   // likewise
    private readonly DeploymentNames? _names;     // on all others
    private readonly DeploymentRegistry? _registry;           // likewise
    private readonly ILogger _logger;
    private readonly LogThrottle _throttle;
    private readonly long _incarnation;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Channel, Task> _channels = new();
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> _loops = [];      // guarded by _lock, like all below
    private readonly Lock _lock = new();
    private readonly HashSet<string> _connected = new(StringComparer.Ordinal);   // names that have a channel, or are about to
    private readonly HashSet<string> _dialled = new(StringComparer.Ordinal);     // members with a dial loop
    private readonly Membership _members = new();                                // written under _lock
    private readonly ConcurrentDictionary<ulong, (Channel To, TaskCompletionSource<byte[]> Answer)> _observations = new();
    private ulong _lastObservation;
    private ChannelListener? _listener;

    /// <param name="node">Named, not yet started: its <see cref="Node.Names"/> are replaced.</param>
    /// <param name="options">Its part.</param>
    /// <param name="keys">What it can prove.</param>
    /// <exception cref="ArgumentException">The node has no name, or an option is out of range.</exception>
    public Deployment(Node node, ChannelOptions options, ChannelKeys keys)
    {
        ArgumentException.ThrowIfNullOrEmpty(node.Name, nameof(node));
        options.Validate();
        _node = node;
        _options = options;
        _keys = keys;
        _declared = node.Registry.Current;
        _logger = node.Loggers.CreateLogger<Deployment>();
        _throttle = new LogThrottle(node.Clock);
        _incarnation = node.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (IsSystem)
        {
            _authority = new NameAuthority(node);
            node.Names = _authority.Names;
            _registryAuthority = new RegistryAuthority(node);
        }
        else
        {
            _names = new DeploymentNames(node);
            node.Names = _names;
            _registry = new DeploymentRegistry(node);
            node.RegistryWriter = _registry;
        }
    }

    /// <summary>Raised after a node joined, left or was lost; handlers are quick and do not throw.</summary>
    public event Action<string, NodeChange>? Changed;

    /// <summary>What this node tells the system node of itself: a PID, or empty for all, gives JSON. Set before <see cref="StartAsync"/>.</summary>
    public Func<string, byte[]> Describe { get; set; } = _ => [];

    /// <summary>On the system node: what all nodes look like, for a terminal node that asks. Nothing unless set.</summary>
    public Func<string, Task<byte[]>> DescribeAll { get; set; } = _ => Task.FromResult<byte[]>([]);

    /// <summary>Where this node listens, <c>host:port</c>; empty before <see cref="StartAsync"/> and on a terminal node, which nobody dials.</summary>
    public string Address => _listener?.Address ?? "";

    /// <summary>Completes when this node takes part: the system node when it listens, the others when they know all names.</summary>
    public Task Joined => _joined.Task;

    private bool IsSystem => _options.Zone == Zone.System;

    /// <summary>Fetches the app of a running deployment, for a node that has none: its registry is made of it, then it joins like any other.</summary>
    /// <param name="systemEndpoint">Where the system node listens: <c>tcp://host:port</c>.</param>
    /// <param name="zone">The zone of the coming node.</param>
    /// <param name="keys">What it can prove.</param>
    /// <param name="clock">All time comes from here.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ChannelException">Refused, or not a system node.</exception>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static Task<Snapshot> FetchAppAsync(string systemEndpoint, Zone zone, ChannelKeys keys, TimeProvider clock, CancellationToken cancellation = default)
    {
        var options = new ChannelOptions { Zone = zone, SystemEndpoint = systemEndpoint };
        return WithinAsync(options.HandshakeTimeout, clock, cancellation, async limited =>
        {
            using var connection = await Connection.DialAsync(systemEndpoint, limited);
            var hello = new Hello("newcomer", zone, Hello.NewSession(), 0, BaseHash: "", Address: "", WantsEntries: true);
            await new Handshake(connection, keys).OpenAsync(hello, Zone.System, limited);
            return await EntryFrames.ReceiveAsync(connection, options.MaxFrameBytes, limited);
        });
    }

    /// <summary>Asks another node what it looks like, on the system node; or, on a terminal node, the system node what all nodes look like.</summary>
    /// <param name="peer">Which node.</param>
    /// <param name="pid">Which process, empty for all; or, from a terminal node, which processes.</param>
    /// <exception cref="TimeoutException">It did not answer.</exception>
    public async Task<byte[]> ObserveAsync(Channel peer, string pid)
    {
        var request = Interlocked.Increment(ref _lastObservation);
        var answer = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        _observations[request] = (peer, answer);
        try
        {
            peer.SendObserve(request, pid);
            // The system node may itself have to wait for one that is silent.
            return await answer.Task.WaitAsync(IsSystem ? _options.SilenceLimit : 2 * _options.SilenceLimit, _node.Clock);
        }
        finally
        {
            _observations.TryRemove(request, out _);
        }
    }

    /// <summary>Listens, and begins to dial. Returns without waiting for other nodes: see <see cref="Joined"/>.</summary>
    /// <exception cref="SocketException">It cannot listen there.</exception>
    public Task StartAsync()
    {
        lock (_lock)
        {
            if (_options.Zone != Zone.Terminal)
            {
                _listener = new ChannelListener(_options, AdmitAsync, RunAsync, _logger, _node.Clock);
                _loops.Add(_listener.RunAsync());
                Log.Listening(_logger, _node.Name, _listener.Address);
            }
            if (IsSystem)
            {
                _members.Replace([new Member(_node.Name, Zone.System, Address)]);
                _joined.SetResult();
            }
            else
            {
                var system = new Member("", Zone.System, _options.SystemEndpoint![ChannelOptions.EndpointScheme.Length..]);
                _loops.Add(Task.Run(() => KeepConnectedAsync(Zone.System, () => system)));
            }
        }
        return Task.CompletedTask;
    }

    /// <summary>Says goodbye to all and ends all connections.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        _listener?.Dispose();
        await Task.WhenAll(_channels.Keys.Select(channel => channel.LeaveAsync($"node {_node.Name} is stopping", GoodbyeLimit)));
        await Task.WhenAll(_channels.Values);
        Task[] loops;
        lock (_lock) loops = [.. _loops];
        await Task.WhenAll(loops);
        _joined.TrySetCanceled();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    private Hello OwnHello() => new(_node.Name, _options.Zone, Hello.NewSession(), _incarnation, _declared.BaseHash, Address, WantsEntries: false);

    // Dials as long as there is somebody to dial; what is in the way is logged when it changes.
    private async Task KeepConnectedAsync(Zone zone, Func<Member?> next)
    {
        var problem = "";
        while (!_stopping.IsCancellationRequested && next() is { } member)
        {
            try
            {
                var (channel, connection) = await DialAsync(member, zone);
                problem = "";
                await RunAsync(channel, connection);
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                if (exception.Message != problem) LogFailure(exception, () => Log.Waiting(_logger, member.Name.Length > 0 ? $"node {member.Name}" : "the system node", member.Address, exception.Message));
                problem = exception.Message;
            }
            catch
            {
                return;
            }
            await Task.Delay(_options.RedialDelay, _node.Clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task<(Channel Channel, Connection Connection)> DialAsync(Member member, Zone zone) => ConnectAsync(member.Address, zone, OwnHello(), (connection, theirs) =>
    {
        if (member.Name.Length > 0 && theirs.Node != member.Name) throw new ChannelException($"node {theirs.Node} listens there instead of {member.Name}");
        if (Refusal(theirs) is { } refusal) throw new ChannelException(refusal);
        return (new Channel(_node, theirs, _options, Handle, (channel, grace) => RedialAsync(channel, member.Address, grace)), connection);
    });

    // Again and again within the time of grace, in growing distances.
    private async Task<Connection?> RedialAsync(Channel channel, string address, CancellationToken grace)
    {
        var own = OwnHello() with { Session = channel.Peer.Session, Resumes = true };
        for (var delay = _options.RedialDelay / FirstRedialDivisor; ; delay = Min(delay * 2, _options.RedialDelay))
        {
            await Task.Delay(delay, _node.Clock, grace);
            try
            {
                // A node that has started again does not know the session; nor does any other that listens there now.
                return await ConnectAsync(address, channel.Zone, own, (connection, theirs) =>
                    channel.IsOf(theirs) ? connection : throw new RefusedException($"node {theirs.Node} listens there instead of {channel.Name}"));
            }
            catch (Exception exception) when (exception is RefusedException or SocketException { SocketErrorCode: SocketError.ConnectionRefused })
            {
                return null;   // whoever has the session listens as long as it lives
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                LogFailure(exception, () => { });   // the cut was logged, and so is what becomes of it
            }
        }
    }

    // The other side dials. It may have died: then nobody listens where it listened.
    private async Task<Connection?> AwaitRedialAsync(Channel channel, CancellationToken grace)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(grace);
        var resumed = channel.ResumedAsync(over.Token);
        if (channel.Peer.Address.Length == 0) return await resumed;
        while (true)
        {
            await Task.WhenAny(resumed, Task.Delay(_options.RedialDelay, _node.Clock, over.Token));
            if (resumed.IsCompleted) return await resumed;
            if (await ListensAsync(channel.Peer.Address, grace)) continue;
            await over.CancelAsync();
            return resumed.IsCompletedSuccessfully ? await resumed : null;
        }
    }

    private static async Task<bool> ListensAsync(string address, CancellationToken cancellation)
    {
        try
        {
            using var connection = await Connection.DialAsync(ChannelOptions.EndpointScheme + address, cancellation);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or ChannelException)
        {
            return exception is not SocketException { SocketErrorCode: SocketError.ConnectionRefused };
        }
    }

    private Task<T> ConnectAsync<T>(string address, Zone zone, Hello own, Func<Connection, Hello, T> connected) => WithinAsync(_options.HandshakeTimeout, _node.Clock, _stopping.Token, async limited =>
    {
        var connection = await Connection.DialAsync(ChannelOptions.EndpointScheme + address, limited);
        try
        {
            return connected(connection, await new Handshake(connection, _keys).OpenAsync(own, zone, limited));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    });

    // Null when the connection belongs to a channel that runs already, or was for the entries only.
    private async Task<Channel?> AdmitAsync(Connection connection)
    {
        var reserved = "";
        try
        {
            return await WithinAsync(_options.HandshakeTimeout, _node.Clock, _stopping.Token, async limited =>
            {
                var theirs = await new Handshake(connection, _keys).AcceptAsync(OwnHello(), Admission, limited);
                if (theirs.Resumes)
                {
                    if (Resumable(theirs)?.TryResume(connection) != true) connection.Dispose();
                    return null;
                }
                if (!theirs.WantsEntries) return new Channel(_node, theirs, _options, Handle, AwaitRedialAsync);
                await EntryFrames.SendAsync(connection, _declared, _options.MaxFrameBytes, limited);
                connection.Dispose();
                return null;
            });
        }
        catch (Exception exception)
        {
            if (reserved.Length > 0) Release(reserved);
            connection.Dispose();
            if (_stopping.IsCancellationRequested) return null;
            if (_throttle.Allows("handshake", exception.Message, ""))
            {
                LogFailure(exception, () => Log.HandshakeFailed(_logger, connection.Remote, Address, exception.Message));
            }
            return null;
        }

        async Task<string?> Admission(Hello theirs)
        {
            if (theirs.Resumes) return Resumable(theirs) is null ? $"there is no session of node {theirs.Node} to go on with" : null;
            if (theirs.WantsEntries) return IsSystem ? null : "only the system node gives entries";
            if (!Member.Dials(theirs.Node, theirs.Zone, _node.Name, _options.Zone))
            {
                return $"node {theirs.Node} of zone {theirs.Zone.ToText()} is dialled by {_node.Name} of zone {_options.Zone.ToText()}, not the other way round";
            }
            if (!IsSystem && !await IsAnnouncedAsync(theirs))
            {
                return $"the system node has not announced a node {theirs.Node} of zone {theirs.Zone.ToText()}";
            }
            await PartFromEarlierAsync(theirs);
            var refusal = Refusal(theirs);
            if (refusal is null) reserved = theirs.Node;
            return refusal;
        }
    }

    // The session that a node wants to go on with, if it is its own.
    private Channel? Resumable(Hello theirs) => _channels.Keys.FirstOrDefault(channel =>
        !channel.IsEnding && channel.Peer.Session == theirs.Session && channel.IsOf(theirs));

    // A node that joins anew will not go on with a session that waits for it. One that is connected stays: another node
    // may not push it out.
    private async Task PartFromEarlierAsync(Hello theirs)
    {
        foreach (var (channel, done) in _channels)
        {
            if (channel.IsConnected || channel.Zone != theirs.Zone || channel.Name != theirs.Node) continue;
            channel.Abort("it joins anew");
            await done;
        }
    }

    // What is left to check once the other side has proved its zone. If all is well its name is reserved.
    private string? Refusal(Hello theirs)
    {
        if (theirs.BaseHash != _declared.BaseHash)
        {
            return $"node {theirs.Node} has the app with base hash {theirs.BaseHash}, node {_node.Name} has {_declared.BaseHash}: all nodes must load the same app";
        }
        if (_channels.Keys.Count(channel => channel.Zone == theirs.Zone) >= _options.MaxNodesPerZone)
        {
            return $"{_options.MaxNodesPerZone} nodes of zone {theirs.Zone.ToText()} are connected already (MaxNodesPerZone)";
        }
        lock (_lock)
        {
            return theirs.Node != _node.Name && _connected.Add(theirs.Node) ? null : $"a node named {theirs.Node} is connected already";
        }
    }

    private void Release(string name)
    {
        lock (_lock) _connected.Remove(name);
    }

    // By the key alone a node of one zone could pose as one of the other zone of the pair.
    private async Task<bool> IsAnnouncedAsync(Hello theirs)
    {
        using var limit = new CancellationTokenSource(_options.HandshakeTimeout / 2, _node.Clock);
        return await _members.HasAsync(theirs.Node, theirs.Zone, limit.Token);
    }

    private async Task RunAsync(Channel channel, Connection connection)
    {
        var done = new TaskCompletionSource();
        _channels[channel] = done.Task;
        if (_stopping.IsCancellationRequested) channel.Abort("this node is stopping");
        Join(channel);
        var end = await channel.RunAsync(connection);
        Part(channel, end);
        _channels.TryRemove(channel, out _);
        done.SetResult();
    }

    private void Join(Channel channel)
    {
        _registryAuthority?.Join(channel);
        _authority?.Join(channel);
        _node.Peers[channel.Name] = channel;
        if (channel.Zone == Zone.System)
        {
            _names!.Connected(channel);
            _registry!.Connected(channel);
        }
        if (IsSystem) Announce(channel, isMember: true);
        Log.Joined(_logger, channel.Name, channel.Zone.ToText());
        Changed?.Invoke(channel.Name, NodeChange.Joined);
    }

    // In this order nobody finds the node any more, then all who wait for it learn of the loss.
    private void Part(Channel channel, ChannelEnd end)
    {
        _node.Peers.TryRemove(KeyValuePair.Create<string, IPeer>(channel.Name, channel));
        if (channel.Zone == Zone.System)
        {
            _names!.Disconnected();
            _registry!.Disconnected();
        }
        channel.FailPending();
        _authority?.Leave(channel);
        _registryAuthority?.Leave(channel);
        _node.Router.NodeDown(channel.Name);
        if (IsSystem) Announce(channel, isMember: false);
        Release(channel.Name);
        if (end.IsOrderly) Log.Left(_logger, channel.Name, end.Reason);
        else Log.Down(_logger, channel.Name, end.Reason);
        Changed?.Invoke(channel.Name, end.IsOrderly ? NodeChange.Left : NodeChange.Down);
    }

    private void Handle(Channel from, FrameType type, ref MessagePackReader fields)
    {
        switch (type)
        {
            case FrameType.Register or FrameType.Unregister or FrameType.Release when _authority is not null:
                _authority.Handle(from, type, ref fields);
                break;
            case FrameType.RegistryApply when _registryAuthority is not null:
                _registryAuthority.Handle(from, ref fields);
                break;
            case FrameType.RegistryChange when from.Zone == Zone.System:
                _registry!.TakeChange(from, ref fields);
                break;
            case FrameType.Names when from.Zone == Zone.System:
                if (_names!.TakeNames(ref fields)) _ = TakePartAsync();
                break;
            case FrameType.NameChanged when from.Zone == Zone.System:
                _names!.TakeChange(ref fields);
                break;
            case FrameType.Members when from.Zone == Zone.System:
                TakeMembers(Member.ReadAll(ref fields));
                break;
            case FrameType.Observe when from.Zone == Zone.System:
                Answer(from, fields.ReadUInt64(), fields.ReadString());
                break;
            case FrameType.Observe when IsSystem && from.Zone == Zone.Terminal:
                AnswerAll(from, fields.ReadUInt64(), fields.ReadString());
                break;
            case FrameType.Report when IsSystem || from.Zone == Zone.System:
                var request = fields.ReadUInt64();
                var report = fields.ReadBytes();
                // One that comes too late, or from another node than was asked, is of no interest.
                if (_observations.TryGetValue(request, out var asked) && asked.To == from) asked.Answer.TrySetResult(report.ToArray());
                break;
            default:
                throw new ChannelException($"{type} frame from a node of zone {from.Zone.ToText()} to one of zone {_options.Zone.ToText()}");
        }
    }

    // All names are known; the registry came before them.
    private async Task TakePartAsync()
    {
        await _registry!.Followed.ConfigureAwait(false);
        _joined.TrySetResult();
    }

    // Not on the receiving thread: a node with many processes takes its time.
    private void Answer(Channel to, ulong request, string pid) => Task.Run(() => to.SendReport(request, Describe(pid)));

    private void AnswerAll(Channel to, ulong request, string query) => Task.Run(async () => to.SendReport(request, await DescribeAll(query)));

    // System node: all nodes hear of all members, in one order.
    private void Announce(Channel changed, bool isMember)
    {
        lock (_lock)
        {
            var members = _members.All.Where(member => member.Name != changed.Name);
            _members.Replace(isMember ? members.Append(new Member(changed.Name, changed.Zone, changed.Peer.Address)) : members);
            foreach (var channel in _channels.Keys) channel.SendMembers(_members.All);
        }
    }

    // All others: dial whom this node has to.
    private void TakeMembers(List<Member> members)
    {
        lock (_lock)
        {
            _members.Replace(members);
            _loops.RemoveAll(loop => loop.IsCompleted);
            foreach (var member in members.Where(m => m.Zone != Zone.System && m.Address.Length > 0))
            {
                if (!Member.Dials(_node.Name, _options.Zone, member.Name, member.Zone) || !_dialled.Add(member.Name)) continue;
                _loops.Add(Task.Run(() => KeepConnectedAsync(member.Zone, () => NextDial(member.Name))));
            }
        }
    }

    // Where to dial a member now; null ends its loop, because the system node no longer announces it.
    private Member? NextDial(string name)
    {
        lock (_lock)
        {
            var member = _members.Find(name);
            if (member is null) _dialled.Remove(name);
            return member;
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static async Task<T> WithinAsync<T>(TimeSpan limit, TimeProvider clock, CancellationToken stopping, Func<CancellationToken, Task<T>> handshake)
    {
        using var timeout = new CancellationTokenSource(limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            return await handshake(both.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new ChannelException($"no complete handshake within {limit.TotalSeconds:0.###} s");
        }
    }

    private void LogFailure(Exception exception, Action expected)
    {
        if (exception is ChannelException or MessagePackException or IOException or SocketException or ObjectDisposedException) expected();
        else Log.Bug(_logger, exception);
    }

    private static partial class Log
    {
        [LoggerMessage(1441, LogLevel.Information, "node {Node} listens for other nodes on {Address}")]
        public static partial void Listening(ILogger logger, string node, string address);

        [LoggerMessage(1442, LogLevel.Information, "node joined: {Node} ({Zone})")]
        public static partial void Joined(ILogger logger, string node, string zone);

        [LoggerMessage(1443, LogLevel.Information, "node left: {Node} ({Reason})")]
        public static partial void Left(ILogger logger, string node, string reason);

        [LoggerMessage(1444, LogLevel.Warning, "node down: {Node} ({Reason})")]
        public static partial void Down(ILogger logger, string node, string reason);

        [LoggerMessage(1445, LogLevel.Warning, "waiting for {Node} at {Address}: {Problem}")]
        public static partial void Waiting(ILogger logger, string node, string address, string problem);

        [LoggerMessage(1446, LogLevel.Warning, "handshake with {Remote} on {Address} failed: {Problem}")]
        public static partial void HandshakeFailed(ILogger logger, string remote, string address, string problem);

        [LoggerMessage(1447, LogLevel.Error, "a connection to another node failed")]
        public static partial void Bug(ILogger logger, Exception exception);
    }
}
