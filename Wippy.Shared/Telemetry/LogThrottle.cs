namespace Wippy.Shared.Telemetry;

/// <summary>
/// Keeps a log readable when somebody repeats himself: the same thing once per second, and at most
/// <see cref="MaxPerSecond"/> different things, so that inventing new ones does not help. Any thread.
/// </summary>
internal sealed class LogThrottle(TimeProvider clock)
{
    /// <summary>Lines per second, all keys together.</summary>
    public const int MaxPerSecond = 100;

    private readonly Lock _lock = new();
    private readonly HashSet<(string, string, string)> _logged = [];   // in the current second; guarded by _lock
    private long _second = clock.GetTimestamp();                       // when it began; guarded by _lock

    /// <summary>Whether a line about these three may be written now. The answer yes counts as having written it.</summary>
    public bool Allows(string first, string second, string third)
    {
        lock (_lock)
        {
            if (clock.GetElapsedTime(_second) >= TimeSpan.FromSeconds(1))
            {
                _second = clock.GetTimestamp();
                _logged.Clear();
            }
            return _logged.Count < MaxPerSecond && _logged.Add((first, second, third));
        }
    }
}
