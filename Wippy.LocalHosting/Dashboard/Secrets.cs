using Aspire.Hosting.ApplicationModel;

namespace Wippy.LocalHosting;

/// <summary>Blots out what must not be shown: the values of secret parameters, and the dashboard's own keys. Any thread.</summary>
internal sealed class Secrets(DistributedApplicationModel model, DashboardKeys keys)
{
    /// <summary>The text without the secrets in it.</summary>
    public string Mask(string text) => model.Resources.OfType<ParameterResource>()
        .Aggregate(text, (masked, parameter) => parameter.Mask(masked))
        .Replace(keys.Otlp, ParameterResource.Blot);
}

/// <summary>Made anew in every run.</summary>
internal sealed record DashboardKeys
{
    /// <summary>What services show when they send telemetry.</summary>
    public string Otlp { get; } = System.Security.Cryptography.RandomNumberGenerator.GetHexString(32);
}
