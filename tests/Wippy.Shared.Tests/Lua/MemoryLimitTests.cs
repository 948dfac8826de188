using Wippy.Shared.Errors;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Lua;

public class MemoryLimitTests
{
    [Theory]
    [InlineData("local t = {} for i = 1, 1e9 do t[i] = {} end")]
    [InlineData("local s = 'x' while true do s = s .. s end")]
    [InlineData("return #('x'):rep(1e9)")]
    [InlineData("local t = {} while true do t[#t + 1] = coroutine.create(function() end) end")]
    [InlineData("local t = {} while true do t[#t + 1] = channel.new() end")]
    [InlineData("local t = {} while true do pcall(function() while true do t[#t + 1] = ('x'):rep(1000) .. #t end end) error('given up') end")]
    [InlineData("local t, s = {}, '[' .. ('[{}],'):rep(200000) .. '1]' while true do t[#t + 1] = assert(json.decode(s)) end")]
    public void UserProcess_UsesMoreThanItsLimit_EndsAndNothingElse(string body)
    {
        using var node = TestNode.WithLua(
            ("hog", $"return {{ main = function() {body} end }}"),
            ("neighbour", "return { main = function() return process.inbox():receive():topic() end }"));
        var neighbour = node.Spawn("neighbour");
        var hog = node.Spawn("hog");
        Assert.NotNull(hog.Result?.Error);
        Assert.Null(neighbour.Result);
    }

    [Fact]
    public void UserProcess_TableBomb_SaysWhichLimit()
    {
        using var node = TestNode.WithLua(("hog", "return { main = function() local t = {} for i = 1, 1e9 do t[i] = {} end end }"));
        var error = node.Spawn("hog").Result!.Error!;
        Assert.Equal(ErrorKind.LimitExceeded, error.Kind);
        Assert.Equal("app:hog needs more than the 64 MB of memory a process may use here", error.Message);
    }

    [Fact]
    public void UserProcess_MakesGarbageForLong_LivesOn()
    {
        using var node = TestNode.WithLua(("busy", """
            return { main = function()
              local n = 0
              for i = 1, 300 do local s = ("x"):rep(1000000) .. i; n = n + #s end
              for i = 1, 200000 do local c = channel.new() end
              return n
            end }
            """));
        Assert.Equal(300_000_792L, node.Run("busy"));
    }
}
