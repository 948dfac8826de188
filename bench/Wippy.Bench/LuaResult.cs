namespace Wippy.Bench;

/// <summary>What a benchmark's Lua process returned.</summary>
/// <param name="Values">By name; <c>count</c> and <c>seconds</c> are always there.</param>
internal sealed record LuaResult(IReadOnlyDictionary<string, object?> Values)
{
    public object? Count => Values["count"];

    public double Seconds => (double)Values["seconds"]!;

    /// <summary>Some other number; null when it was not measured.</summary>
    public double? Figure(string name) => Values.GetValueOrDefault(name) is { } value ? Convert.ToDouble(value, null) : null;

    /// <summary>An array of numbers.</summary>
    public IEnumerable<double> Figures(string name) => ((IEnumerable<object?>)Values[name]!).Select(value => Convert.ToDouble(value, null));
}
