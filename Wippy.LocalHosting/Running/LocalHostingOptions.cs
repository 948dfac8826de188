namespace Wippy.LocalHosting;

/// <summary>Section <c>LocalHosting</c> of the AppHost's configuration.</summary>
internal sealed class LocalHostingOptions
{
    /// <summary>
    /// How long a stop of the application waits for processes that were asked to end, all levels of dependents together;
    /// each level has an equal share. What still runs then is killed. More than zero; default 24 s, so that a stop takes less than 30 s.
    /// </summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(24);

    /// <summary>Free ports also for endpoints that ask for a certain one. On in tests, which may run beside the application.</summary>
    public bool RandomizePorts { get; set; }
}
