using System.Text;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Tests.Identity;

public class PidTests
{
    [Theory]
    [InlineData("", "app:user", 1)]
    [InlineData("", "app:user", 0xfffff)]
    [InlineData("", "app:user", 0x100000)]
    [InlineData("", "app:user", ulong.MaxValue)]
    [InlineData("user-1.k3x9", "app:user", 0x1f)]
    [InlineData("", "app:größe", 0xabcdef)]
    public void TryFormat_EnoughRoom_IsTheTextForm(string node, string host, ulong number)
    {
        var pid = new Pid(node, host, number);
        var utf8 = new byte[256];
        Assert.True(pid.TryFormat(utf8, out var length));
        Assert.Equal(pid.ToString(), Encoding.UTF8.GetString(utf8, 0, length));
    }

    [Fact]
    public void TryFormat_TooLittleRoom_WritesNothing()
    {
        var utf8 = new byte[8];
        Assert.False(new Pid("", "app:user", 1).TryFormat(utf8, out var length));
        Assert.Equal(0, length);
        Assert.All(utf8, b => Assert.Equal(0, b));
    }
}
