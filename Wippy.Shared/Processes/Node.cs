using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;
using Wippy.Shared.Stores;
using Wippy.Shared.Telemetry;
using Wippy.Shared.Variables;

namespace Wippy.Shared.Processes;

/// <summary>
/// One running service instance: its processes, hosts, names, timers and the peers it is connected to. In embedded
/// mode it is unnamed and holds every zone.
/// </summary>
internal sealed partial class Node : IDisposable
{
    private readonly ConcurrentDictionary<EntryId, ProcessHost> _hosts = new();
    private const int FailuresKept = 50;

    private readonly RecentItems<(DateTimeOffset At, Pid Pid, EntryId Entry, string Error)> _failures = new(FailuresKept);
    private readonly ILogger _logger;
    private readonly Hibernation _hibernation;
    private EnvVariables _variables;
    private PolicyCatalog _policies;

    /// <param name="name">Node name; empty for embedded mode.</param>
    /// <param name="clock">All time comes from here.</param>
    /// <param name="registry">Its entries.</param>
    /// <param name="loggers">Where it logs.</param>
    public Node(string name, TimeProvider clock, EntryRegistry registry, ILoggerFactory loggers)
    {
        Name = name;
        Clock = clock;
        Registry = registry;
        Loggers = loggers;
        _logger = loggers.CreateLogger<Node>();
        Timers = new Timers(clock);
        _hibernation = new Hibernation(Processes, clock);
        DeadLetters = new DeadLetters(loggers.CreateLogger<DeadLetters>());
        Denials = new Denials(loggers.CreateLogger<Denials>(), clock);
        Router = new Router(this);
        TokenStores = new TokenStores(this);
        RegistryWriter = new RegistryWriter(this);
        Names = new NameTable(Router.ZoneOf, HoldsName, isDenied: DeniesName);
        _policies = PolicyCatalog.Compile(registry.Current);
        registry.Changed += FollowPolicies;
        registry.Changed += new OutdatedNotices(this).Follow;
        registry.Changed += FollowVariables;
        registry.Settled += PublishChange;
        Events = new EventBus(this);
        GcSettings = new GcSettings(clock);
        _variables = EnvVariables.None.Follow(registry.Current.Entries);
        Stores = new MemoryStores(registry, clock);
    }

    public string Name { get; }

    public TimeProvider Clock { get; }

    public EntryRegistry Registry { get; }

    /// <summary>Changes the registry for processes. Replaced before the node starts when another node writes it.</summary>
    public IRegistryWriter RegistryWriter { get; set; }

    /// <summary>The services; null on a node without supervisor. Set before services start.</summary>
    public IServiceStates? Services { get; set; }

    public ILoggerFactory Loggers { get; }

    public ProcessTable Processes { get; } = new();

    public Timers Timers { get; }

    public DeadLetters DeadLetters { get; }

    /// <summary>What policies between zones refused, here or to peers.</summary>
    public Denials Denials { get; }

    public Router Router { get; }

    /// <summary>The publish/subscribe bus.</summary>
    public EventBus Events { get; }

    /// <summary>The environment variables of the registry's current version. Written by its changes, read by any thread.</summary>
    public EnvVariables Variables => Volatile.Read(ref _variables);

    /// <summary>The key-value stores of this node.</summary>
    public MemoryStores Stores { get; }

    /// <summary>What programs have set about memory.</summary>
    public GcSettings GcSettings { get; }

    /// <summary>Ends the operating-system process in order, with an exit code. Set by whoever runs the node; null where nobody can. Any thread.</summary>
    public Action<int>? Exit { get; set; }

    /// <summary>Names, as this node sees them. Replaced before the node starts when it takes part in a deployment.</summary>
    public INames Names { get; set; }

    /// <summary>Programs by entry. Set before the node starts.</summary>
    public IProgramSource Programs { get; set; } = NoPrograms.Instance;

    /// <summary>What calls functions. Set before the node starts.</summary>
    public IFunctions? Functions { get; set; }

    /// <summary>Message queues. Set before the node starts.</summary>
    public IQueues? Queues { get; set; }

    /// <summary>The policies of the registry's current version. Written by its changes, read by any thread.</summary>
    public PolicyCatalog Policies
    {
        get => Volatile.Read(ref _policies);
        private set => Volatile.Write(ref _policies, value);
    }

    /// <summary>What may pass between zones, likewise.</summary>
    public ChannelPolicy ChannelPolicy => Policies.BetweenZones;

    /// <summary>The token stores of this node.</summary>
    public TokenStores TokenStores { get; }

    /// <summary>Whether processes without actor or scope are refused everything (<c>security.strict_mode</c>).</summary>
    public bool StrictSecurity { get; set; }

    /// <summary>How long processes ended by force may take before their host gives up on them. Default 5 s.</summary>
    public TimeSpan ForcedEndLimit { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Connected nodes by name. Written by the channels.</summary>
    public ConcurrentDictionary<string, IPeer> Peers { get; } = new(StringComparer.Ordinal);

    /// <summary>The hosts of this node.</summary>
    public IEnumerable<ProcessHost> Hosts => _hosts.Values;

    /// <summary>The last processes that ended with an error, newest first.</summary>
    public IReadOnlyList<(DateTimeOffset At, Pid Pid, EntryId Entry, string Error)> RecentFailures => _failures.ToList();

    public void AddHost(ProcessHost host) => _hosts[host.Spec.Id] = host;

    /// <summary>Forgets a host: nothing new can be placed on it.</summary>
    public void RemoveHost(ProcessHost host) => _hosts.TryRemove(KeyValuePair.Create(host.Spec.Id, host));

    public bool TryGetHost(EntryId id, out ProcessHost? host) => _hosts.TryGetValue(id, out host);

    /// <inheritdoc/>
    public void Dispose()
    {
        GcSettings.Dispose();
        Queues?.Dispose();
        Functions?.Dispose();
        Timers.Dispose();
        _hibernation.Dispose();
    }

    /// <summary>Notes on a local process that it holds a name. Any thread.</summary>
    internal void HoldsName(Pid pid)
    {
        if (Processes.TryGet(pid, out var process)) process.HasNames = true;
    }

    /// <summary>
    /// Whether the policies from the caller's zone to the system zone, where names are kept, deny it something about a name. Names are
    /// for everybody, so what no policy speaks of is free. Any thread.
    /// </summary>
    internal bool DeniesName(NameCaller caller, string action, string resource)
    {
        if (!ChannelPolicy.IsDeclared(caller.Zone, Zone.System)) return false;
        var entry = Processes.TryGet(caller.Pid, out var process) ? process.Entry.ToString() : null;
        var from = new CrossingEnd(caller.Pid.Node, caller.Zone, caller.Pid.Host, entry);
        var crossing = new Crossing(from, new CrossingEnd(Name, Zone.System, "", null), action, resource, null, process?.Security.Actor);
        if (!crossing.IsDeniedBy(ChannelPolicy, out var decidedBy)) return false;
        Denials.Add(crossing, decidedBy);
        return true;
    }

    internal void ProcessEnded(Process process, ExitResult result)
    {
        if (result.Error is not { } error) return;
        _failures.Add((Clock.GetUtcNow(), process.Pid, process.Entry, error.Message));
        if (_logger.IsEnabled(LogLevel.Debug)) Log.Failed(_logger, process.Pid, process.Entry, error.Message);
    }

    // Kept when no policy is touched: what others remember of their decisions stays true then.
    private void FollowVariables(RegistryChange change)
    {
        if (change.Changes.Concerns(change.Before, EnvVariables.IsKind)) Volatile.Write(ref _variables, _variables.Follow(change.After.Entries));
    }

    private void FollowPolicies(RegistryChange change)
    {
        if (!change.Changes.Concerns(change.Before, EntryKinds.IsSecurity)) return;
        Policies = PolicyCatalog.Compile(change.After);
    }

    // Nodes that only follow hear it from the one that writes.
    private void PublishChange(RegistryChange change)
    {
        if (RegistryWriter is RegistryWriter) RegistryEvents.Publish(Events, change);
    }

    private sealed class NoPrograms : IProgramSource
    {
        public static readonly NoPrograms Instance = new();

        public IProgram? Find(EntryId id, out Error? error)
        {
            error = new Error(ErrorKind.NotFound, "factory not found");
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Debug, "process {Pid} ({Entry}) ended with an error: {Error}")]
        public static partial void Failed(ILogger logger, Pid pid, EntryId entry, string error);
    }
}
