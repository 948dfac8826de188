using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Scheduling;
using Wippy.Shared.Telemetry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Telemetry;

/// <summary>What somebody who collects metrics learns about a node.</summary>
[Collection(TracingCollection.Name)]
public sealed class RuntimeMeterTests
{
    [Fact]
    public async Task Metrics_OfARuntimeThatHasWorked_TellStepsParksPreemptionsAndHowLongStepsLast()
    {
        var figures = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == RuntimeMeter.Name) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument.Name, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument.Name + ".samples", 1, tags));
        listener.Start();
        await using var runtime = new Runtime(new RuntimeOptions(), App(), new NativeProcesses(), TimeProvider.System, NullLoggerFactory.Instance);
        runtime.Start();

        var (process, _) = await runtime.SpawnAsync(new EntryId("app", "busy"), new EntryId("app", "host"), Payload.Empty);
        await process!.WhenEnded();
        listener.RecordObservableInstruments();

        Assert.True(figures["wippy.scheduler.steps"] >= StepTimer.Interval);
        Assert.True(figures["wippy.scheduler.step.duration.samples"] >= 1);
        Assert.True(figures["wippy.scheduler.preemptions"] >= 1);
        Assert.True(figures.ContainsKey("wippy.scheduler.parks"));
        Assert.True(figures.ContainsKey("wippy.scheduler.steals"));

        void Note(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
            {
                if (tag is { Key: RuntimeMeter.Host, Value: "app:host" }) figures.AddOrUpdate(name, value, (_, before) => before + value);
            }
        }
    }

    // Sleeps, which makes a step each time, then computes for longer than a slice.
    private static Snapshot App() => Snapshot.FromDeclared(new Entry[]
    {
        new(new EntryId("app", "host"), EntryKinds.ProcessHost, data: new Dictionary<string, object?> { ["host"] = new Dictionary<string, object?> { ["workers"] = 1L } }),
        TestNode.Lua("busy", """
            local time = require("time")
            return { main = function()
              for i = 1, 300 do
                time.sleep("1us")
              end
              local began = time.now()
              while time.now():sub(began):milliseconds() < 100 do end
            end }
            """),
    }.ToImmutableSortedDictionary(entry => entry.Id, entry => entry));
}
