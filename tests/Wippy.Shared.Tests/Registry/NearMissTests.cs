using Wippy.Shared.Registry;

namespace Wippy.Shared.Tests.Registry;

public sealed class NearMissTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("flaw", "lawn", 2)]
    [InlineData("same", "same", 0)]
    [InlineData("tiem", "time", 1)]
    [InlineData("ab", "ba", 1)]
    [InlineData("ca", "abc", 3)]
    public void Distance_CountsTheFewestChanges(string a, string b, int expected) => Assert.Equal(expected, NearMiss.Distance(a, b));

    [Theory]
    [InlineData("metod", " (did you mean 'method'?)")]
    [InlineData("sorce", " (did you mean 'source'?)")]
    [InlineData("suorec", " (did you mean 'source'?)")]
    [InlineData("colour", "")] // too far from everything
    [InlineData("aa", " (did you mean 'ab'?)")] // ab and ac are equally near
    public void Suggest_NamesTheNearestIfItIsNear(string name, string expected) =>
        Assert.Equal(expected, NearMiss.Suggest(name, ["method", "source", "ac", "ab"]));
}
