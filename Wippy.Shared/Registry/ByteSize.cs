using System.Globalization;

namespace Wippy.Shared.Registry;

/// <summary>Sizes as entries write them: a whole number of bytes, or one with a unit: <c>512KB</c>, <c>64MB</c>, <c>1GB</c> (powers of 1024).</summary>
internal static class ByteSize
{
    private static readonly (string Unit, int Shift)[] Units = [("KB", 10), ("MB", 20), ("GB", 30)];

    /// <param name="value">A <see cref="long"/> or text.</param>
    /// <param name="bytes">At least zero.</param>
    public static bool TryParse(object? value, out long bytes)
    {
        bytes = value as long? ?? -1;
        if (value is not string text) return bytes >= 0;
        foreach (var (unit, shift) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            if (!long.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > long.MaxValue >> shift) return false;
            bytes = count << shift;
            return true;
        }
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out bytes);
    }
}
