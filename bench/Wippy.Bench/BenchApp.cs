using Microsoft.Extensions.Logging.Abstractions;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;

namespace Wippy.Bench;

/// <summary>The app of the benchmarks (<c>app/</c>) on a runtime of its own, in embedded mode with default options.</summary>
internal sealed class BenchApp : IAsyncDisposable
{
    private readonly Runtime _runtime;
    private readonly HostSpec _host;

    private BenchApp(Runtime runtime, HostSpec host)
    {
        _runtime = runtime;
        _host = host;
    }

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "app");

    public Node Node => _runtime.Node;

    /// <summary>Starts it.</summary>
    /// <param name="zone">Where the actors will run.</param>
    public static BenchApp Start(Zone zone)
    {
        var loaded = AppLoader.Load(Folder, PolicyCatalog.Check);
        var snapshot = loaded.Snapshot ?? throw new InvalidOperationException($"{Folder} could not be loaded: {loaded.Problems[0]}");
        var host = snapshot.Hosts.Single(host => host.Id == new EntryId("bench", zone.ToText()));
        var runtime = new Runtime(new RuntimeOptions(), snapshot, new NativeProcesses(), TimeProvider.System, NullLoggerFactory.Instance);
        runtime.Start();
        return new BenchApp(runtime, host);
    }

    /// <summary>Runs a benchmark's Lua process to its end.</summary>
    /// <param name="name">Of the entry in <c>bench</c>.</param>
    /// <param name="n">How much work.</param>
    /// <returns>The seconds it has measured.</returns>
    /// <exception cref="InvalidOperationException">It failed, or has not seen n units done.</exception>
    public async Task<double> RunAsync(string name, long n)
    {
        using var arguments = new ByteBuffer();
        PayloadValues.WriteArguments(arguments, [n, _host.Id.ToString()]);
        var (process, refusal) = await _runtime.SpawnAsync(new EntryId("bench", name), _host.Id, Payload.Copy(arguments.WrittenSpan));
        if (process is null) throw new InvalidOperationException($"bench:{name} could not be started: {refusal!.Message}");
        var ended = await process.WhenEnded();
        if (ended.Error is { } error) throw new InvalidOperationException($"bench:{name} failed: {error.Message}");

        var reader = new MessagePackReader(ended.Value.Span);
        var result = (Dictionary<string, object?>)PayloadValues.Read(ref reader)!;
        if (!Equals(result["count"], n)) throw new InvalidOperationException($"bench:{name} has seen {result["count"]} units done, not {n}");
        return (double)result["seconds"]!;
    }

    /// <summary>What ran here, as a measurement.</summary>
    public Measurement Measured(string name, long n, double seconds, double rate) => new(name, n, seconds, rate)
    {
        Zone = _host.Zone.ToText(),
        Threads = _host.Workers ?? Environment.ProcessorCount,
    };

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _runtime.DisposeAsync();
}
