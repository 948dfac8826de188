using Wippy.Shared.Identity;

namespace Wippy.Shared.Tests.Identity;

public class EntryIdTests
{
    [Theory]
    [InlineData("app:worker", "app", "worker")]
    [InlineData("app.http:get.user-v1", "app.http", "get.user-v1")]
    [InlineData("a:b:c", "a", "b:c")]
    public void TryParse_NamespaceAndName_SplitsAtTheFirstColon(string text, string ns, string name)
    {
        Assert.True(EntryId.TryParse(text, out var id));
        Assert.Equal(new EntryId(ns, name), id);
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("worker")]
    [InlineData(":worker")]
    [InlineData("app:")]
    [InlineData(null)]
    public void TryParse_PartMissing_IsNoId(string? text) => Assert.False(EntryId.TryParse(text, out _));

    [Theory]
    [InlineData("worker", "app", "app:worker")]
    [InlineData("lib:worker", "app", "lib:worker")]
    public void TryResolve_BareName_IsInTheGivenNamespace(string text, string ns, string expected)
    {
        Assert.True(EntryId.TryResolve(text, ns, out var id));
        Assert.Equal(expected, id.ToString());
    }

    [Fact]
    public void Parse_NoId_SaysWhatItShouldBe() =>
        Assert.Contains("namespace:name", Assert.Throws<FormatException>(() => EntryId.Parse("worker")).Message);
}
