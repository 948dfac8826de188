namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value that comes from outside the AppHost, or is made in it; perhaps a secret.</summary>
public class ParameterResource : Resource, IValueProvider, IManifestExpressionProvider
{
    /// <summary>Shown in place of a secret.</summary>
    internal const string Blot = "******";

    private readonly Lazy<string> _value;

    internal ParameterResource(string name, Func<string> value, bool secret) : base(name)
    {
        _value = new Lazy<string>(value);
        Secret = secret;
    }

    /// <summary>Secrets are masked wherever an environment is printed.</summary>
    public bool Secret { get; }

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => new(_value.Value);

    /// <summary>The text with the value blotted out, if this is a secret; one that nobody has read cannot be in it.</summary>
    internal string Mask(string text) => Secret && _value is { IsValueCreated: true, Value: not "" } ? text.Replace(_value.Value, Blot) : text;
}

/// <summary>A connection string that the AppHost's configuration holds.</summary>
internal sealed class ConnectionStringParameterResource(string name, Func<string> value, string? environmentVariableName)
    : ParameterResource(name, value, secret: true), IResourceWithConnectionString
{
    public string? ConnectionStringEnvironmentVariable => environmentVariableName;

    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken) => GetValueAsync(cancellationToken);
}
