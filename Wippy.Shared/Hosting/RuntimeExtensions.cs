using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;

namespace Wippy.Shared.Hosting;

/// <summary>Puts a node into a service.</summary>
public static class RuntimeExtensions
{
    /// <summary>
    /// Adds a node of a deployment, with its health check: healthy once it takes part. What it needs comes from
    /// configuration; see <c>docs/architecture.md</c>.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="zone">The trust level of the service.</param>
    /// <param name="natives">The .NET process classes it offers; none by default.</param>
    /// <exception cref="InvalidOperationException">Configuration is missing; the message names what and who sets it.</exception>
    public static TBuilder AddWippyRuntime<TBuilder>(this TBuilder builder, Zone zone, NativeProcesses? natives = null)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(ServiceSettings.From(builder.Configuration, zone));
        builder.Services.AddSingleton(natives ?? new NativeProcesses());
        builder.Services.AddSingleton<RuntimeService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RuntimeService>());
        builder.Services.AddHealthChecks().AddCheck<RuntimeHealth>("node");
        return builder;
    }

    private sealed class RuntimeHealth(RuntimeService runtime) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(runtime.IsJoined ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("the node does not take part in the deployment yet"));
    }
}
