namespace Wippy.Stress.Tests;

/// <summary>How much a stress test does: bounded by counts, about a minute for all of them by default, half an hour with <c>WIPPY_LONG=1</c>.</summary>
internal static class StressLevel
{
    /// <summary>Picks the count for this run.</summary>
    public static int Count(int usual, int @long) => Environment.GetEnvironmentVariable("WIPPY_LONG") == "1" ? @long : usual;
}
