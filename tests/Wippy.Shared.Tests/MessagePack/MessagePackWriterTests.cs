using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Tests.MessagePack;

public class MessagePackWriterTests
{
    [Theory]
    [InlineData(0, "00")]
    [InlineData(127, "7f")]
    [InlineData(128, "cc80")]
    [InlineData(255, "ccff")]
    [InlineData(256, "cd0100")]
    [InlineData(65535, "cdffff")]
    [InlineData(65536, "ce00010000")]
    [InlineData(4294967295, "ceffffffff")]
    [InlineData(4294967296, "cf0000000100000000")]
    [InlineData(long.MaxValue, "cf7fffffffffffffff")]
    [InlineData(-1, "ff")]
    [InlineData(-32, "e0")]
    [InlineData(-33, "d0df")]
    [InlineData(-128, "d080")]
    [InlineData(-129, "d1ff7f")]
    [InlineData(-32768, "d18000")]
    [InlineData(-32769, "d2ffff7fff")]
    [InlineData(int.MinValue, "d280000000")]
    [InlineData(-2147483649, "d3ffffffff7fffffff")]
    [InlineData(long.MinValue, "d38000000000000000")]
    public void Write_SignedInteger_TakesShortestForm(long value, string expected) =>
        Assert.Equal(expected, Hex((ref MessagePackWriter writer) => writer.Write(value)));

    [Theory]
    [InlineData(127ul, "7f")]
    [InlineData(128ul, "cc80")]
    [InlineData(65536ul, "ce00010000")]
    [InlineData(ulong.MaxValue, "cfffffffffffffffff")]
    public void Write_UnsignedInteger_TakesShortestForm(ulong value, string expected) =>
        Assert.Equal(expected, Hex((ref MessagePackWriter writer) => writer.Write(value)));

    [Fact]
    public void Write_Scalars_MatchesSpecification()
    {
        Assert.Equal("c0", Hex((ref MessagePackWriter writer) => writer.WriteNil()));
        Assert.Equal("c2", Hex((ref MessagePackWriter writer) => writer.Write(false)));
        Assert.Equal("c3", Hex((ref MessagePackWriter writer) => writer.Write(true)));
        Assert.Equal("ca3fc00000", Hex((ref MessagePackWriter writer) => writer.Write(1.5f)));
        Assert.Equal("cb3ff8000000000000", Hex((ref MessagePackWriter writer) => writer.Write(1.5)));
    }

    [Theory]
    [InlineData(0, "a0")]
    [InlineData(31, "bf")]
    [InlineData(32, "d920")]
    [InlineData(255, "d9ff")]
    [InlineData(256, "da0100")]
    [InlineData(65535, "daffff")]
    [InlineData(65536, "db00010000")]
    public void WriteString_Length_TakesShortestHeader(int length, string header)
    {
        var expected = header + Convert.ToHexStringLower(Enumerable.Repeat((byte)'x', length).ToArray());

        Assert.Equal(expected, Hex((ref MessagePackWriter writer) => writer.Write(new string('x', length))));
        Assert.Equal(expected, Hex((ref MessagePackWriter writer) => writer.WriteString(Enumerable.Repeat((byte)'x', length).ToArray())));
    }

    [Theory]
    [InlineData(0, "c400")]
    [InlineData(255, "c4ff")]
    [InlineData(256, "c50100")]
    [InlineData(65535, "c5ffff")]
    [InlineData(65536, "c600010000")]
    public void Write_BinaryLength_TakesShortestHeader(int length, string header) =>
        Assert.StartsWith(header, Hex((ref MessagePackWriter writer) => writer.Write(new byte[length])));

    [Theory]
    [InlineData(0, "90", "80")]
    [InlineData(15, "9f", "8f")]
    [InlineData(16, "dc0010", "de0010")]
    [InlineData(65535, "dcffff", "deffff")]
    [InlineData(65536, "dd00010000", "df00010000")]
    [InlineData(int.MaxValue, "dd7fffffff", "df7fffffff")]
    public void WriteArrayAndMapHeader_Count_TakesShortestHeader(int count, string array, string map)
    {
        Assert.Equal(array, Hex((ref MessagePackWriter writer) => writer.WriteArrayHeader(count)));
        Assert.Equal(map, Hex((ref MessagePackWriter writer) => writer.WriteMapHeader(count)));
    }

    [Theory]
    [InlineData(0, "c70007")]
    [InlineData(1, "d407")]
    [InlineData(2, "d507")]
    [InlineData(3, "c70307")]
    [InlineData(4, "d607")]
    [InlineData(8, "d707")]
    [InlineData(16, "d807")]
    [InlineData(17, "c71107")]
    [InlineData(255, "c7ff07")]
    [InlineData(256, "c8010007")]
    [InlineData(65535, "c8ffff07")]
    [InlineData(65536, "c90001000007")]
    public void WriteExtensionFormat_Length_TakesShortestHeader(int length, string header)
    {
        Assert.Equal(header, Hex((ref MessagePackWriter writer) => writer.WriteExtensionFormatHeader(new ExtensionHeader(7, length))));
        Assert.Equal(
            header + new string('0', 2 * length),
            Hex((ref MessagePackWriter writer) => writer.WriteExtensionFormat(7, new byte[length])));
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z", "d6ff00000000")]
    [InlineData("2018-01-02T04:04:05+01:00", "d6ff5a4af6a5")]
    [InlineData("1970-01-01T00:00:00.0000001Z", "d7ff0000019000000000")]
    [InlineData("2514-05-30T01:53:04Z", "c70cff000000000000000400000000")]
    [InlineData("1969-12-31T23:59:59.9999999Z", "c70cff3b9ac99cffffffffffffffff")]
    public void Write_DateTimeOffset_TakesShortestTimestamp(string time, string expected) =>
        Assert.Equal(expected, Hex((ref MessagePackWriter writer) => writer.Write(DateTimeOffset.Parse(time, null))));

    [Fact]
    public void Write_LoneSurrogate_ThrowsAndWritesNothing()
    {
        using var buffer = new ByteBuffer();

        Assert.ThrowsAny<ArgumentException>(() =>
        {
            var writer = new MessagePackWriter(buffer);
            try
            {
                writer.Write("a\ud800");
            }
            finally
            {
                writer.Flush();
            }
        });

        Assert.Equal(0, buffer.WrittenCount);
    }

    [Fact]
    public void WriteHeaders_NegativeCount_Throws()
    {
        using var buffer = new ByteBuffer();

        Assert.Throws<ArgumentOutOfRangeException>(() => new MessagePackWriter(buffer).WriteArrayHeader(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessagePackWriter(buffer).WriteMapHeader(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessagePackWriter(buffer).WriteExtensionFormatHeader(new ExtensionHeader(0, -1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Timestamp(0, 1_000_000_000));
    }

    [Fact]
    public void Write_OutputThatGrows_KeepsOrder()
    {
        using var output = new ByteBuffer(1);
        var writer = new MessagePackWriter(output);

        DescribedValue.Write(ref writer, SampleValues.Mixed());
        writer.WriteRaw(new byte[100]);
        writer.Write(1);
        writer.Flush();

        Assert.Equal([.. DescribedValue.Encode(SampleValues.Mixed()), .. new byte[100], 1], output.WrittenSpan.ToArray());
    }

    private delegate void Writing(ref MessagePackWriter writer);

    private static string Hex(Writing writing)
    {
        using var buffer = new ByteBuffer();
        var writer = new MessagePackWriter(buffer);
        writing(ref writer);
        writer.Flush();
        return Convert.ToHexStringLower(buffer.WrittenSpan);
    }
}
