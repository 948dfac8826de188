using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Wippy.ServiceDefaults;

/// <summary>What every service of the deployment has: logs, telemetry, health, an end when the AppHost is gone.</summary>
public static class Extensions
{
    private const string Live = "live";

    /// <summary>A folder of files, each of which is a setting: its name the key, its content the value.</summary>
    private const string SecretsFolder = "Wippy:Secrets";

    /// <summary>Adds them; call it first, before anything can hold up the start.</summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        // Keys that a container platform hands over as files: Wippy__Keys__SystemUser, and so on.
        if (builder.Configuration[SecretsFolder] is { } folder) builder.Configuration.AddKeyPerFile(folder, optional: false);
        ParentWatch.Start(Environment.GetEnvironmentVariable(ParentWatch.Variable));
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // "Press Ctrl+C to shut down" would be said to nobody.
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        builder.AddTelemetry();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [Live]);
        return builder;
    }

    /// <summary>
    /// <c>/health</c>: every check, the service is ready for work. <c>/alive</c>: only checks tagged <c>live</c>, the process need not be replaced.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.MapHealthChecks("/health");
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Live) });
        return app;
    }
}
