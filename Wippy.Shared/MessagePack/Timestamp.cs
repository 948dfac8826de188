namespace Wippy.Shared.MessagePack;

/// <summary>
/// A point in time as MessagePack's timestamp extension holds it: nanoseconds, and years far outside 1 to 9999, so
/// more than <see cref="DateTimeOffset"/> can say.
/// </summary>
internal readonly record struct Timestamp
{
    /// <summary>The ext type code of timestamps.</summary>
    public const sbyte TypeCode = -1;

    /// <summary>Upper bound of <see cref="Nanoseconds"/> in the specification.</summary>
    public const uint MaxNanoseconds = 999_999_999;

    private const int NanosecondsPerTick = 100;

    /// <param name="seconds">Since 1970-01-01T00:00:00Z; may be negative.</param>
    /// <param name="nanoseconds">0 to 999,999,999, added to the seconds whatever their sign.</param>
    public Timestamp(long seconds, uint nanoseconds)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nanoseconds, MaxNanoseconds);
        Seconds = seconds;
        Nanoseconds = nanoseconds;
    }

    /// <summary>Whole seconds since 1970-01-01T00:00:00Z, rounded down.</summary>
    public long Seconds { get; }

    /// <summary>What <see cref="Seconds"/> left over: 0 to 999,999,999.</summary>
    public uint Nanoseconds { get; }

    /// <summary>The same instant; the offset is not kept.</summary>
    public static Timestamp FromDateTimeOffset(DateTimeOffset time)
    {
        var seconds = time.ToUnixTimeSeconds();
        var ticks = (time - DateTimeOffset.FromUnixTimeSeconds(seconds)).Ticks;
        return new Timestamp(seconds, (uint)ticks * NanosecondsPerTick);
    }

    /// <summary>The instant in UTC, cut to 100 ns.</summary>
    /// <returns>False when it lies outside the years 1 to 9999.</returns>
    public bool TryToDateTimeOffset(out DateTimeOffset time)
    {
        var representable = Seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds()
            && Seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds();
        time = representable
            ? DateTimeOffset.FromUnixTimeSeconds(Seconds).AddTicks(Nanoseconds / NanosecondsPerTick)
            : default;
        return representable;
    }
}
