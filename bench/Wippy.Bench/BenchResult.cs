namespace Wippy.Bench;

/// <summary>What a benchmark's Lua process has returned.</summary>
/// <param name="Seconds">What its work took.</param>
/// <param name="Values">Everything it returned, by name.</param>
internal sealed record BenchResult(double Seconds, IReadOnlyDictionary<string, object?> Values)
{
    /// <summary>A number of nanoseconds, in microseconds; null when there is none of that name.</summary>
    public double? Microseconds(string name) => Values.TryGetValue(name, out var value) ? Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture) / 1000 : null;
}
