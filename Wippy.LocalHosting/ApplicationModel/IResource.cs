namespace Aspire.Hosting.ApplicationModel;

/// <summary>One thing the AppHost names: a project, an executable, a parameter, a connection string.</summary>
public interface IResource
{
    /// <summary>Unique in the application, without regard to case.</summary>
    string Name { get; }

    /// <summary>Everything the builder methods have said about the resource.</summary>
    ResourceAnnotationCollection Annotations { get; }
}

/// <summary>A resource that takes environment variables.</summary>
public interface IResourceWithEnvironment : IResource;

/// <summary>A resource that takes command line arguments.</summary>
public interface IResourceWithArgs : IResource;

/// <summary>A resource that listens on ports.</summary>
public interface IResourceWithEndpoints : IResource;

/// <summary>A resource whose start can wait for another's state.</summary>
public interface IResourceWithWaitSupport : IResource;

/// <summary>A resource that others reach by a connection string.</summary>
public interface IResourceWithConnectionString : IResource, IValueProvider, IManifestExpressionProvider
{
    /// <summary>The variable that carries it, or null for <c>ConnectionStrings__{name}</c>.</summary>
    string? ConnectionStringEnvironmentVariable { get; }

    /// <summary>The connection string, or null when there is none.</summary>
    ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default);
}
