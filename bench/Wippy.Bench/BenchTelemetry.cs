using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Wippy.Bench;

/// <summary>
/// Somebody who listens to traces, none of which is sampled, and collects all metrics each second: what telemetry costs those who are not looked
/// at. With <c>WIPPY_BENCH_TELEMETRY=unsampled</c> always, also in the operating-system processes that a benchmark starts.
/// </summary>
internal sealed class BenchTelemetry : IDisposable
{
    private const string Variable = "WIPPY_BENCH_TELEMETRY";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static long s_collected;   // a timestamp; of all instances, so that one which lives for less than a second is not spared

    // As OpenTelemetry answers for a sampler that says no: a trace that would begin here still gets an id.
    private readonly ActivityListener _traces = new()
    {
        ShouldListenTo = _ => true,
        Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent == default ? ActivitySamplingResult.PropagationData : ActivitySamplingResult.None,
    };
    private readonly MeterListener _metrics = new() { InstrumentPublished = (instrument, self) => self.EnableMeasurementEvents(instrument) };
    private readonly ITimer _collecting;

    /// <summary>Begins.</summary>
    public BenchTelemetry()
    {
        ActivitySource.AddActivityListener(_traces);
        _metrics.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        _metrics.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        _metrics.Start();
        var since = Stopwatch.GetElapsedTime(Volatile.Read(ref s_collected));
        _collecting = TimeProvider.System.CreateTimer(_ => Collect(), null, since < Interval ? Interval - since : TimeSpan.Zero, Interval);
    }

    /// <summary>Begins, if the environment asks for it.</summary>
    /// <exception cref="InvalidOperationException">The variable says something else.</exception>
    public static BenchTelemetry? FromEnvironment() => Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" => null,
        "unsampled" => new BenchTelemetry(),
        var other => throw new InvalidOperationException($"{Variable} is '{other}', expected 'unsampled' or nothing"),
    };

    private void Collect()
    {
        Volatile.Write(ref s_collected, Stopwatch.GetTimestamp());
        _metrics.RecordObservableInstruments();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _collecting.Dispose();
        _metrics.Dispose();
        _traces.Dispose();
    }
}
