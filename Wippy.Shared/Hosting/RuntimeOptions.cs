using Wippy.Shared.Identity;

namespace Wippy.Shared.Hosting;

/// <summary>What a runtime is started with.</summary>
internal sealed class RuntimeOptions
{
    /// <summary>Node name; empty for embedded mode. Letters, digits, dots and dashes.</summary>
    public string NodeName { get; init; } = "";

    /// <summary>The zone of the node; null for embedded mode, which holds every zone.</summary>
    public Zone? Zone { get; init; }

    /// <summary>Whether processes without actor or scope are refused everything. Default no.</summary>
    public bool StrictSecurity { get; init; }

    /// <summary>Limit for the whole orderly stop. Default 30 s.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
