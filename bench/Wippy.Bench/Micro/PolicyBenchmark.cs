using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Wippy.Shared.Errors;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Scheduling;
using Wippy.Shared.Security;

namespace Wippy.Bench.Micro;

/// <summary>
/// One decision about a send: asked of a scope, asked of the policy between zones, and as the router asks it again for each message.
/// </summary>
public class PolicyBenchmark
{
    private static readonly Topic Hello = Topic.Of("hello");

    private readonly Actor _actor = new("somebody");
    private readonly Dictionary<string, object?> _attributes = new() { ["pid"] = "{app:workers|0x0001f}" };
    private Scope _scope = null!;
    private ChannelPolicy _between = null!;
    private Node _node = null!;
    private Process _sender = null!;
    private Process _receiver = null!;

    /// <summary>Policies in the scope; only the last one, by id, has something to say.</summary>
    [Params(1, 10)]
    public int Policies { get; set; }

    [GlobalSetup]
    public void Compile()
    {
        var entries = Enumerable.Range(1, Policies).Select(i => Policy($"p{i:d2}", i == Policies ? "process.*" : "registry.*"))
            .Append(new Entry(new EntryId("app", "workers"), EntryKinds.ProcessHost))
            .ToImmutableSortedDictionary(entry => entry.Id, entry => entry);
        var snapshot = Snapshot.FromDeclared(entries);
        var catalog = PolicyCatalog.Compile(snapshot);
        catalog.TryGetGroup(new EntryId("app", "all"), out var scope);
        _scope = scope!;
        _between = catalog.BetweenZones;

        _node = new Node("", TimeProvider.System, new EntryRegistry(snapshot), NullLoggerFactory.Instance);
        var host = new ProcessHost(_node, snapshot.Hosts.Single(), new NoScheduler());
        _node.AddHost(host);
        _sender = Process(host, new SecurityContext(_actor, _scope));
        _receiver = Process(host, default);
    }

    [Benchmark]
    public bool Scope() => new SecurityContext(_actor, _scope).Permits("process.send", "{app:workers|0x00020}", _attributes);

    [Benchmark]
    public bool BetweenZones() => _between.IsOpen(Zone.User, Zone.Terminal, "process.send");

    /// <summary>The whole of it: finding the receiver included.</summary>
    [Benchmark]
    public bool Route() => _node.Router.TryRoute(_sender, _receiver.Pid, Hello, default, out _) is null;

    private Process Process(ProcessHost host, SecurityContext security)
    {
        var request = new SpawnRequest { Entry = new EntryId("app", "x"), Host = host.Spec.Id, Security = security, Reply = static (_, _) => { } };
        var process = new Process(new Pid("", host.Name, _node.Processes.NextNumber()), host, new NoProgram(), request);
        _node.Processes.Add(process);
        return process;
    }

    private static Entry Policy(string name, string actions) => new(new EntryId("app", name), EntryKinds.SecurityPolicy, data: new Dictionary<string, object?>
    {
        ["policy"] = new Dictionary<string, object?> { ["actions"] = actions, ["resources"] = "*", ["effect"] = "allow" },
        ["groups"] = new List<object?> { "app:all" },
    });

    private sealed class NoProgram : IProgram, IBehavior
    {
        public EntryId Id => new("app", "x");

        public ExitResult Result => ExitResult.Normal;

        public IBehavior CreateBehavior(Process process, Payload arguments) => this;

        public Progress Initialise() => Progress.Ready;

        public Progress Step() => Progress.Idle;

        public Upgrade TakeUpgrade() => throw new NotSupportedException();

        public void Close()
        {
        }
    }

    private sealed class NoScheduler : IScheduler
    {
        public void Schedule(IRunnable item)
        {
        }

        public void ScheduleLast(IRunnable item)
        {
        }
    }
}
