using BenchmarkDotNet.Attributes;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;

namespace Wippy.Bench.Micro;

/// <summary>One decision about a send: by a process's scope, and by the policy between zones.</summary>
public class PolicyBenchmark
{
    private readonly Actor _actor = new("somebody");
    private readonly Dictionary<string, object?> _attributes = new() { ["pid"] = "{app:workers|0x0001f}" };
    private Scope _scope = null!;
    private ChannelPolicy _between = null!;

    /// <summary>Policies in the scope; only the last one, by id, has something to say.</summary>
    [Params(1, 10)]
    public int Policies { get; set; }

    [GlobalSetup]
    public void Compile()
    {
        var entries = Enumerable.Range(1, Policies).Select(i => Policy($"p{i:d2}", i == Policies ? "process.*" : "registry.*"));
        var catalog = PolicyCatalog.Compile(Snapshot.FromDeclared(System.Collections.Immutable.ImmutableSortedDictionary.CreateRange(entries.Select(entry => KeyValuePair.Create(entry.Id, entry)))));
        catalog.TryGetGroup(new EntryId("app", "all"), out var scope);
        _scope = scope!;
        _between = new ChannelPolicy(catalog);
    }

    [Benchmark]
    public bool Scope() => new SecurityContext(_actor, _scope).Permits("process.send", "{app:workers|0x00020}", _attributes);

    [Benchmark]
    public bool BetweenZones() => _between.IsOpen(Zone.User, Zone.Terminal, "process.send");

    private static Entry Policy(string name, string actions) => new(new EntryId("app", name), EntryKinds.SecurityPolicy, data: new Dictionary<string, object?>
    {
        ["policy"] = new Dictionary<string, object?> { ["actions"] = actions, ["resources"] = "*", ["effect"] = "allow" },
        ["groups"] = new List<object?> { "app:all" },
    });
}
