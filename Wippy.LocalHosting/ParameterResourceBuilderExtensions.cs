using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Adds values.</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>Adds a value that the AppHost's configuration holds as <c>Parameters:{name}</c>; it is read when first used.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        builder.AddResource(new ParameterResource(name, () => Read(builder.Configuration, $"Parameters:{name}", $"parameter '{name}'"), secret));

    /// <summary>Adds a value.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">Name of the resource.</param>
    /// <param name="value">The value.</param>
    /// <param name="publishValueAsDefault">Without effect on a run.</param>
    /// <param name="secret">Mask it wherever it would be printed.</param>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false) =>
        builder.AddResource(new ParameterResource(name, () => value, secret));

    /// <summary>Adds a connection string that the AppHost's configuration holds as <c>ConnectionStrings:{name}</c>.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">Name of the resource.</param>
    /// <param name="environmentVariableName">The variable that carries it to those who reference it; null = <c>ConnectionStrings__{name}</c>.</param>
    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name, string? environmentVariableName = null) =>
        builder.AddResource<IResourceWithConnectionString>(new ConnectionStringParameterResource(
            name, () => Read(builder.Configuration, $"ConnectionStrings:{name}", $"connection string '{name}'"), environmentVariableName));

    private static string Read(ConfigurationManager configuration, string key, string what) => configuration[key]
        ?? throw new DistributedApplicationException($"The {what} has no value: set '{key}' in the AppHost's configuration, user secrets or command line.");
}
