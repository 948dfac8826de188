using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wippy.Bench;

/// <summary>What one run has shown; printed as one line of JSON. What does not apply is left out.</summary>
/// <param name="Bench">Its name.</param>
/// <param name="N">The work asked for, in the benchmark's unit.</param>
/// <param name="Seconds">What it took.</param>
/// <param name="Rate">Messages, hops or processes a second.</param>
internal sealed record Measurement(string Bench, long N, double Seconds, double Rate)
{
    public static JsonSerializerOptions Format { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new Rounded() },
    };

    [JsonPropertyOrder(-1)]
    public string Peer => "wippy";

    /// <summary>Where the actors ran; null outside of this operating-system process.</summary>
    public string? Zone { get; init; }

    /// <summary>Worker threads of their host.</summary>
    public int? Threads { get; init; }

    /// <summary>Resident bytes per process.</summary>
    public long? Bytes { get; init; }

    /// <summary>To what the benchmark compares with.</summary>
    public double? Ratio { get; init; }

    /// <summary>Where the ratio lies with a probability of 95 %: no lower than this.</summary>
    public double? RatioLow { get; init; }

    /// <summary>No higher than this.</summary>
    public double? RatioHigh { get; init; }

    /// <summary>The ratio of all that was measured to all that it is compared with.</summary>
    public double? RatioOfSums { get; init; }

    public double? MeanUs { get; init; }

    public double? P50Us { get; init; }

    public double? P99Us { get; init; }

    public double? MaxUs { get; init; }

    /// <summary>What the longest belongs to, where many different things are measured.</summary>
    public string? MaxIn { get; init; }

    /// <inheritdoc/>
    public override string ToString() => JsonSerializer.Serialize(this, Format);

    // Digits beyond these only look precise.
    private sealed class Rounded : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(Math.Round((decimal)value, value < 1000 ? 6 : 0));
    }
}
