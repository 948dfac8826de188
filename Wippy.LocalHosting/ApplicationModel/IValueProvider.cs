namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that is known only once the application runs, such as the URL of an endpoint.</summary>
public interface IValueProvider
{
    /// <summary>The value, or null when there is none.</summary>
    ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default);
}

/// <summary>A value that a published description of the application could name; nothing is published here.</summary>
public interface IManifestExpressionProvider;
