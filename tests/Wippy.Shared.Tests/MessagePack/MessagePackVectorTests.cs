using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Tests.MessagePack;

public class MessagePackVectorTests(VectorPackage package) : IClassFixture<VectorPackage>
{
    // Named here and not read from the package: theory rows are wanted before the package is installed.
    public static TheoryData<string> GroupNames { get; } =
    [
        "10.nil.yaml", "11.bool.yaml", "12.binary.yaml",
        "20.number-positive.yaml", "21.number-negative.yaml", "22.number-float.yaml", "23.number-bignum.yaml",
        "30.string-ascii.yaml", "31.string-utf8.yaml", "32.string-emoji.yaml",
        "40.array.yaml", "41.map.yaml", "42.nested.yaml", "50.timestamp.yaml", "60.ext.yaml",
    ];

    [InteropFact(InteropTool.Npm)]
    public void Groups_InPackage_AreTheOnesTested() =>
        Assert.Equal(GroupNames.Cast<object[]>().Select(row => (string)row[0]), package.Groups.Select(group => group.Key));

    [InteropTheory(InteropTool.Npm)]
    [MemberData(nameof(GroupNames))]
    public void Reader_EveryEncoding_GivesTheValue(string group)
    {
        foreach (var vector in Vectors(group))
        {
            var expected = Describe(vector);
            foreach (var bytes in Encodings(vector))
            {
                // The suite says "number" whatever the encoding, so an integer may come as a float.
                var actual = DescribedValue.Decode(bytes);
                if (actual["float"] is not null && expected["int"] is { } integer)
                {
                    var number = double.Parse(integer.GetValue<string>(), CultureInfo.InvariantCulture);
                    Assert.Equal(number, new MessagePackReader(bytes).ReadDouble());
                }
                else
                {
                    DescribedValue.AssertSame(expected, actual);
                }
                Assert.Equal(bytes, new MessagePackReader(bytes).ReadRaw());
            }
        }
    }

    [InteropTheory(InteropTool.Npm)]
    [MemberData(nameof(GroupNames))]
    public void Writer_EveryValue_GivesTheShortestEncoding(string group)
    {
        foreach (var vector in Vectors(group))
        {
            var value = Describe(vector);
            // A float64 is written as one, though the float32 is shorter; a number from 2^32 on has two shortest integers.
            var same = Encodings(vector).Where(bytes => JsonNode.DeepEquals(value, DescribedValue.Decode(bytes))).ToList();
            var length = value["float"] is null ? same.Min(bytes => bytes.Length) : 1 + sizeof(double);
            var allowed = same.Where(bytes => bytes.Length == length);

            Assert.Contains(DescribedValue.Encode(value), allowed);
        }
    }

    private IEnumerable<JsonObject> Vectors(string group)
    {
        var vectors = package.Groups[group]!.AsArray();
        Assert.NotEmpty(vectors);
        return vectors.Select(vector => vector!.AsObject());
    }

    private static IEnumerable<byte[]> Encodings(JsonObject vector) =>
        vector["msgpack"]!.AsArray().Select(hex => Bytes(hex!));

    private static JsonNode Describe(JsonObject vector)
    {
        // A big number stands there twice, once as text because JavaScript would round it.
        var (kind, value) = vector.Where(property => property.Key is not "msgpack").Last();
        return kind switch
        {
            "binary" => DescribedValue.Bin(Bytes(value!)),
            "bignum" => DescribedValue.Int(Int128.Parse(value!.GetValue<string>(), CultureInfo.InvariantCulture)),
            "ext" => DescribedValue.Ext(value![0]!.GetValue<sbyte>(), Bytes(value[1]!)),
            "timestamp" => DescribedValue.Time(value![0]!.GetValue<long>(), value[1]!.GetValue<uint>()),
            _ => DescribeJson(value),
        };
    }

    private static JsonNode DescribeJson(JsonNode? value) => value?.GetValueKind() switch
    {
        null => DescribedValue.Nil(),
        JsonValueKind.True or JsonValueKind.False => DescribedValue.Bool(value.GetValue<bool>()),
        JsonValueKind.Number when value.AsValue().TryGetValue<long>(out var integer) => DescribedValue.Int(integer),
        JsonValueKind.Number => DescribedValue.Float(value.GetValue<double>()),
        JsonValueKind.String => DescribedValue.Str(value.GetValue<string>()),
        JsonValueKind.Array => DescribedValue.Array(value.AsArray().Select(DescribeJson)),
        JsonValueKind.Object => DescribedValue.Map(value.AsObject().Select(pair => (DescribedValue.Str(pair.Key), DescribeJson(pair.Value)))),
        var kind => throw new ArgumentException($"a vector of kind {kind}", nameof(value)),
    };

    private static byte[] Bytes(JsonNode hex) => Convert.FromHexString(hex.GetValue<string>().Replace("-", ""));
}
