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

/// <summary>An app with actors of benchmarks on a runtime of its own with default options.</summary>
internal sealed class BenchApp : IAsyncDisposable
{
    private readonly Runtime _runtime;
    private readonly HostSpec _host;
    private readonly Deployment? _deployment;

    private BenchApp(Snapshot snapshot, EntryId host, RuntimeOptions options, Func<Node, Deployment>? deploy = null)
    {
        _host = snapshot.Hosts.Single(known => known.Id == host);
        _runtime = new Runtime(options, snapshot, new NativeProcesses(), TimeProvider.System, NullLoggerFactory.Instance);
        _deployment = deploy?.Invoke(_runtime.Node);
        _runtime.Start();
    }

    /// <summary>The app of most benchmarks.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "app");

    public Node Node => _runtime.Node;

    /// <summary>Worker threads of the host where the actors run.</summary>
    public int Workers => _host.Workers ?? Environment.ProcessorCount;

    /// <summary>Its part in a deployment; only if it was made by <see cref="JoinAsync"/>.</summary>
    public Deployment Deployment => _deployment ?? throw new InvalidOperationException("an app in embedded mode has no deployment");

    /// <summary>Starts the app of most benchmarks in embedded mode.</summary>
    public static BenchApp Start(Setting setting) => new(Load(Folder, setting.Overrides), HostOf(setting.Zone), new RuntimeOptions());

    /// <summary>Starts the neighbours of a program of tests/hostile in embedded mode, and makes the program known beside them.</summary>
    public static BenchApp StartBeside(HostileProgram program, Setting setting)
    {
        var entries = Load(HostileProgram.NeighboursFolder, setting.Overrides).Entries;
        return new BenchApp(Snapshot.FromDeclared(entries.Add(HostileProgram.Id, program.Entry)), HostileProgram.Host, new RuntimeOptions());
    }

    /// <summary>Starts it as a node of a deployment and waits until it has joined.</summary>
    public static async Task<BenchApp> JoinAsync(ChannelOptions options, ChannelKeys keys)
    {
        var runtime = new RuntimeOptions { NodeName = $"{options.Zone.ToText()}-1", Zone = options.Zone };
        var app = new BenchApp(Load(Folder, []), HostOf(options.Zone), runtime, node => new Deployment(node, options, keys));
        await app.Deployment.StartAsync();
        await app.Deployment.Joined;
        return app;
    }

    /// <summary>Starts its services, which other benchmarks do without.</summary>
    public Task StartServicesAsync() => _runtime.StartServicesAsync();

    /// <summary>Stops all of it, without deployment; disposing it afterwards is still to be done.</summary>
    public Task StopAsync() => _runtime.StopAsync();

    /// <summary>Starts a process.</summary>
    /// <param name="name">Of the entry, in the namespace of the host.</param>
    /// <param name="arguments">For its method.</param>
    /// <exception cref="InvalidOperationException">It could not be started.</exception>
    public async Task<Process> SpawnAsync(string name, params object?[] arguments)
    {
        using var buffer = new ByteBuffer();
        PayloadValues.WriteArguments(buffer, arguments);
        var entry = new EntryId(_host.Id.Namespace, name);
        var (process, refusal) = await _runtime.SpawnAsync(entry, _host.Id, Payload.Copy(buffer.WrittenSpan));
        return process ?? throw new InvalidOperationException($"{entry} could not be started: {refusal!.Message}");
    }

    /// <summary>Runs a benchmark's Lua process to its end.</summary>
    /// <param name="name">Of the entry, in the namespace of the host.</param>
    /// <param name="n">How much work.</param>
    /// <param name="more">Further arguments, behind n and the host.</param>
    /// <exception cref="InvalidOperationException">It failed, or has not seen n units done.</exception>
    public async Task<LuaResult> RunAsync(string name, long n, params object?[] more) =>
        await ResultAsync(await SpawnAsync(name, [n, _host.Id.ToString(), .. more]), n);

    /// <summary>The result of a benchmark's Lua process, as soon as it has ended.</summary>
    /// <exception cref="InvalidOperationException">It failed, or has not seen n units done.</exception>
    public static async Task<LuaResult> ResultAsync(Process process, long n)
    {
        var ended = await process.WhenEnded();
        if (ended.Error is { } error) throw new InvalidOperationException($"{process.Entry} failed: {error.Message}");

        var reader = new MessagePackReader(ended.Value.Span);
        var result = new LuaResult((Dictionary<string, object?>)PayloadValues.Read(ref reader)!);
        return Equals(result.Count, n) ? result : throw new InvalidOperationException($"{process.Entry} has seen {result.Count} units done, not {n}");
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

    /// <summary>The app in a folder.</summary>
    /// <param name="folder">Absolute.</param>
    /// <param name="overrides">See <see cref="Setting"/>.</param>
    /// <exception cref="InvalidOperationException">It, or an override, is not valid.</exception>
    public static Snapshot Load(string folder, IReadOnlyList<string> overrides)
    {
        var loaded = AppLoader.Load(folder, new LoadOptions { Overrides = overrides }, PolicyCatalog.Check);
        return loaded.Snapshot ?? throw new InvalidOperationException($"{folder} could not be loaded: {loaded.Problems[0]}");
    }

    private static EntryId HostOf(Zone zone) => new("bench", zone.ToText());
}
