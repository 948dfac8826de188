using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Tests.Messaging;

public class PayloadTests
{
    [Fact]
    public void Empty_IsAnEmptyArrayThatCountsNothing()
    {
        Assert.Equal([0x90], Payload.Empty.Span.ToArray());
        Assert.Equal(0, Payload.Empty.Length);
        Payload.Empty.Return();   // nothing to give back
    }

    [Fact]
    public void Copy_OfBytes_IsIndependentOfThem()
    {
        byte[] bytes = [0x92, 1, 2];
        var payload = Payload.Copy(bytes);
        bytes[1] = 9;
        Assert.Equal([0x92, 1, 2], payload.Span.ToArray());
        Assert.Equal(3, payload.Length);
        payload.Return();
    }

    [Fact]
    public void ReadArguments_OfWrittenValues_GivesThemBack()
    {
        object?[] values =
        [
            null, true, 42L, long.MinValue, 1.5, "text", "", new List<object?> { 1L, "x" },
            new Dictionary<string, object?> { ["a"] = 1L, ["b"] = null },
        ];
        Assert.Equal(values, PayloadValues.ReadArguments(Written(values)));
    }

    [Fact]
    public void ReadArguments_TextThatIsNotUtf8_IsBytes()
    {
        var read = PayloadValues.ReadArguments(Written([new byte[] { 0xff, 0x00 }]));
        Assert.Equal(new byte[] { 0xff, 0x00 }, read[0]);
    }

    [Fact]
    public void ReadArguments_ErrorExtension_IsItsMessage()
    {
        byte[] body = [0x95, 0xa0, 0xa4, .. "oops"u8, 0xc0, 0xc0, 0xc0];
        byte[] payload = [0x91, 0xc7, (byte)body.Length, 1, .. body];
        Assert.Equal("oops", PayloadValues.ReadArguments(payload)[0]);
    }

    [Fact]
    public void WriteArguments_ValueThatCannotBeSent_NamesItsType()
    {
        using var buffer = new ByteBuffer();
        var exception = Assert.Throws<ArgumentException>(() => PayloadValues.WriteArguments(buffer, [DateTime.UnixEpoch]));
        Assert.Contains("System.DateTime", exception.Message);
    }

    private static byte[] Written(IReadOnlyList<object?> values)
    {
        using var buffer = new ByteBuffer();
        PayloadValues.WriteArguments(buffer, values);
        return buffer.WrittenSpan.ToArray();
    }
}
