using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>A builder whose application runs inside a test: free ports for all endpoints, nothing on the console.</summary>
public interface IDistributedApplicationTestingBuilder : IDistributedApplicationBuilder, IAsyncDisposable, IDisposable
{
    /// <summary>Makes the application from the description.</summary>
    Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken = default);
}

/// <summary>Makes builders for tests.</summary>
public static class DistributedApplicationTestingBuilder
{
    /// <summary>Makes a builder without any resources.</summary>
    public static IDistributedApplicationTestingBuilder Create(params string[] args) => Create(args, (_, _) => { });

    /// <summary>Makes a builder without any resources, with options that the test changes.</summary>
    public static IDistributedApplicationTestingBuilder Create(
        string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder)
    {
        var options = new DistributedApplicationOptions { Args = args, DisableDashboard = true };
        configureBuilder(options, new HostApplicationBuilderSettings());
        return new DistributedApplicationBuilder(options, testing: true);
    }

    /// <summary>Runs the entry point of an AppHost up to its <c>Build()</c>.</summary>
    /// <typeparam name="TEntryPoint">Any type of the AppHost, such as <c>Projects.Wippy_AppHost</c>.</typeparam>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>([], cancellationToken);

    /// <summary>Runs the entry point of an AppHost up to its <c>Build()</c>, with arguments.</summary>
    /// <exception cref="InvalidOperationException">The assembly has no entry point, or that ends without building an application; what it throws itself comes through.</exception>
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>(args, (_, _) => { }, cancellationToken);

    /// <summary>As above, with options that the test changes: <see cref="DistributedApplicationOptions.DisableDashboard"/> is true until it says otherwise.</summary>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(
        string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configureBuilder, CancellationToken cancellationToken = default) => await EntryPointInterception.RunAsync(
            typeof(TEntryPoint).Assembly, args, options => configureBuilder(options, new HostApplicationBuilderSettings()), cancellationToken).ConfigureAwait(false);
}
