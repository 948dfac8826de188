using System.Globalization;
using System.Text;
using Wippy.Shared.Lua;

namespace Wippy.Shared.Tests.Lua;

public class LuaNumberTextTests
{
    [Theory]
    [InlineData(2.0, "2")]
    [InlineData(-2.0, "-2")]
    [InlineData(0.0, "0")]
    [InlineData(-0.0, "-0")]
    [InlineData(0.1 + 0.2, "0.30000000000000004")]
    [InlineData(1.5, "1.5")]
    [InlineData(123456789.25, "123456789.25")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(1e-7, "1e-07")]
    [InlineData(1.25e-10, "1.25e-10")]
    [InlineData(1e15, "1000000000000000")]
    [InlineData(-1e15, "-1000000000000000")]
    [InlineData(1234567890123456.7, "1234567890123456.8")]
    [InlineData(12345678901234567.0, "12345678901234568")]
    [InlineData(1.5e20, "150000000000000000000")]
    [InlineData(1e20, "100000000000000000000")]
    [InlineData(1e21, "1e+21")]
    [InlineData(-1.5e21, "-1.5e+21")]
    [InlineData(1e100, "1e+100")]
    [InlineData(double.MaxValue, "1.7976931348623157e+308")]
    [InlineData(double.Epsilon, "5e-324")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    public void Format_Float_IsShortAndHasNoPointIfWhole(double value, string expected) => Assert.Equal(expected, Text(value));

    [Fact]
    public void Format_AnyFloat_ReadsBackAsItself()
    {
        var random = new Random(7);
        for (var i = 0; i < 100_000; i++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (i % 2 == 0) value = Math.ScaleB(random.NextDouble() - 0.5, random.Next(-20, 80));
            if (!double.IsFinite(value)) continue;
            Assert.Equal(value, double.Parse(Text(value), CultureInfo.InvariantCulture));
        }
    }

    private static string Text(double value)
    {
        Span<byte> text = stackalloc byte[LuaNumberText.MaxLength];
        return Encoding.ASCII.GetString(text[..LuaNumberText.Format(value, text)]);
    }
}
