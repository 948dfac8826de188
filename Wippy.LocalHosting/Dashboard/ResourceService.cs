using System.Net;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Wippy.LocalHosting.Messages;

namespace Wippy.LocalHosting;

/// <summary>
/// What the dashboard asks about resources: gRPC over HTTP/2 without TLS, on a loopback port of its own. Whoever asks has to
/// show the key: the answers tell what every process was started with.
/// </summary>
internal sealed class ResourceService(
    DistributedApplicationModel model, ResourceNotificationService notifications, ResourceLoggerService logs, ResourceCommandService commands,
    Secrets secrets, IHostEnvironment environment, TimeProvider time) : IAsyncDisposable
{
    private const string KeyHeader = "x-resource-service-api-key";
    private const string Path = "/aspire.v1.DashboardService/";

    private const int KeptLinesPerMessage = 500;

    private readonly DateTime _created = time.GetUtcNow().UtcDateTime;
    private readonly CancellationTokenSource _stopping = new();
    private WebApplication? _server;

    /// <summary>What a caller has to show.</summary>
    public string Key { get; } = RandomNumberGenerator.GetHexString(32);

    /// <summary>Begins to listen.</summary>
    /// <returns>Where.</returns>
    public async Task<Uri> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            // A stream on which the dashboard has nothing to say is not a slow one.
            server.Limits.MinRequestBodyDataRate = null;
            server.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        // The AppHost alone decides what signals mean.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        _server = builder.Build();
        _server.Run(ServeAsync);
        await _server.StartAsync(cancellationToken).ConfigureAwait(false);
        return new Uri(_server.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_server is not null)
            await _server.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ServeAsync(HttpContext context)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        context.Response.ContentType = "application/grpc";
        var call = new GrpcCall(context, ended.Token);
        var (status, message) = (GrpcStatus.Ok, (string?)null);
        try
        {
            if (!IsAuthentic(context.Request.Headers[KeyHeader].ToString()))
                throw new GrpcException(GrpcStatus.Unauthenticated, $"The header {KeyHeader} does not hold the key.");
            await AnswerAsync(context.Request.Path.Value ?? "", call).ConfigureAwait(false);
        }
        catch (GrpcException e)
        {
            (status, message) = (e.Status, e.Message);
        }
        catch (Exception e) when (ended.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            status = GrpcStatus.Cancelled;
        }
        catch (Exception e)
        {
            (status, message) = (GrpcStatus.Unknown, e.Message);
        }
        if (!context.RequestAborted.IsCancellationRequested)
            await new GrpcCall(context, CancellationToken.None).EndAsync(status, message).ConfigureAwait(false);
    }

    private Task AnswerAsync(string path, GrpcCall call) => path switch
    {
        Path + "GetApplicationInformation" => call.WriteAsync(new ApplicationInformation { Name = environment.ApplicationName, Version = DashboardBundle.Version }),
        Path + "WatchResources" => WatchResourcesAsync(call),
        Path + "WatchResourceConsoleLogs" => WatchConsoleLogsAsync(call),
        Path + "ExecuteResourceCommand" => ExecuteCommandAsync(call),
        Path + "WatchInteractions" => WatchInteractionsAsync(call),
        _ => throw new GrpcException(GrpcStatus.Unimplemented, $"There is no method {path}."),
    };

    private async Task WatchResourcesAsync(GrpcCall call)
    {
        await call.StartAsync().ConfigureAwait(false);
        // They do not change.
        var parameters = await Task.WhenAll(model.Resources.OfType<ParameterResource>().Select(parameter => ResourceMessages.OfAsync(parameter, _created))).ConfigureAwait(false);
        var first = true;
        await foreach (var batch in notifications.WatchBatchesAsync(call.CancellationToken).ConfigureAwait(false))
        {
            var resources = batch.Select(change => ResourceMessages.Of(change, secrets));
            var update = first
                ? new ResourcesUpdate { All = new AllResources { Resources = { resources, parameters } } }
                : new ResourcesUpdate { Changes = new ResourceChanges { Changes = { resources.Select(resource => new ResourceChange { Changed = resource }) } } };
            first = false;
            await call.WriteAsync(update).ConfigureAwait(false);
        }
    }

    private async Task WatchConsoleLogsAsync(GrpcCall call)
    {
        var request = await RequestAsync(call, ConsoleLogsRequest.Parser).ConfigureAwait(false);
        await call.StartAsync().ConfigureAwait(false);
        if (request.SuppressFollow)
        {
            foreach (var batch in logs.Kept(request.ResourceName).Chunk(KeptLinesPerMessage))
                await SendAsync(batch).ConfigureAwait(false);
            return;
        }
        await foreach (var batch in logs.WatchEntriesAsync(request.ResourceName, call.CancellationToken).ConfigureAwait(false))
            await SendAsync(batch).ConfigureAwait(false);

        Task SendAsync(IReadOnlyList<LogEntry> batch) =>
            call.WriteAsync(new ConsoleLogsUpdate { Lines = { batch.Select(entry => ResourceMessages.Of(entry, secrets)) } });
    }

    private async Task ExecuteCommandAsync(GrpcCall call)
    {
        var request = await RequestAsync(call, CommandRequest.Parser).ConfigureAwait(false);
        var result = await commands.ExecuteCommandAsync(request.ResourceName, request.CommandName, call.CancellationToken).ConfigureAwait(false);
        var response = new CommandResponse { Outcome = result.Success ? CommandOutcome.Succeeded : CommandOutcome.Failed };
        if (result.Message is { } error)
            response.ErrorMessage = error;
        await call.WriteAsync(response).ConfigureAwait(false);
    }

    /// <summary>We never ask people anything: the stream stays open and empty.</summary>
    private static async Task WatchInteractionsAsync(GrpcCall call)
    {
        await call.StartAsync().ConfigureAwait(false);
        while (await call.ReadAsync(Empty.Parser).ConfigureAwait(false) is not null)
        {
        }
    }

    private static async Task<T> RequestAsync<T>(GrpcCall call, Google.Protobuf.MessageParser<T> parser)
        where T : class, Google.Protobuf.IMessage<T> =>
        await call.ReadAsync(parser).ConfigureAwait(false) ?? throw new GrpcException(GrpcStatus.Unknown, "The call has no request message.");

    private bool IsAuthentic(string key) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(Key));

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
