using Wippy.Shared.Registry;

namespace Wippy.Shared.Tests.Registry;

/// <summary>Cases from Go's own <c>time_test.go</c>.</summary>
public sealed class GoDurationTests
{
    private const long Millisecond = 1_000_000;
    private const long Second = 1_000 * Millisecond;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;

    [Theory]
    [InlineData("0", 0)]
    [InlineData("5s", 5 * Second)]
    [InlineData("30s", 30 * Second)]
    [InlineData("1478s", 1478 * Second)]
    [InlineData("-5s", -5 * Second)]
    [InlineData("+5s", 5 * Second)]
    [InlineData("-0", 0)]
    [InlineData("+0", 0)]
    [InlineData("5.0s", 5 * Second)]
    [InlineData("5.6s", 5 * Second + 600 * Millisecond)]
    [InlineData("5.s", 5 * Second)]
    [InlineData(".5s", 500 * Millisecond)]
    [InlineData("1.0040s", Second + 4 * Millisecond)]
    [InlineData("10ns", 10)]
    [InlineData("11us", 11_000)]
    [InlineData("12\u00b5s", 12_000)]
    [InlineData("12\u03bcs", 12_000)]
    [InlineData("13ms", 13 * Millisecond)]
    [InlineData("15m", 15 * Minute)]
    [InlineData("16h", 16 * Hour)]
    [InlineData("3h30m", 3 * Hour + 30 * Minute)]
    [InlineData("10.5s4m", 4 * Minute + 10 * Second + 500 * Millisecond)]
    [InlineData("-2m3.4s", -(2 * Minute + 3 * Second + 400 * Millisecond))]
    [InlineData("1h2m3s4ms5us6ns", Hour + 2 * Minute + 3 * Second + 4 * Millisecond + 5_006)]
    [InlineData("52763797000ns", 52763797000)]
    [InlineData("0.3333333333333333333h", 20 * Minute)]
    [InlineData("9007199254740993ns", (1L << 53) + 1)]
    [InlineData("9223372036854775807ns", long.MaxValue)]
    [InlineData("9223372036s775ms807us", 9223372036775807000)]
    [InlineData("-9223372036854775808ns", long.MinValue)]
    [InlineData("-9223372036s854ms775us808ns", long.MinValue)]
    [InlineData("0.100000000000000000000h", 6 * Minute)]
    [InlineData("0.830103483285477580700h", 49 * Minute + 48 * Second + 372539827)]
    public void TryParse_Valid_GivesNanoseconds(string text, long expected)
    {
        Assert.True(GoDuration.TryParse(text, out long nanoseconds));
        Assert.Equal(expected, nanoseconds);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("-")]
    [InlineData("s")]
    [InlineData(".")]
    [InlineData("-.")]
    [InlineData(".s")]
    [InlineData("+.s")]
    [InlineData("1d")]
    [InlineData("1s ")]
    [InlineData(" 1s")]
    [InlineData("1.2.3s")]
    [InlineData("1s2")]
    [InlineData("--1s")]
    [InlineData("٣s")]
    [InlineData("3000000h")]
    [InlineData("9223372036854775808ns")]
    [InlineData("9223372036854ms775us808ns")]
    [InlineData("-9223372036854775809ns")]
    [InlineData("99999999999999999999s")]
    public void TryParse_Invalid_IsRefused(string? text) => Assert.False(GoDuration.TryParse(text, out long _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ns")]
    [InlineData(1_100, "1.1µs")]
    [InlineData(2_200_000, "2.2ms")]
    [InlineData(3_300_000_000, "3.3s")]
    [InlineData(4 * Minute + 5 * Second, "4m5s")]
    [InlineData(4 * Minute + 5 * Second + Millisecond, "4m5.001s")]
    [InlineData(5 * Hour + 6 * Minute + 7 * Second + Millisecond, "5h6m7.001s")]
    [InlineData(8 * Minute + 1, "8m0.000000001s")]
    [InlineData(Hour, "1h0m0s")]
    [InlineData(-90 * Second, "-1m30s")]
    [InlineData(long.MaxValue, "2562047h47m16.854775807s")]
    [InlineData(long.MinValue, "-2562047h47m16.854775808s")]
    public void Format_IsGosText_AndParsesBack(long nanoseconds, string expected)
    {
        Assert.Equal(expected, GoDuration.Format(nanoseconds));
        Assert.True(GoDuration.TryParse(expected, out long parsed));
        Assert.Equal(nanoseconds, parsed);
    }

    [Fact]
    public void TimeSpan_BothWays()
    {
        Assert.True(GoDuration.TryParse("1m30s", out TimeSpan duration));
        Assert.Equal(TimeSpan.FromSeconds(90), duration);
        Assert.Equal("1m30s", GoDuration.Format(duration));
        Assert.Throws<OverflowException>(() => GoDuration.Format(TimeSpan.MaxValue));
    }
}
