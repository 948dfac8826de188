using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Channels;

/// <summary>
/// A node's part in a deployment: it listens, dials the nodes it has to, keeps its peers and their names in the
/// <see cref="Node"/>, and tells everybody when one is gone. Any thread.
/// </summary>
/// <remarks>
/// <list type="number">
/// <item>The system node listens. Every other node dials it until it is there, and again whenever it is lost.</item>
/// <item>The system node announces all members; who dials whom then follows from <see cref="Member.Dials"/>.</item>
/// <item>Who dials is let in by <see cref="Admission"/>; a connection that is cut comes back through <see cref="Dialler"/>.</item>
/// </list>
/// </remarks>
internal sealed partial class Deployment : IAsyncDisposable
{
    private static readonly TimeSpan GoodbyeLimit = TimeSpan.FromSeconds(2);

    private readonly Node _node;
    private readonly ChannelOptions _options;
    private readonly Snapshot _declared;
    private readonly NameAuthority? _authority;   // on the system node
    private readonly RegistryAuthority? _registryAuthority;   // likewise
    private readonly DeploymentNames? _names;     // on all others
    private readonly DeploymentRegistry? _registry;           // likewise
    private readonly ILogger _logger;
    private readonly Sessions _sessions;
    private readonly Admission _admission;
    private readonly Dialler _dialler;
    private readonly Observations _observations;
    private readonly long _incarnation;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> _loops = [];      // guarded by _lock, like all below
    private readonly Lock _lock = new();
    private readonly HashSet<string> _dialled = new(StringComparer.Ordinal);     // members with a dial loop
    private readonly Membership _members = new();                                // written under _lock
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
        _declared = node.Registry.Current;
        _logger = node.Loggers.CreateLogger<Deployment>();
        _incarnation = node.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        _sessions = new Sessions(node.Name, _declared.BaseHash, options);
        _admission = new Admission(node.Name, _declared, options, keys, OwnHello, _sessions, _members, node.Clock, _logger, _stopping.Token);
        _dialler = new Dialler(options, keys, OwnHello, node.Clock, _logger, _stopping.Token);
        // The system node may itself have to wait for one that is silent.
        _observations = new Observations(IsSystem ? options.SilenceLimit : 2 * options.SilenceLimit, node.Clock);
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
    /// <param name="tls">Null when channels are not encrypted.</param>
    /// <param name="clock">All time comes from here.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ChannelException">Refused, or not a system node.</exception>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    public static Task<Snapshot> FetchAppAsync(string systemEndpoint, Zone zone, ChannelKeys keys, ChannelTls? tls, TimeProvider clock, CancellationToken cancellation = default)
    {
        var options = new ChannelOptions { Zone = zone, SystemEndpoint = systemEndpoint, Tls = tls };
        return Handshake.WithinAsync(options.HandshakeTimeout, clock, cancellation, async limited =>
        {
            using var connection = await Connection.DialAsync(systemEndpoint, tls, limited);
            var hello = new Hello("newcomer", zone, Hello.NewSession(), 0, BaseHash: "", Address: "", WantsEntries: true);
            await new Handshake(connection, keys).OpenAsync(hello, Zone.System, limited);
            return await EntryFrames.ReceiveAsync(connection, options.MaxFrameBytes, limited);
        });
    }

    /// <summary>Asks another node what it looks like, on the system node; or, on a terminal node, the system node what all nodes look like.</summary>
    /// <param name="peer">Which node.</param>
    /// <param name="pid">Which process, empty for all; or, from a terminal node, which processes.</param>
    /// <exception cref="TimeoutException">It did not answer.</exception>
    public Task<byte[]> ObserveAsync(Channel peer, string pid) => _observations.AskAsync(peer, pid);

    /// <summary>Listens, and begins to dial. Returns without waiting for other nodes: see <see cref="Joined"/>.</summary>
    /// <exception cref="SocketException">It cannot listen there.</exception>
    public Task StartAsync()
    {
        lock (_lock)
        {
            if (_options.Zone != Zone.Terminal)
            {
                _listener = new ChannelListener(_options, AdmitAsync, RunAsync);
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
        await Task.WhenAll(_sessions.Channels.Select(channel => channel.LeaveAsync($"node {_node.Name} is stopping", GoodbyeLimit)));
        await _sessions.Ended;
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
                if (exception.Message != problem && ConnectionFailure.IsExpected(exception, _logger))
                {
                    Log.Waiting(_logger, member.Name.Length > 0 ? $"node {member.Name}" : "the system node", member.Address, exception.Message);
                }
                problem = exception.Message;
            }
            catch
            {
                return;
            }
            await Task.Delay(_options.RedialDelay, _node.Clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<(Channel Channel, Connection Connection)> DialAsync(Member member, Zone zone)
    {
        var (theirs, connection) = await _dialler.DialAsync(member, zone);
        if (_sessions.Reserve(theirs) is { } refusal)
        {
            connection.Dispose();
            throw new ChannelException(refusal);
        }
        return (new Channel(_node, theirs, _options, Handle, (channel, grace) => _dialler.RedialAsync(channel, member.Address, grace)), connection);
    }

    private async Task<Channel?> AdmitAsync(Connection connection) =>
        await _admission.AdmitAsync(connection) is { } theirs ? new Channel(_node, theirs, _options, Handle, _dialler.AwaitRedialAsync) : null;

    private async Task RunAsync(Channel channel, Connection connection)
    {
        var done = _sessions.Begin(channel);
        if (_stopping.IsCancellationRequested) channel.Abort("this node is stopping");
        Join(channel);
        var end = await channel.RunAsync(connection);
        Part(channel, end);
        _sessions.End(channel, done);
    }

    private void Join(Channel channel)
    {
        _registryAuthority?.Join(channel);
        _authority?.Join(channel);
        _node.Peers[channel.Name] = channel;
        if (channel.Zone == Zone.System)
        {
            channel.SendServices(_joined.Task.IsCompleted, RunningServices());
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
        _sessions.Release(channel.Name);
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
            case FrameType.Services when IsSystem:
                TakeServices(from, ref fields);
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
                _observations.TakeReport(from, ref fields);
                break;
            default:
                throw new ChannelException($"{type} frame from a node of zone {from.Zone.ToText()} to one of zone {_options.Zone.ToText()}");
        }
    }

    private List<RunningService> RunningServices() =>
        [.. _node.Processes.All.Where(process => process is { Service: not null, HasStarted: true, IsEnding: false }).Select(process => new RunningService(process.Service!, process.Pid, process.StartedAt))];

    private void TakeServices(Channel from, ref MessagePackReader fields)
    {
        if (from.HasToldServices) throw new ChannelException("it tells for a second time which services run on it");
        from.HasToldServices = true;
        var isReturning = fields.ReadBoolean();
        var running = FrameFields.ReadRunningServices(ref fields, from.Name);
        if (_node.Services is { } services) services.Joined(isReturning, running, () => from.TakesServices = true);
        else from.TakesServices = true;
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
            foreach (var channel in _sessions.Channels) channel.SendMembers(_members.All);
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
    }
}
