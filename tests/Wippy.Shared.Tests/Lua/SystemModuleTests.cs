using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

/// <summary>What programs do to the runtime they run in.</summary>
public class SystemModuleTests
{
    [Theory]
    [InlineData("system", "3", 3)]
    [InlineData("terminal", "", 0)]
    public void Exit_InATrustedZone_EndsTheRuntimeWithTheCode(string host, string code, int expected)
    {
        using var node = TestNode.WithLua(("main", $"return {{ main = function() return system.exit({code}) end }}"));
        var codes = new List<int>();
        node.Node.Exit = codes.Add;

        Assert.Equal(true, node.Run("main", host));

        Assert.Equal([expected], codes);
    }

    [Fact]
    public void Exit_InTheUserZone_IsRefused()
    {
        using var node = TestNode.WithLua(("main", "return { main = function() return select(2, system.exit(3)):message() end }"));
        var codes = new List<int>();
        node.Node.Exit = codes.Add;

        Assert.Equal("not allowed: system.exit", node.Run("main"));

        Assert.Empty(codes);
    }
}
