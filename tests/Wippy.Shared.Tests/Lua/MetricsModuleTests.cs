using System.Diagnostics.Metrics;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

/// <summary>What programs record is seen by those who listen to the meter of apps.</summary>
public class MetricsModuleTests
{
    [Fact]
    public void Recording_OfAllSorts_ReachesListeners()
    {
        using var node = TestNode.WithLua(("main", """
            return { main = function()
              metrics.counter_inc("seen_counter")
              metrics.counter_add("seen_counter", 2.5, { color = "red" })
              metrics.gauge_set("seen_gauge", 5)
              metrics.gauge_inc("seen_gauge")
              metrics.gauge_dec("seen_gauge", { color = "red" })
              metrics.histogram("seen_histogram", 0.25)
            end }
            """));
        var seen = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "Wippy.App" && instrument.Name.StartsWith("seen_", StringComparison.Ordinal)) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            seen.Add(FormattableString.Invariant($"{instrument.Name} {value} {(tags.Length > 0 ? $"{tags[0].Key}={tags[0].Value}" : "")}").TrimEnd()));
        listener.Start();

        node.Run("main");

        Assert.Equal(
            ["seen_counter 1", "seen_counter 2.5 color=red", "seen_gauge 5", "seen_gauge 6", "seen_gauge -1 color=red", "seen_histogram 0.25"],
            seen);
    }
}
