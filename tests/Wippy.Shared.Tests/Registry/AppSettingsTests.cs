using Wippy.Shared.Registry;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Registry;

public class AppSettingsTests
{
    [Theory]
    [InlineData("security: {strict_mode: true}", true)]
    [InlineData("security: {strict_mode: false}", false)]
    [InlineData("security:\n  strict_mode: true\nlogger: {level: debug}", true)]
    [InlineData("logger: {level: debug}", false)]
    [InlineData("security: {}", false)]
    [InlineData("", false)]
    [InlineData("[1, 2]", false)]
    public void Read_StrictMode(string yaml, bool expected)
    {
        var loaded = Load(yaml);
        Assert.Equal("", loaded.ToString());
        Assert.Equal(expected, loaded.Settings.StrictSecurity);
    }

    [Theory]
    [InlineData("security: {strict_mode: yes}", ".wippy.yaml:1:25: error: security.strict_mode: expected true or false, got yes")]
    [InlineData("security: {strict_mode: [true]}", ".wippy.yaml:1:25: error: security.strict_mode: expected true or false, got something else")]
    [InlineData("security: {", ".wippy.yaml:2:1: error: not valid YAML: ")]
    public void Read_Malformed_IsAProblem(string yaml, string expected)
    {
        var loaded = Load(yaml);
        Assert.Null(loaded.Snapshot);
        Assert.Contains(expected, loaded.ToString());
    }

    [Fact]
    public void Read_NoFile_Defaults()
    {
        using var app = new TempFolder().With("_index.yaml", "namespace: app\nentries: []\n");
        Assert.False(AppLoader.Load(app.Path).Settings.StrictSecurity);
    }

    private static LoadResult Load(string yaml)
    {
        using var app = new TempFolder().With("src/_index.yaml", "namespace: app\nentries: []\n").With(".wippy.yaml", yaml);
        return AppLoader.Load(app.Path);
    }
}
