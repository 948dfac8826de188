using Microsoft.Extensions.Logging.Abstractions;
using Wippy.Shared.Channels;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;

namespace Wippy.Bench;

/// <summary>The app of the benchmarks (<c>app/</c>) on a runtime of its own with default options.</summary>
internal sealed class BenchApp : IAsyncDisposable
{
    private readonly Runtime _runtime;
    private readonly HostSpec _host;
    private readonly Deployment? _deployment;

    private BenchApp(Snapshot snapshot, Zone zone, RuntimeOptions options, Func<Node, Deployment>? deploy = null)
    {
        _host = snapshot.Hosts.Single(host => host.Id == new EntryId("bench", zone.ToText()));
        _runtime = new Runtime(options, snapshot, new NativeProcesses(), TimeProvider.System, NullLoggerFactory.Instance);
        _deployment = deploy?.Invoke(_runtime.Node);
        _runtime.Start();
    }

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "app");

    public Node Node => _runtime.Node;

    /// <summary>Worker threads of the host where the actors run.</summary>
    public int Workers => _host.Workers ?? Environment.ProcessorCount;

    /// <summary>Its part in a deployment; only if it was made by <see cref="JoinAsync"/>.</summary>
    public Deployment Deployment => _deployment ?? throw new InvalidOperationException("an app in embedded mode has no deployment");

    /// <summary>Starts it in embedded mode.</summary>
    /// <param name="zone">Where the actors will run.</param>
    public static BenchApp Start(Zone zone) => new(Load(), zone, new RuntimeOptions());

    /// <summary>Starts it as a node of a deployment and waits until it has joined.</summary>
    public static async Task<BenchApp> JoinAsync(ChannelOptions options, ChannelKeys keys)
    {
        var runtime = new RuntimeOptions { NodeName = $"{options.Zone.ToText()}-1", Zone = options.Zone };
        var app = new BenchApp(Load(), options.Zone, runtime, node => new Deployment(node, options, keys));
        await app.Deployment.StartAsync();
        await app.Deployment.Joined;
        return app;
    }

    /// <summary>Starts its services, which other benchmarks do without.</summary>
    public Task StartServicesAsync() => _runtime.StartServicesAsync();

    /// <summary>Starts a process.</summary>
    /// <param name="name">Of the entry in <c>bench</c>.</param>
    /// <param name="arguments">For its method.</param>
    /// <exception cref="InvalidOperationException">It could not be started.</exception>
    public async Task<Process> SpawnAsync(string name, params object?[] arguments)
    {
        using var buffer = new ByteBuffer();
        PayloadValues.WriteArguments(buffer, arguments);
        var (process, refusal) = await _runtime.SpawnAsync(new EntryId("bench", name), _host.Id, Payload.Copy(buffer.WrittenSpan));
        return process ?? throw new InvalidOperationException($"bench:{name} could not be started: {refusal!.Message}");
    }

    /// <summary>Runs a benchmark's Lua process to its end.</summary>
    /// <param name="name">Of the entry in <c>bench</c>.</param>
    /// <param name="n">How much work.</param>
    /// <param name="more">Further arguments, behind n and the host.</param>
    /// <exception cref="InvalidOperationException">It failed, or has not seen n units done.</exception>
    public async Task<LuaResult> RunAsync(string name, long n, params object?[] more)
    {
        var process = await SpawnAsync(name, [n, _host.Id.ToString(), .. more]);
        var ended = await process.WhenEnded();
        if (ended.Error is { } error) throw new InvalidOperationException($"bench:{name} failed: {error.Message}");

        var reader = new MessagePackReader(ended.Value.Span);
        var result = new LuaResult((Dictionary<string, object?>)PayloadValues.Read(ref reader)!);
        return Equals(result.Count, n) ? result : throw new InvalidOperationException($"bench:{name} has seen {result.Count} units done, not {n}");
    }

    /// <summary>What ran here, as a measurement.</summary>
    public Measurement Measured(string name, long n, double seconds, double rate) => new(name, n, seconds, rate)
    {
        Zone = _host.Zone.ToText(),
        Threads = Workers,
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_deployment is not null) await _deployment.DisposeAsync();
        await _runtime.DisposeAsync();
    }

    /// <summary>The app.</summary>
    public static Snapshot Load()
    {
        var loaded = AppLoader.Load(Folder, PolicyCatalog.Check);
        return loaded.Snapshot ?? throw new InvalidOperationException($"{Folder} could not be loaded: {loaded.Problems[0]}");
    }
}
