using System.Collections.Immutable;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.Lua;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Http;

/// <summary>A running app with one server, <c>app:server</c> on a free port of the loopback address, and a router <c>app:router</c>.</summary>
internal sealed class HttpApp : IAsyncDisposable
{
    private readonly Runtime _runtime;

    private HttpApp(Runtime runtime, LogRecorder logs)
    {
        _runtime = runtime;
        Logs = logs;
        Client = new HttpClient { BaseAddress = new Uri(runtime.Http!.UrlOf(new EntryId("app", "server"))!) };
    }

    public HttpClient Client { get; }

    public LogRecorder Logs { get; }

    public Runtime Runtime => _runtime;

    /// <param name="server">Fields of the server besides its address.</param>
    /// <param name="clock">Null for the real one.</param>
    /// <param name="entries">The others.</param>
    public static async Task<HttpApp> StartAsync(Dictionary<string, object?>? server, TimeProvider? clock, params IEnumerable<Entry> entries)
    {
        var snapshot = Snapshot.FromDeclared(Entries(server, entries));
        var logs = new LogRecorder();
        var runtime = new Runtime(new RuntimeOptions(), snapshot, new NativeProcesses(), clock ?? TimeProvider.System, logs);
        runtime.Start();
        await runtime.StartServicesAsync();
        return new HttpApp(runtime, logs);
    }

    /// <summary>The app's entries; see <see cref="StartAsync"/>.</summary>
    public static ImmutableSortedDictionary<EntryId, Entry> Entries(Dictionary<string, object?>? server, params IEnumerable<Entry> entries)
    {
        var fields = new Dictionary<string, object?>(server ?? [])
        {
            ["addr"] = "127.0.0.1:0",
            ["lifecycle"] = new Dictionary<string, object?> { ["auto_start"] = true },
        };
        Entry[] own =
        [
            new(new EntryId("app", "server"), EntryKinds.HttpService, data: fields),
            new(new EntryId("app", "router"), EntryKinds.HttpRouter, meta: new Dictionary<string, object?> { ["server"] = "app:server" }, data: new Dictionary<string, object?> { ["prefix"] = "/api" }),
        ];
        return own.Concat(entries).ToImmutableSortedDictionary(e => e.Id, e => e);
    }

    /// <summary>A function <c>app:NAME</c> with an endpoint for it.</summary>
    public static Entry[] Endpoint(string name, string method, string path, string body, string? zone = null)
    {
        var endpoint = new Dictionary<string, object?> { ["method"] = method, ["path"] = path, ["func"] = $"app:{name}" };
        if (zone is not null) endpoint["zone"] = zone;
        return
        [
            new(new EntryId("app", name), EntryKinds.LuaFunction, data: new Dictionary<string, object?>
            {
                ["source"] = $"local http = require('http') return {{ main = function() {body}\nend }}",
                ["modules"] = LuaModules.Names.ToList<object?>(),
            }),
            new(new EntryId("app", $"{name}.endpoint"), EntryKinds.HttpEndpoint, meta: new Dictionary<string, object?> { ["router"] = "app:router" }, data: endpoint),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _runtime.DisposeAsync();
    }
}
