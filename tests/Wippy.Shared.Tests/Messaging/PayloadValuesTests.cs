using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;

namespace Wippy.Shared.Tests.Messaging;

public class PayloadValuesTests
{
    /// <summary>Whole numbers stay whole, however they are encoded.</summary>
    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(4_294_967_296L)]
    [InlineData(1_700_000_000_000L)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Read_WholeNumber_IsALong(long number)
    {
        using var buffer = new ByteBuffer();
        PayloadValues.WriteArguments(buffer, [number]);
        Assert.Equal([(object?)number], PayloadValues.ReadArguments(buffer.WrittenSpan));
    }

    [Fact]
    public void Read_LargerThanALong_IsADouble() =>
        Assert.Equal([(object?)18446744073709551615.0], PayloadValues.ReadArguments([0x91, 0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]));
}
