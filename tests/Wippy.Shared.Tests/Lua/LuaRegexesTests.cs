using Wippy.Shared.Errors;
using Wippy.Shared.Lua;

namespace Wippy.Shared.Tests.Lua;

public class LuaRegexesTests
{
    [Theory]
    [InlineData("a{1000}")]
    [InlineData("(a{10}){100}")]
    [InlineData("[{9999999}]{2,}")]
    [InlineData(@"\{9999999}")]
    [InlineData("a{x}")]
    [InlineData("[]a{9999}]")]
    [InlineData(@"[\]a{9999}]")]
    public void Compile_RepetitionsWithinTheLimit_Succeeds(string pattern)
    {
        Assert.NotNull(LuaRegexes.Compile(pattern, out _));
    }

    [Theory]
    [InlineData("(a{100}){101}")]
    [InlineData("((((((a{9}){9}){9}){9}){9}){9})")]
    [InlineData("(abcde){2,2001}")]
    [InlineData("a{99999999999999999999}")]
    [InlineData("(a{1000}b{1000}c{1000}){4}")]
    public void Compile_RepetitionsBeyondTheLimit_SaysSo(string pattern)
    {
        Assert.Null(LuaRegexes.Compile(pattern, out var problem));
        Assert.Equal(ErrorKind.LimitExceeded, problem!.Kind);
        Assert.Contains("more than 10000 parts", problem.Message);
    }

    [Theory]
    [InlineData("(", "at position 1")]
    [InlineData("a**", "nested quantifier")]
    [InlineData("(?=a)", "look-arounds")]
    [InlineData(@"(a)\1", "back references")]
    [InlineData("[[:alpha:]]", "named classes")]
    [InlineData("(?P<a>x)(?P<a>y)", "two groups are named 'a'")]
    public void Compile_NotAPattern_SaysWhatAndWhere(string pattern, string message)
    {
        Assert.Null(LuaRegexes.Compile(pattern, out var problem));
        Assert.Equal(ErrorKind.Invalid, problem!.Kind);
        Assert.Contains(message, problem.Message);
    }

    [Fact]
    public void Compile_NamedAndOtherGroups_NumbersThemAsWritten()
    {
        var regex = LuaRegexes.Compile(@"(?P<year>\d+)-(\d+)(?:[(?<]\()?(?<end>z)?", out _)!;

        Assert.Equal(["", "year", "", "end"], regex.GroupNames);
        Assert.Equal("12", regex.Regex.Match("2024-12").Groups[2].Value);
    }

    [Fact]
    public void Compile_MorePatternsThanAreKept_CompilesAll()
    {
        for (var i = 0; i < 300; i++) Assert.Matches(LuaRegexes.Compile($"^a{{{i}}}b$", out _)!.Regex, $"{new string('a', i)}b");
    }
}
