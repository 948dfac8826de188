using System.Text.Json.Nodes;
using static Wippy.Shared.Tests.MessagePack.DescribedValue;

namespace Wippy.Shared.Tests.MessagePack;

/// <summary>Descriptions of every type of value, with sizes for every format.</summary>
internal static class SampleValues
{
    private static readonly Int128[] Integers =
    [
        0, 1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, int.MaxValue, 1L << 31, uint.MaxValue, 1L << 32, 1L << 53,
        long.MaxValue, (Int128)1 << 63, ulong.MaxValue,
        -1, -32, -33, -128, -129, -32768, -32769, int.MinValue, int.MinValue - 1L, long.MinValue,
    ];

    private static readonly double[] Floats =
    [
        0.0, -0.0, 1.0, 0.1, -1.5, double.Epsilon, double.MaxValue, double.MinValue, double.PositiveInfinity,
        double.NegativeInfinity, double.NaN, 9007199254740993.0,
    ];

    // 1, 2, 4, 8, 16: fixext; 15/16: fixarray, fixmap; 31/32: fixstr; 255, 256, 65536: 8, 16 and 32 bit lengths.
    private static readonly int[] Sizes = [0, 1, 2, 3, 4, 5, 8, 15, 16, 17, 31, 32, 255, 256, 65536];

    private static readonly (long Seconds, uint Nanoseconds)[] Times =
    [
        (0, 0), (0, 1), (1, 0), (uint.MaxValue, 0), (uint.MaxValue, 1), (1L << 32, 0), ((1L << 34) - 1, 999_999_999), (1L << 34, 0),
        (-1, 0), (-1, 999_999_999), (-62135596800, 0), (253402300799, 999_999_999), (long.MinValue, 0), (long.MaxValue, 999_999_999),
    ];

    public static IEnumerable<JsonNode> All()
    {
        yield return Nil();
        yield return Bool(false);
        yield return Bool(true);
        foreach (var value in Integers) yield return Int(value);
        foreach (var value in Floats) yield return Float(value);
        foreach (var text in new[] { "\0", "Кириллица", "한글", "🍺❤", "\uffff\ufeff" }) yield return Str(text);
        foreach (var size in Sizes)
        {
            yield return Str(new string('x', size));
            yield return Bin(Bytes(size));
            yield return Ext(5, Bytes(size));
            yield return Array(Enumerable.Range(0, size).Select(_ => Nil()));
            yield return Map(Enumerable.Range(0, size).Select(i => (Int(i), Nil())));
        }
        foreach (var typeCode in new sbyte[] { 0, 127, -2, -128 }) yield return Ext(typeCode, [1, 2, 3]);
        foreach (var (seconds, nanoseconds) in Times) yield return Time(seconds, nanoseconds);
        yield return Mixed();
        yield return Nested(levels: 100);
    }

    /// <summary>One message with every type in it.</summary>
    public static JsonNode Mixed() => Map(
        (Str("id"), Int(77)),
        (Str("type"), Str("job")),
        (Str("ok"), Bool(true)),
        (Str("ratio"), Float(0.25)),
        (Str("none"), Nil()),
        (Str("raw"), Bin([0xc1, 0xff])),
        (Str("when"), Time(1514862245, 678901234)),
        (Str("ext"), Ext(3, [1, 2, 3, 4])),
        (Int(-7), Array(Int(1), Array(), Map(), Map((Str("deep"), Array(Str("er")))))));

    /// <summary>One-element arrays inside each other.</summary>
    public static JsonNode Nested(int levels)
    {
        var value = Array();
        for (var level = 1; level < levels; level++) value = Array(value);
        return value;
    }

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)i)];
}
