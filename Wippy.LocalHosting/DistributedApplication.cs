using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Wippy.LocalHosting;

namespace Aspire.Hosting;

/// <summary>An application described by a builder, ready to run on this machine.</summary>
public class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly IHost _host;
    private readonly ApplicationRunner _runner;

    internal DistributedApplication(IHost host)
    {
        _host = host;
        _runner = host.Services.GetRequiredService<ApplicationRunner>();
    }

    /// <summary>The AppHost's own services.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>States of the resources.</summary>
    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    /// <summary>Commands to the resources.</summary>
    public ResourceCommandService ResourceCommands => Services.GetRequiredService<ResourceCommandService>();

    /// <summary>Makes a builder for the AppHost with these arguments.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => CreateBuilder(new DistributedApplicationOptions { Args = args });

    /// <summary>Makes a builder.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options) =>
        EntryPointInterception.Current is { } interception
            ? new DistributedApplicationBuilder(interception.Complete(options), testing: true)
            : new DistributedApplicationBuilder(options, testing: false);

    /// <summary>Runs until a signal asks to stop and everything has stopped.</summary>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>Runs until a signal or the token asks to stop and everything has stopped.</summary>
    public virtual Task RunAsync(CancellationToken cancellationToken = default) => HostingAbstractionsHostExtensions.RunAsync(this, cancellationToken);

    /// <summary>Starts the resources, in the background where they wait for one another.</summary>
    public virtual async Task StartAsync(CancellationToken cancellationToken = default)
    {
        var started = new BeforeStartEvent(Services, Services.GetRequiredService<DistributedApplicationModel>());
        await Services.GetRequiredService<IDistributedApplicationEventing>().PublishAsync(started, cancellationToken).ConfigureAwait(false);
        await _host.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops the resources, dependents first, and returns when no process is left.</summary>
    public virtual Task StopAsync(CancellationToken cancellationToken = default) => _host.StopAsync(cancellationToken);

    /// <summary>Stops what still runs.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Stops what still runs.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        await _runner.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await ((IAsyncDisposable)_host).DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }
}
