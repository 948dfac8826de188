using System.Text.Json.Nodes;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Tests.MessagePack;

public class MessagePackReaderTests
{
    private delegate void Reading(ref MessagePackReader reader);

    [Fact]
    public void Read_EverySampleWritten_GivesItBack()
    {
        foreach (var sample in SampleValues.All())
        {
            var bytes = DescribedValue.Encode(sample);
            DescribedValue.AssertSame(sample, DescribedValue.Decode(bytes));
        }
    }

    [Fact]
    public void Skip_EverySampleWritten_ConsumesExactlyIt()
    {
        foreach (var sample in SampleValues.All())
        {
            var bytes = DescribedValue.Encode(sample);
            var reader = new MessagePackReader([.. bytes, MessagePackCode.Nil]);

            Assert.Equal(bytes, reader.ReadRaw());
            Assert.Equal(bytes.Length, reader.Consumed);
            Assert.Equal(0, reader.Depth);
            reader.ReadNil();
            Assert.True(reader.End);
        }
    }

    [Fact]
    public void Read_ShortSampleCutAnywhere_IsRefused()
    {
        foreach (var bytes in SampleValues.All().Select(DescribedValue.Encode).Where(bytes => bytes.Length < 1000))
        {
            for (var cut = 0; cut < bytes.Length; cut++)
            {
                Assert.Throws<MessagePackException>(() => DescribedValue.Decode(bytes.AsSpan(0, cut)));
                Assert.Throws<MessagePackException>(() => Skip(bytes.AsSpan(0, cut)));
            }
        }
    }

    [Theory]
    [InlineData("cc01", "1")]
    [InlineData("cd0001", "1")]
    [InlineData("ce00000001", "1")]
    [InlineData("cf0000000000000001", "1")]
    [InlineData("d001", "1")]
    [InlineData("d10001", "1")]
    [InlineData("d200000001", "1")]
    [InlineData("d30000000000000001", "1")]
    [InlineData("d0ff", "-1")]
    [InlineData("d1ffff", "-1")]
    [InlineData("d2ffffffff", "-1")]
    [InlineData("d3ffffffffffffffff", "-1")]
    public void ReadIntegers_LongerFormThanNeeded_IsAccepted(string hex, string value)
    {
        var bytes = Convert.FromHexString(hex);

        Assert.Equal(long.Parse(value), new MessagePackReader(bytes).ReadInt64());
        Assert.Equal(int.Parse(value), new MessagePackReader(bytes).ReadInt32());
        Assert.Equal(double.Parse(value), new MessagePackReader(bytes).ReadDouble());
    }

    [Theory]
    [InlineData("d90161", """{"str":"a"}""")]
    [InlineData("da000161", """{"str":"a"}""")]
    [InlineData("db0000000161", """{"str":"a"}""")]
    [InlineData("c50001ff", """{"bin":"ff"}""")]
    [InlineData("c600000001ff", """{"bin":"ff"}""")]
    [InlineData("dc0001c0", """{"array":[{"nil":null}]}""")]
    [InlineData("dd00000001c0", """{"array":[{"nil":null}]}""")]
    [InlineData("de0001c0c0", """{"map":[[{"nil":null},{"nil":null}]]}""")]
    [InlineData("df00000001c0c0", """{"map":[[{"nil":null},{"nil":null}]]}""")]
    [InlineData("c70105ff", """{"ext":[5,"ff"]}""")]
    [InlineData("c8000105ff", """{"ext":[5,"ff"]}""")]
    [InlineData("c90000000105ff", """{"ext":[5,"ff"]}""")]
    [InlineData("c704ff00000001", """{"time":["1",0]}""")]
    [InlineData("ca3fc00000", """{"float":"3ff8000000000000"}""")]
    public void Read_LongerFormThanNeeded_IsAccepted(string hex, string description) =>
        DescribedValue.AssertSame(JsonNode.Parse(description)!, DescribedValue.Decode(Convert.FromHexString(hex)));

    [Theory]
    [InlineData("", 0, "expected a value, found the end of the input")]
    [InlineData("c1", 0, "found the reserved byte (0xc1)")]
    [InlineData("92c0c1", 2, "found the reserved byte (0xc1)")]
    [InlineData("cd01", 1, "expected 2 more bytes of the value, found 1")]
    [InlineData("cfffffffffffffff", 1, "expected 8 more bytes of the value, found 7")]
    [InlineData("cb00", 1, "expected 8 more bytes of the value, found 1")]
    [InlineData("a261", 1, "expected 2 more bytes of the value, found 1")]
    [InlineData("d9", 1, "expected 1 more bytes of the value, found 0")]
    [InlineData("dbffffffff61", 5, "expected 4294967295 more bytes of the value, found 1")]
    [InlineData("c6ffffffff", 5, "expected 4294967295 more bytes of the value, found 0")]
    [InlineData("c9ffffffff01", 6, "expected 4294967295 more bytes of the value, found 0")]
    [InlineData("d8", 1, "expected 1 more bytes of the value, found 0")]
    [InlineData("d80500", 2, "expected 16 more bytes of the value, found 1")]
    [InlineData("91", 0, "expected a byte or more for each of 1 announced values, found 0 bytes")]
    [InlineData("ddffffffff", 0, "expected a byte or more for each of 4294967295 announced values, found 0 bytes")]
    [InlineData("dfffffffff", 0, "expected a byte or more for each of 8589934590 announced values, found 0 bytes")]
    [InlineData("df80000000c0", 0, "expected a byte or more for each of 4294967296 announced values, found 1 bytes")]
    [InlineData("82c0c0c0", 0, "expected a byte or more for each of 4 announced values, found 3 bytes")]
    [InlineData("dc000adc0007c0c0c0c0c0c0c0", 3, "expected a byte or more for each of 16 announced values, found 7 bytes")]
    public void ReadAndSkip_HostileBytes_AreRefusedWithPlaceAndReason(string hex, int offset, string reason)
    {
        var bytes = Convert.FromHexString(hex);

        foreach (var refusal in new[]
        {
            Assert.Throws<MessagePackException>(() => DescribedValue.Decode(bytes)),
            Assert.Throws<MessagePackException>(() => Skip(bytes)),
        })
        {
            Assert.Equal(offset, refusal.Offset);
            Assert.StartsWith($"MessagePack at offset {offset}: ", refusal.Message);
            Assert.EndsWith(reason, refusal.Message);
        }
    }

    [Theory]
    [InlineData("a1ff", "expected a string in UTF-8, found 1 bytes that are not UTF-8")]
    [InlineData("a2c080", "expected a string in UTF-8, found 2 bytes that are not UTF-8")]
    [InlineData("a3eda080", "expected a string in UTF-8, found 3 bytes that are not UTF-8")]
    [InlineData("d5ff0000", "found extension type -1 of 2 bytes")]
    [InlineData("c70cff3b9aca000000000000000000", "expected a timestamp of at most 999999999 nanoseconds, found 1000000000")]
    [InlineData("d7ffee6b280000000000", "expected a timestamp of at most 999999999 nanoseconds, found 1000000000")]
    public void Read_ContentOutsideSpecification_IsRefused(string hex, string reason)
    {
        var refusal = Assert.Throws<MessagePackException>(() => DescribedValue.Decode(Convert.FromHexString(hex)));

        Assert.Equal(0, refusal.Offset);
        Assert.EndsWith(reason, refusal.Message);
    }

    [Fact]
    public void ReadStringSpan_InvalidUtf8_GivesTheBytes() =>
        Assert.Equal([0xff, 0xfe], new MessagePackReader([0xa2, 0xff, 0xfe]).ReadStringSpan().ToArray());

    [Fact]
    public void ReadX_OtherType_IsRefusedByEveryMethod()
    {
        AssertMismatch("c3", "nil", "Boolean (0xc3)", (ref MessagePackReader reader) => reader.ReadNil());
        AssertMismatch("c0", "a boolean", "Nil (0xc0)", (ref MessagePackReader reader) => reader.ReadBoolean());
        AssertMismatch("a0", "a number", "String (0xa0)", (ref MessagePackReader reader) => reader.ReadDouble());
        AssertMismatch("c400", "a string", "Binary (0xc4)", (ref MessagePackReader reader) => reader.ReadStringSpan());
        AssertMismatch("a0", "binary data", "String (0xa0)", (ref MessagePackReader reader) => reader.ReadBytes());
        AssertMismatch("80", "an array", "Map (0x80)", (ref MessagePackReader reader) => reader.ReadArrayHeader());
        AssertMismatch("90", "a map", "Array (0x90)", (ref MessagePackReader reader) => reader.ReadMapHeader());
        AssertMismatch("05", "an extension", "Integer (0x05)", (ref MessagePackReader reader) => reader.ReadExtensionFormat());
        AssertMismatch("ca00000000", "an integer from -9223372036854775808 to 9223372036854775807", "Float (0xca)", (ref MessagePackReader reader) => reader.ReadInt64());
        AssertMismatch("c1", "nil", "the reserved byte (0xc1)", (ref MessagePackReader reader) => reader.ReadNil());
        AssertMismatch("d40500", "a timestamp (extension type -1 of 4, 8 or 12 bytes)", "extension type 5 of 1 bytes", (ref MessagePackReader reader) => reader.ReadTimestamp());
    }

    [Fact]
    public void ReadX_IntegerOutOfRange_IsRefusedWithItsValue()
    {
        const string Int32 = "an integer from -2147483648 to 2147483647";
        const string Int64 = "an integer from -9223372036854775808 to 9223372036854775807";
        const string UInt64 = "an integer from 0 to 18446744073709551615";
        AssertMismatch("ce80000000", Int32, "2147483648", (ref MessagePackReader reader) => reader.ReadInt32());
        AssertMismatch("d3ffffffff7fffffff", Int32, "-2147483649", (ref MessagePackReader reader) => reader.ReadInt32());
        AssertMismatch("cfffffffffffffffff", Int32, "18446744073709551615", (ref MessagePackReader reader) => reader.ReadInt32());
        AssertMismatch("cf8000000000000000", Int64, "9223372036854775808", (ref MessagePackReader reader) => reader.ReadInt64());
        AssertMismatch("ff", UInt64, "-1", (ref MessagePackReader reader) => reader.ReadUInt64());
        AssertMismatch("d38000000000000000", UInt64, "-9223372036854775808", (ref MessagePackReader reader) => reader.ReadUInt64());
    }

    [Fact]
    public void ReadIntegers_EdgeOfRange_AreAccepted()
    {
        Assert.Equal(int.MaxValue, new MessagePackReader(Convert.FromHexString("ce7fffffff")).ReadInt32());
        Assert.Equal(int.MinValue, new MessagePackReader(Convert.FromHexString("d280000000")).ReadInt32());
        Assert.Equal(long.MaxValue, new MessagePackReader(Convert.FromHexString("cf7fffffffffffffff")).ReadInt64());
        Assert.Equal(long.MinValue, new MessagePackReader(Convert.FromHexString("d38000000000000000")).ReadInt64());
        Assert.Equal(ulong.MaxValue, new MessagePackReader(Convert.FromHexString("cfffffffffffffffff")).ReadUInt64());
        Assert.Equal(18446744073709551615.0, new MessagePackReader(Convert.FromHexString("cfffffffffffffffff")).ReadDouble());
    }

    [Fact]
    public void TryReadNil_OtherValue_LeavesItUnread()
    {
        var reader = new MessagePackReader([MessagePackCode.Nil, 7]);

        Assert.True(reader.TryReadNil());
        Assert.False(reader.TryReadNil());
        Assert.Equal(7, reader.ReadInt32());
    }

    [Fact]
    public void ReadExtensionFormatHeader_ThenRaw_GivesTheData()
    {
        var reader = new MessagePackReader([MessagePackCode.FixExt2, 0x85, 1, 2, 3]);

        var header = reader.ReadExtensionFormatHeader();

        Assert.Equal(new ExtensionHeader(-123, 2), header);
        Assert.Equal([1, 2], reader.ReadRaw(header.Length).ToArray());
        Assert.Equal(3, reader.ReadInt32());
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("1969-12-31T23:59:59.9999999Z")]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("2026-01-02T03:04:05.6789012Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z")]
    public void ReadDateTimeOffset_Written_GivesItBack(string text)
    {
        var time = DateTimeOffset.Parse(text, null);
        using var buffer = new ByteBuffer();
        var writer = new MessagePackWriter(buffer);
        writer.Write(time);
        writer.Flush();

        Assert.Equal(time, new MessagePackReader(buffer.WrittenSpan).ReadDateTimeOffset());
    }

    [Theory]
    [InlineData(-62135596801)]
    [InlineData(253402300800)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void ReadDateTimeOffset_OutsideYears1To9999_IsRefused(long seconds) =>
        AssertMismatch(
            Convert.ToHexString(DescribedValue.Encode(DescribedValue.Time(seconds, 0))),
            "a timestamp in the years 1 to 9999",
            $"{seconds} seconds since 1970",
            (ref MessagePackReader reader) => reader.ReadDateTimeOffset());

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(MessagePackReader.DefaultMaxDepth)]
    [InlineData(MessagePackReader.LargestMaxDepth)]
    public void ReadAndSkip_OneLevelBeyondMaxDepth_AreRefused(int maxDepth)
    {
        var deepest = maxDepth == 0 ? [MessagePackCode.Nil] : Nested(maxDepth);
        var tooDeep = Nested(maxDepth + 1);

        new MessagePackReader(deepest, maxDepth).Skip();
        ReadNested(deepest, maxDepth);
        foreach (var refusal in new[]
        {
            Assert.Throws<MessagePackException>(() => new MessagePackReader(tooDeep, maxDepth).Skip()),
            Assert.Throws<MessagePackException>(() => ReadNested(tooDeep, maxDepth)),
        })
        {
            Assert.Equal(maxDepth, refusal.Offset);
            Assert.EndsWith($"expected arrays and maps nested at most {maxDepth} levels deep, found one more level", refusal.Message);
        }
    }

    [Fact]
    public void Skip_InsideOpenContainers_CountsThemIntoDepth()
    {
        var reader = new MessagePackReader(Nested(4), maxDepth: 3);
        reader.ReadArrayHeader();
        reader.ReadArrayHeader();

        Assert.Equal(2, reader.Depth);
        AssertThrows<MessagePackException>(ref reader, (ref MessagePackReader inner) => inner.Skip());
    }

    [Fact]
    public void Skip_MillionNestedMaps_IsRefusedWithoutOverflow()
    {
        var bytes = new byte[2_000_000];
        bytes.AsSpan().Fill(MessagePackCode.MinFixMap + 1);

        Assert.Throws<MessagePackException>(() => Skip(bytes));
    }

    [Fact]
    public void LeaveContainer_ManyArraysInARow_KeepsDepth()
    {
        var reader = new MessagePackReader(new byte[1000].Select(_ => MessagePackCode.MinFixArray).ToArray(), maxDepth: 1);

        while (!reader.End)
        {
            Assert.Equal(0, reader.ReadArrayHeader());
            reader.LeaveContainer();
        }

        AssertThrows<InvalidOperationException>(ref reader, (ref MessagePackReader inner) => inner.LeaveContainer());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(MessagePackReader.LargestMaxDepth + 1)]
    public void Constructor_MaxDepthOutOfRange_Throws(int maxDepth) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new MessagePackReader([], maxDepth));

    [Fact]
    public void NextMessagePackType_EveryFirstByte_AgreesWithWhatCanBeRead()
    {
        // Zeros after the first byte make a whole value of any type: lengths and counts of 0, or enough for 31 bytes.
        Span<byte> bytes = stackalloc byte[64];
        for (var code = 0; code <= byte.MaxValue; code++)
        {
            bytes[0] = (byte)code;
            if (code == MessagePackCode.NeverUsed)
            {
                var reserved = bytes.ToArray();
                Assert.Throws<MessagePackException>(() => new MessagePackReader(reserved).NextMessagePackType);
                continue;
            }
            var reader = new MessagePackReader(bytes);
            switch (reader.NextMessagePackType)
            {
                case MessagePackType.Integer: reader.ReadInt64(); break;
                case MessagePackType.Nil: reader.ReadNil(); break;
                case MessagePackType.Boolean: reader.ReadBoolean(); break;
                case MessagePackType.Float: reader.ReadDouble(); break;
                case MessagePackType.String: reader.ReadString(); break;
                case MessagePackType.Binary: reader.ReadBytes(); break;
                case MessagePackType.Array: reader.ReadArrayHeader(); break;
                case MessagePackType.Map: reader.ReadMapHeader(); break;
                case MessagePackType.Extension: reader.ReadExtensionFormat(); break;
                default: Assert.Fail($"0x{code:x2} has no type"); break;
            }
        }
    }

    [Fact]
    public void WriteAndRead_Message_AllocateNothing()
    {
        using var buffer = new ByteBuffer();
        WriteAndRead(buffer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        WriteAndRead(buffer);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void WriteAndRead(ByteBuffer buffer)
    {
        buffer.Clear();
        var writer = new MessagePackWriter(buffer);
        writer.WriteMapHeader(3);
        writer.WriteString("id"u8);
        writer.Write(123456);
        writer.Write("ratio");
        writer.Write(0.5);
        writer.Write("when");
        writer.Write(DateTimeOffset.UnixEpoch);
        writer.Flush();

        new MessagePackReader(buffer.WrittenSpan).Skip();
        var reader = new MessagePackReader(buffer.WrittenSpan);
        reader.ReadMapHeader();
        reader.ReadStringSpan();
        reader.ReadInt32();
        reader.ReadStringSpan();
        reader.ReadDouble();
        reader.ReadStringSpan();
        reader.ReadDateTimeOffset();
        reader.LeaveContainer();
    }

    private static byte[] Nested(int levels) =>
        [.. Enumerable.Repeat((byte)(MessagePackCode.MinFixArray + 1), levels - 1), MessagePackCode.MinFixArray];

    private static void ReadNested(ReadOnlySpan<byte> bytes, int maxDepth)
    {
        var reader = new MessagePackReader(bytes, maxDepth);
        DescribedValue.Read(ref reader);
    }

    private static void Skip(ReadOnlySpan<byte> bytes) => new MessagePackReader(bytes).Skip();

    private static void AssertMismatch(string hex, string expected, string found, Reading reading)
    {
        var bytes = Convert.FromHexString(hex);
        var refusal = Assert.Throws<MessagePackException>(() =>
        {
            var reader = new MessagePackReader(bytes);
            reading(ref reader);
        });
        Assert.Equal($"MessagePack at offset 0: expected {expected}, found {found}", refusal.Message);
    }

    // Assert.Throws takes a lambda, and a lambda cannot capture a reader.
    private static void AssertThrows<TException>(ref MessagePackReader reader, Reading reading)
        where TException : Exception
    {
        Exception? thrown = null;
        try
        {
            reading(ref reader);
        }
        catch (Exception exception)
        {
            thrown = exception;
        }
        Assert.IsType<TException>(thrown);
    }
}
