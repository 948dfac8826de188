using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Wippy.Bench;

/// <summary>
/// With <c>WIPPY_BENCH_TELEMETRY=unsampled</c> somebody listens to traces, none of which is sampled, and collects all metrics each second:
/// what telemetry costs those who are not looked at. Also for the operating-system processes that a benchmark starts.
/// </summary>
internal sealed class BenchTelemetry : IDisposable
{
    private const string Variable = "WIPPY_BENCH_TELEMETRY";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ActivityListener _traces = new() { ShouldListenTo = _ => true, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.None };
    private readonly MeterListener _metrics = new() { InstrumentPublished = (instrument, self) => self.EnableMeasurementEvents(instrument) };
    private readonly ITimer _collecting;

    private BenchTelemetry()
    {
        ActivitySource.AddActivityListener(_traces);
        _metrics.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        _metrics.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        _metrics.Start();
        _collecting = TimeProvider.System.CreateTimer(_ => _metrics.RecordObservableInstruments(), null, Interval, Interval);
    }

    /// <summary>Begins, if the environment asks for it.</summary>
    /// <exception cref="InvalidOperationException">The variable says something else.</exception>
    public static BenchTelemetry? FromEnvironment() => Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" => null,
        "unsampled" => new BenchTelemetry(),
        var other => throw new InvalidOperationException($"{Variable} is '{other}', expected 'unsampled' or nothing"),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _collecting.Dispose();
        _metrics.Dispose();
        _traces.Dispose();
    }
}
