using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Wippy.Shared.Errors;
using Wippy.Shared.Functions;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;

namespace Wippy.Shared.Http;

/// <summary>The servers of the <c>http.service</c> entries of a node that run. Any thread; one change at a time.</summary>
internal sealed partial class HttpServices(Node node, ZoneCalls calls) : IServiceKind
{
    private readonly ConcurrentDictionary<EntryId, (HttpServer Server, Entry Entry, Action<Error> Failed)> _running = new();   // written under _turn
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ILogger _logger = node.Loggers.CreateLogger<HttpServices>();

    /// <summary>Where a running service listens; null when it does not. Any thread.</summary>
    public string? UrlOf(EntryId service) => _running.TryGetValue(service, out var running) ? running.Server.Url : null;

    /// <inheritdoc/>
    public Task<Error?> StartAsync(EntryId id, Action<Error> failed) => InTurn(() => OpenAsync(id, failed));

    /// <inheritdoc/>
    public Task StopAsync(EntryId id) => InTurn(() => CloseAsync(id));

    /// <summary>A server whose entry has changed is replaced by another server. Endpoints need nothing: requests look them up.</summary>
    public Task FollowAsync(Snapshot snapshot) => InTurn(async () =>
    {
        foreach (var (id, running) in _running)
        {
            if (!snapshot.Entries.TryGetValue(id, out var entry) || ReferenceEquals(running.Entry, entry)) continue;
            await CloseAsync(id);
            if (await OpenAsync(id, running.Failed) is { } error) running.Failed(error);
        }
        return null;
    });

    private async Task<Error?> OpenAsync(EntryId id, Action<Error> failed)
    {
        if (!node.Registry.Current.Entries.TryGetValue(id, out var entry)) return new Error(ErrorKind.NotFound, $"entry not found: {id}");
        var spec = HttpServiceSpec.Compile(entry);
        var security = default(SecurityContext);
        if (spec.Lifecycle.Security is { } block && !node.Policies.TryFromBlock(block, out security, out var unknown)) return unknown;
        HttpServer? server = null;
        try
        {
            server = new HttpServer(node, spec, security, calls);
            await server.StartAsync();
        }
        catch (Exception failure) when (failure is IOException or SocketException or FormatException)
        {
            if (server is not null) await server.DisposeAsync();
            var error = new Error(ErrorKind.Unavailable, $"addr {spec.Address}: {failure.Message}", Retryable: failure is not FormatException);
            Log.NotStarted(_logger, id, error.Message);
            return error;
        }
        _running[id] = (server, entry, failed);
        return null;
    }

    private async Task<Error?> CloseAsync(EntryId id)
    {
        if (!_running.TryRemove(id, out var running)) return null;
        await running.Server.StopAsync(HttpServiceSpec.Compile(running.Entry).Lifecycle.StopTimeout);
        await running.Server.DisposeAsync();
        return null;
    }

    private async Task<Error?> InTurn(Func<Task<Error?>> change)
    {
        await _turn.WaitAsync();
        try
        {
            return await change();
        }
        finally
        {
            _turn.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4011, LogLevel.Error, "http service {Service} could not be started: {Problem}")]
        public static partial void NotStarted(ILogger logger, EntryId service, string problem);
    }
}
