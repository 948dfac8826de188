using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Wippy.Shared.Errors;

namespace Wippy.Shared.Telemetry;

/// <summary>
/// The metrics that programs record, as instruments of the meter <c>Wippy.App</c>, for whoever collects them. One per operating-system
/// process. Any thread.
/// </summary>
internal static class AppMeter
{
    /// <summary>Names, and sets of labels of gauges: beyond them recording is refused, so that a program that invents them without end costs no memory.</summary>
    public const int MaxNames = 1_000;

    /// <summary>Sets of labels of all gauges together.</summary>
    public const int MaxGaugeValues = 10_000;

    private static readonly Meter Meter = new("Wippy.App");
    private static readonly ConcurrentDictionary<string, Instrument> Instruments = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, double> GaugeValues = new(StringComparer.Ordinal);

    public static Error? Add(string name, double value, KeyValuePair<string, object?>[] labels)
    {
        var error = TryGet<Counter<double>>(name, n => Meter.CreateCounter<double>(n), out var counter);
        counter?.Add(value, labels);
        return error;
    }

    public static Error? Record(string name, double value, KeyValuePair<string, object?>[] labels)
    {
        var error = TryGet<Histogram<double>>(name, n => Meter.CreateHistogram<double>(n), out var histogram);
        histogram?.Record(value, labels);
        return error;
    }

    /// <summary>Sets a gauge, or moves it from where it is; it begins at 0.</summary>
    public static Error? Set(string name, double value, bool isRelative, KeyValuePair<string, object?>[] labels)
    {
        var error = TryGet<Gauge<double>>(name, n => Meter.CreateGauge<double>(n), out var gauge);
        if (gauge is null) return error;
        var key = KeyOf(name, labels);
        if (GaugeValues.Count >= MaxGaugeValues && !GaugeValues.ContainsKey(key))
        {
            return new Error(ErrorKind.LimitExceeded, $"more than {MaxGaugeValues} values of gauges");
        }
        gauge.Record(GaugeValues.AddOrUpdate(key, value, (_, before) => isRelative ? before + value : value), labels);
        return null;
    }

    private static Error? TryGet<T>(string name, Func<string, Instrument> create, out T? instrument)
        where T : Instrument
    {
        instrument = null;
        if (!Instruments.TryGetValue(name, out var known))
        {
            if (Instruments.Count >= MaxNames) return new Error(ErrorKind.LimitExceeded, $"more than {MaxNames} metrics");
            known = Instruments.GetOrAdd(name, create);
        }
        instrument = known as T;
        return instrument is null ? new Error(ErrorKind.Invalid, $"metric {name} is a {KindOf(known)}") : null;
    }

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Counter<double> => "counter",
        Histogram<double> => "histogram",
        _ => "gauge",
    };

    private static string KeyOf(string name, KeyValuePair<string, object?>[] labels)
    {
        var key = new StringBuilder(name);
        foreach (var (label, value) in labels.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            key.Append('\0').Append(label).Append('\0').Append(Convert.ToString(value, CultureInfo.InvariantCulture));
        }
        return key.ToString();
    }
}
