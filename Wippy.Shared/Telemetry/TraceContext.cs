using System.Diagnostics;

namespace Wippy.Shared.Telemetry;

/// <summary>
/// What travels with a message or a spawn that belongs to a sampled trace: the span that caused it, and how many messages
/// in a row led there. Immutable. Without one nothing is traced and nothing is allocated.
/// </summary>
/// <param name="Span">The cause.</param>
/// <param name="Hops">0 for what the first process of the trace does.</param>
internal sealed record TraceContext(ActivityContext Span, int Hops)
{
    /// <summary>Length of <see cref="Write"/>: trace id 16, span id 8, flags 1, hops 1.</summary>
    public const int Bytes = 26;

    /// <summary>A trace ends after so many messages in a row: two processes that answer each other for ever are one trace otherwise.</summary>
    public const int MaxHops = 64;

    private const int SpanIdOffset = 16;
    private const int FlagsOffset = 24;
    private const int HopsOffset = 25;

    /// <summary>Writes it for the wire.</summary>
    /// <param name="bytes">At least <see cref="Bytes"/>.</param>
    public void Write(Span<byte> bytes)
    {
        Span.TraceId.CopyTo(bytes[..SpanIdOffset]);
        Span.SpanId.CopyTo(bytes[SpanIdOffset..FlagsOffset]);
        bytes[FlagsOffset] = (byte)Span.TraceFlags;
        bytes[HopsOffset] = (byte)Hops;
    }

    /// <summary>Reads what a peer sent.</summary>
    /// <returns>Null unless it has the right length, ids that are not zero, and hops within the limit.</returns>
    public static TraceContext? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Bytes || bytes[HopsOffset] > MaxHops) return null;
        var trace = bytes[..SpanIdOffset];
        var span = bytes[SpanIdOffset..FlagsOffset];
        if (!trace.ContainsAnyExcept((byte)0) || !span.ContainsAnyExcept((byte)0)) return null;
        var context = new ActivityContext(
            ActivityTraceId.CreateFromBytes(trace), ActivitySpanId.CreateFromBytes(span), (ActivityTraceFlags)bytes[FlagsOffset], traceState: null, isRemote: true);
        return new TraceContext(context, bytes[HopsOffset]);
    }
}
