using System.Text;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Tests.Identity;

public class PidTests
{
    public static TheoryData<string, string, string, ulong> Parsed => new()
    {
        { "{app:processes|0x0001f}", "", "app:processes", 0x1f },
        { "{user-1.k3x9@app:workers|0x00001}", "user-1.k3x9", "app:workers", 1 },
        { "{a@b@c|0x1}", "a", "b@c", 1 },
        { "{a|b|0x2}", "", "a", 2 },
        { "{|0x00001}", "", "", 1 },
        { "{@h|0x00001}", "", "h", 1 },
        { "{h|0xffffffffffffffff}", "", "h", ulong.MaxValue },
        { "{h|0xABCDE}", "", "h", 0xabcde },
    };

    [Theory]
    [MemberData(nameof(Parsed))]
    public void TryParse_TextOfAPid_GivesItsParts(string text, string node, string host, ulong number)
    {
        Assert.True(Pid.TryParse(text, out var pid));
        Assert.Equal(new Pid(node, host, number), pid);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{|}")]
    [InlineData("name")]
    [InlineData("{h|0x0}")]
    [InlineData("{h|1f}")]
    [InlineData("{h|0x}")]
    [InlineData("{h|0x-1}")]
    [InlineData("{h|0x 1}")]
    [InlineData("{h|0x1ffffffffffffffff}")]
    [InlineData("{h|0x1")]
    [InlineData("h|0x1}")]
    [InlineData("{h0x1}")]
    [InlineData(null)]
    public void TryParse_AnythingElse_IsNoPid(string? text) => Assert.False(Pid.TryParse(text, out _));

    [Fact]
    public void TryParse_AnyText_AgreesWithPidText()
    {
        var random = new Random(4711);
        const string Alphabet = "{}|@x0x1fF a:";
        for (var i = 0; i < 50_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            if (i % 2 == 0) text = $"{{{text}|0x{random.Next(3)}}}";
            var isPid = Pid.TryParse(text, out var pid);
            Assert.True(isPid == PidText.TryParse(Encoding.UTF8.GetBytes(text), out var parts), text);
            if (isPid) Assert.True(pid == parts.ToPid(), text);
        }
    }

    [Theory]
    [InlineData("", "app:h", 1, "{app:h|0x00001}")]
    [InlineData("n", "app:h", 0xfffff, "{n@app:h|0xfffff}")]
    [InlineData("n", "app:h", 0x100000, "{n@app:h|0x100000}")]
    public void ToString_AndTryFormat_GiveTheTextForm(string node, string host, ulong number, string expected)
    {
        var pid = new Pid(node, host, number);
        Assert.Equal(expected, pid.ToString());
        Span<byte> buffer = stackalloc byte[expected.Length];
        Assert.True(pid.TryFormat(buffer, out var length));
        Assert.Equal(expected, Encoding.UTF8.GetString(buffer[..length]));
        Assert.False(pid.TryFormat(buffer[..^1], out _));
        Assert.True(Pid.TryParse(expected, out var parsed));
        Assert.Equal(pid, parsed);
    }

    [Fact]
    public void None_PrintsAsNobodyAndIsNoPid()
    {
        Assert.Equal("{|}", Pid.None.ToString());
        Assert.True(Pid.None.IsNone);
        Assert.True(default(Pid).IsNone);
        Assert.False(new Pid("", "h", 1).IsNone);
    }

    [Fact]
    public void PidText_Is_ComparesNodeHostAndNothingLess()
    {
        var pid = new Pid("n", "app:h", 5);
        Assert.True(PidText.TryParse("{n@app:h|0x00005}"u8, out var same));
        Assert.True(same.Is(pid, "app:h"u8));
        Assert.True(PidText.TryParse("{m@app:h|0x00005}"u8, out var otherNode));
        Assert.False(otherNode.Is(pid, "app:h"u8));
        Assert.True(PidText.TryParse("{app:h|0x00005}"u8, out var noNode));
        Assert.False(noNode.Is(pid, "app:h"u8));
    }

    [Fact]
    public void WithoutNode_OfANamedNode_DropsIt() =>
        Assert.Equal("{app:h|0x00005}", new Pid("n", "app:h", 5).WithoutNode().ToString());
}
