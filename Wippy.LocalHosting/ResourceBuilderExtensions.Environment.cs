using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>What a process is given: environment variables, references to other resources, arguments.</summary>
public static partial class ResourceBuilderExtensions
{
    /// <summary>Sets a variable.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => builder.WithVariable(name, value ?? "");

    /// <summary>Sets a variable to a value computed at each start.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, Func<string> callback)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => context.EnvironmentVariables[name] = callback());

    /// <summary>Changes the variables at each start.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, Action<EnvironmentCallbackContext> callback)
        where T : IResourceWithEnvironment => builder.WithAnnotation(new EnvironmentCallbackAnnotation(callback));

    /// <summary>Sets a variable to the URL of an endpoint.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, EndpointReference endpointReference)
        where T : IResourceWithEnvironment => builder.WithVariable(name, endpointReference);

    /// <summary>Sets a variable to the value of a parameter.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, IResourceBuilder<ParameterResource> parameter)
        where T : IResourceWithEnvironment => builder.WithVariable(name, parameter.Resource);

    /// <summary>Sets a variable to a text with values in it.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, ReferenceExpression value)
        where T : IResourceWithEnvironment => builder.WithVariable(name, value);

    /// <summary>Tells the process where all endpoints of another resource are.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment
    {
        var target = source.Resource;
        // Asked for at start: endpoints declared after this call count, too.
        return builder.WithRelationship(target, KnownRelationshipTypes.Reference)
            .WithEnvironment(context => AddServiceDiscovery(context, target.Endpoints().Select(endpoint => new EndpointReference(target, endpoint.Name))));
    }

    /// <summary>Tells the process where one endpoint of another resource is.</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment =>
        builder.WithRelationship(endpointReference.Resource, KnownRelationshipTypes.Reference)
            .WithEnvironment(context => AddServiceDiscovery(context, [endpointReference]));

    /// <summary>Gives the process a connection string.</summary>
    /// <param name="builder">The resource that uses it.</param>
    /// <param name="source">The connection string.</param>
    /// <param name="connectionName">The name the process knows it by; null = that of the source.</param>
    /// <param name="optional">A missing value is left out instead of failing the start.</param>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null, bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        var variable = source.Resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{connectionName ?? source.Resource.Name}";
        return builder.WithRelationship(source.Resource, KnownRelationshipTypes.Reference)
            .WithEnvironment(context => context.EnvironmentVariables[variable] = optional ? new OptionalValue(source.Resource) : source.Resource);
    }

    /// <summary>Adds arguments.</summary>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params string[] args)
        where T : IResourceWithArgs => builder.WithAnnotation(new ArgumentsAnnotation(args));

    /// <summary>Adds arguments; each is a text or an <see cref="IValueProvider"/>.</summary>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params object[] args)
        where T : IResourceWithArgs => builder.WithAnnotation(new ArgumentsAnnotation(args));

    private static IResourceBuilder<T> WithVariable<T>(this IResourceBuilder<T> builder, string name, object value)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => context.EnvironmentVariables[name] = value);

    /// <summary>
    /// <c>services__{resource}__{key}__{i}</c>, which service discovery reads from configuration, and <c>{RESOURCE}_{ENDPOINT}</c>.
    /// The key is the scheme for endpoints named http or https, else the endpoint's name.
    /// </summary>
    private static void AddServiceDiscovery(EnvironmentCallbackContext context, IEnumerable<EndpointReference> endpoints)
    {
        foreach (var endpoint in endpoints)
        {
            var (resource, name) = (endpoint.Resource.Name, endpoint.EndpointName);
            var key = name is "http" or "https" ? endpoint.Scheme : name;
            var i = 0;
            while (context.EnvironmentVariables.ContainsKey($"services__{resource}__{key}__{i}"))
                i++;
            context.EnvironmentVariables[$"services__{resource}__{key}__{i}"] = endpoint;
            context.EnvironmentVariables[$"{VariableName(resource)}_{VariableName(name)}"] = endpoint;
        }
    }

    private static string VariableName(string name) => name.Replace('-', '_').ToUpperInvariant();

    /// <summary>A connection string that may be missing.</summary>
    private sealed class OptionalValue(IValueProvider value) : IValueProvider
    {
        public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await value.GetValueAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (DistributedApplicationException)
            {
                return null;
            }
        }
    }
}
