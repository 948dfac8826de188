using System.Text.Json.Nodes;
using Wippy.Shared.MessagePack;

namespace Wippy.Shared.Tests.MessagePack;

/// <summary>Random and damaged bytes: every reading method either succeeds or throws <see cref="MessagePackException"/>.</summary>
public class MessagePackMutationTests
{
    private const int Rounds = 1500;
    private const int MaxLength = 200;

    private static readonly Reading[] Readings =
    [
        (ref reader) => reader.Skip(),
        (ref reader) => reader.ReadRaw(),
        (ref reader) => reader.ReadNil(),
        (ref reader) => reader.TryReadNil(),
        (ref reader) => reader.ReadBoolean(),
        (ref reader) => reader.ReadInt32(),
        (ref reader) => reader.ReadInt64(),
        (ref reader) => reader.ReadUInt64(),
        (ref reader) => reader.ReadDouble(),
        (ref reader) => reader.ReadStringSpan(),
        (ref reader) => reader.ReadString(),
        (ref reader) => reader.ReadBytes(),
        (ref reader) => reader.ReadArrayHeader(),
        (ref reader) => reader.ReadMapHeader(),
        (ref reader) => reader.ReadExtensionFormatHeader(),
        (ref reader) => reader.ReadExtensionFormat(),
        (ref reader) => reader.ReadTimestamp(),
        (ref reader) => reader.ReadDateTimeOffset(),
    ];

    private static readonly byte[][] ShortSamples =
        [.. SampleValues.All().Select(DescribedValue.Encode).Where(bytes => bytes.Length <= MaxLength)];

    private delegate void Reading(ref MessagePackReader reader);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Read_RandomBytes_ThrowsNothingButMessagePackException(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = new byte[random.Next(MaxLength)];
            random.NextBytes(bytes);
            Check(bytes, seed, round);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Read_DamagedMessage_ThrowsNothingButMessagePackException(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = ShortSamples[random.Next(ShortSamples.Length)].ToList();
            for (var damage = random.Next(1, 4); damage > 0; damage--) Damage(bytes, random);
            Check([.. bytes], seed, round);
        }
    }

    private static void Damage(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        switch (random.Next(5))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                // Codes from 0x80 on are the headers: they change the structure and not only a number.
                bytes[at] = (byte)random.Next(MessagePackCode.MinFixMap, 256);
                break;
            case 2:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 3:
                bytes.InsertRange(at, ShortSamples[random.Next(ShortSamples.Length)]);
                break;
            default:
                bytes.RemoveRange(at, random.Next(bytes.Count - at + 1));
                break;
        }
    }

    private static void Check(byte[] bytes, int seed, int round)
    {
        try
        {
            foreach (var reading in Readings) ReadOrRefuse(bytes, reading);
            JsonNode? description = null;
            var read = ReadOrRefuse(bytes, (ref MessagePackReader reader) => description = DescribedValue.Read(ref reader));
            if (read is null) return;

            Assert.Equal(read, ReadOrRefuse(bytes, (ref MessagePackReader reader) => reader.Skip()));
            DescribedValue.AssertSame(description!, DescribedValue.Decode(DescribedValue.Encode(description!)));
        }
        catch (Exception exception)
        {
            Assert.Fail($"seed {seed}, round {round}, bytes {Convert.ToHexStringLower(bytes)}: {exception}");
        }
    }

    /// <returns>Bytes consumed, or null when refused.</returns>
    private static int? ReadOrRefuse(byte[] bytes, Reading reading)
    {
        var reader = new MessagePackReader(bytes);
        try
        {
            reading(ref reader);
            Assert.InRange(reader.Consumed, 0, bytes.Length);
            return reader.Consumed;
        }
        catch (MessagePackException refusal)
        {
            Assert.InRange(refusal.Offset, 0, bytes.Length);
            return null;
        }
    }
}
