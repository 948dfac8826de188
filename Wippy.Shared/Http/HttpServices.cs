using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Wippy.Shared.Functions;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;

namespace Wippy.Shared.Http;

/// <summary>
/// The <c>http.service</c> entries of a node: starts those that start by themselves, follows the registry, stops them. One
/// caller at a time.
/// </summary>
internal sealed partial class HttpServices(Node node, ZoneCalls calls)
{
    private readonly ConcurrentDictionary<EntryId, (HttpServer Server, Entry Entry)> _running = new();
    private readonly ILogger _logger = node.Loggers.CreateLogger<HttpServices>();

    /// <summary>Where a running service listens; null when it does not. Any thread.</summary>
    public string? UrlOf(EntryId service) => _running.TryGetValue(service, out var running) ? running.Server.Url : null;

    /// <summary>Makes what runs agree with a version of the registry: a server whose entry has changed is another server. Endpoints need nothing, requests look them up.</summary>
    public async Task FollowAsync(Snapshot snapshot)
    {
        var wanted = HttpServiceSpec.All(snapshot).Where(spec => spec.Lifecycle.AutoStart).ToDictionary(spec => spec.Id);
        foreach (var (id, running) in _running)
        {
            if (wanted.ContainsKey(id) && ReferenceEquals(running.Entry, snapshot.Entries[id])) wanted.Remove(id);
            else await StopAsync(id);
        }
        foreach (var spec in wanted.Values) await StartAsync(spec, snapshot.Entries[spec.Id]);
    }

    /// <summary>Stops all of them.</summary>
    public Task StopAsync() => Task.WhenAll(_running.Keys.Select(StopAsync));

    private async Task StartAsync(HttpServiceSpec spec, Entry entry)
    {
        var security = default(SecurityContext);
        if (spec.Lifecycle.Security is { } block && !node.Policies.TryFromBlock(block, out security, out var unknown))
        {
            Log.NotStarted(_logger, spec.Id, unknown!.Message);
            return;
        }
        HttpServer? server = null;
        try
        {
            server = new HttpServer(node, spec, security, calls);
            await server.StartAsync();
        }
        catch (Exception failure) when (failure is IOException or SocketException or FormatException)
        {
            Log.NotStarted(_logger, spec.Id, $"addr {spec.Address}: {failure.Message}");
            if (server is not null) await server.DisposeAsync();
            return;
        }
        _running[spec.Id] = (server, entry);
    }

    private async Task StopAsync(EntryId id)
    {
        if (!_running.TryRemove(id, out var running)) return;
        await running.Server.StopAsync(HttpServiceSpec.Compile(running.Entry).Lifecycle.StopTimeout);
        await running.Server.DisposeAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(4011, LogLevel.Error, "http service {Service} could not be started: {Problem}")]
        public static partial void NotStarted(ILogger logger, EntryId service, string problem);
    }
}
