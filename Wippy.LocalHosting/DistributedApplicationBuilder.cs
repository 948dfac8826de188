using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wippy.LocalHosting;

namespace Aspire.Hosting;

/// <summary>The builder behind <see cref="DistributedApplication.CreateBuilder(string[])"/> and behind the testing builder.</summary>
internal sealed class DistributedApplicationBuilder : IDistributedApplicationTestingBuilder
{
    /// <summary>The one argument that is not <c>--Key value</c>.</summary>
    private const string NoDashboard = "--no-dashboard";

    private readonly HostApplicationBuilder _host;
    private readonly EntryPointInterception? _interception = EntryPointInterception.Current;

    /// <param name="options">Arguments and assembly.</param>
    /// <param name="testing">Free ports for all endpoints, nothing on the console or in files, signals left alone.</param>
    public DistributedApplicationBuilder(DistributedApplicationOptions options, bool testing)
    {
        var assembly = options.AssemblyName is { } name ? Assembly.Load(name) : Assembly.GetEntryAssembly();
        AppHostDirectory = assembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(metadata => metadata.Key == "apphostprojectpath")?.Value ?? Directory.GetCurrentDirectory();
        _host = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = options.Args?.Except([NoDashboard]).ToArray(),
            EnvironmentName = testing ? Environments.Development : null,
            ApplicationName = assembly?.GetName().Name,
            ContentRootPath = Directory.Exists(AppHostDirectory) ? AppHostDirectory : AppContext.BaseDirectory,
        });

        Services.AddSingleton(new DistributedApplicationModel(Resources));
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(Eventing);
        Services.AddSingleton(services => new ResourceNotificationService(services));
        Services.AddSingleton(services => new ResourceLoggerService(services.GetRequiredService<TimeProvider>()));
        Services.AddSingleton(services => new ResourceCommandService(services.GetRequiredService<ResourceNotificationService>(), services));
        Services.AddSingleton<LaunchBuilder>();
        Services.AddSingleton<HealthProbe>();
        Services.AddSingleton<ProcessGuard>();
        Services.AddSingleton<ApplicationRunner>();
        Services.AddSingleton<DashboardKeys>();
        Services.AddSingleton<Secrets>();
        Services.AddSingleton<ResourceService>();
        Services.AddSingleton(services => DashboardBundle.OfUser(services.GetRequiredService<TimeProvider>()));
        Services.AddSingleton<Dashboard>();
        Services.AddSingleton<Terminals>();
        Services.AddOptions<LocalHostingOptions>().BindConfiguration("LocalHosting").Configure(local => local.RandomizePorts |= testing)
            .Validate(local => local.StopGrace > TimeSpan.Zero, "LocalHosting:StopGrace must be more than zero, such as 00:00:24.")
            .ValidateOnStart();
        // The runner bounds its own stop; a cut by the host would leave processes behind.
        Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        _host.Logging.AddFilter("Microsoft", LogLevel.Warning);

        if (!testing)
        {
            Services.AddSingleton<IHostLifetime, StopSignals>();
            Services.AddSingleton<LogFiles>();
            Services.AddHostedService(services => services.GetRequiredService<LogFiles>());
            Services.AddHostedService<ConsoleOutput>();
        }
        if (!options.DisableDashboard && options.Args?.Contains(NoDashboard) != true)
            Services.AddHostedService(services => services.GetRequiredService<Dashboard>());
        // Last, so that on the way down it ends before those that show what happens.
        Services.AddHostedService(services => services.GetRequiredService<ApplicationRunner>());
        Services.TryAddSingleton(TimeProvider.System);
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public DistributedApplicationExecutionContext ExecutionContext { get; } = new();

    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        if (Resources.FirstOrDefault(other => string.Equals(other.Name, resource.Name, StringComparison.OrdinalIgnoreCase)) is { } taken)
        {
            throw new DistributedApplicationException(
                $"Cannot add the {resource.GetType().Name} '{resource.Name}': the {taken.GetType().Name} '{taken.Name}' already has that name.");
        }
        Resources.Add(resource);
        return new ResourceBuilder<T>(this, resource);
    }

    public DistributedApplication Build()
    {
        _interception?.HandOver(this);
        var application = new DistributedApplication(_host.Build());
        _interception?.Built(application);
        return application;
    }

    public Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken) =>
        _interception is null ? Task.FromResult(Build()) : _interception.BuildAsync(cancellationToken);

    public void Dispose() => _interception?.Abandon();

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
