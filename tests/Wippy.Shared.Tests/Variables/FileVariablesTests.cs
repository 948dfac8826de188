using Wippy.Shared.Errors;
using Wippy.Shared.Variables;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Variables;

public class FileVariablesTests
{
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

    [Fact]
    public void Set_NewAndKnownNames_KeepsTheRestOfTheFile()
    {
        using var folder = new TempFolder().With(".env", "# settings\nexport A=1\n\nB = 'two words' # really\n");
        var path = Path.Combine(folder.Path, ".env");
        var variables = new FileVariables(path, autoCreate: false, FileMode, FolderMode);

        Assert.Null(variables.Set("A", "one"));
        Assert.Null(variables.Set("C", "line\n\"quoted\""));

        Assert.Equal("# settings\nA=one\n\nB = 'two words' # really\nC=\"line\\n\\\"quoted\\\"\"\n", File.ReadAllText(path));
        var again = new FileVariables(path, autoCreate: false, FileMode, FolderMode);
        Assert.Equal(("one", "two words", "line\n\"quoted\"", null), (again.Get("A"), again.Get("B"), again.Get("C"), again.Get("D")));
    }

    [Fact]
    public void Set_FileIsMissing_IsMadeOnlyWhenAllowed()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "sub", ".env");

        var refused = new FileVariables(path, autoCreate: false, FileMode, FolderMode);
        Assert.Null(refused.Get("A"));
        Assert.Equal(
            (ErrorKind.Unavailable, $"environment file {path} does not exist, and auto_create is off"),
            (refused.Set("A", "1")!.Kind, refused.Set("A", "1")!.Message));
        Assert.False(Directory.Exists(Path.GetDirectoryName(path)));

        var allowed = new FileVariables(path, autoCreate: true, FileMode, FolderMode);
        Assert.Null(allowed.Get("A"));
        Assert.Null(allowed.Set("A", "1"));
        Assert.Equal("A=1\n", File.ReadAllText(path));
        if (!OperatingSystem.IsWindows()) Assert.Equal((FileMode, FolderMode), (File.GetUnixFileMode(path), File.GetUnixFileMode(Path.GetDirectoryName(path)!)));
    }

    [Fact]
    public void Get_PathIsAFolder_HasNoValueAndRefusesWrites()
    {
        using var folder = new TempFolder();
        var variables = new FileVariables(folder.Path, autoCreate: true, FileMode, FolderMode);

        Assert.Null(variables.Get("A"));
        Assert.Equal(ErrorKind.Unavailable, variables.Set("A", "1")!.Kind);
        Assert.Null(variables.Get("A"));
    }

    [Theory]
    [InlineData("A=1", "1")]
    [InlineData("A=", "")]
    [InlineData(" A = x y ", "x y")]
    [InlineData("A=x # comment", "x")]
    [InlineData("A=x#y", "x#y")]
    [InlineData("A='a # b'", "a # b")]
    [InlineData("A=\"a\\tb\\\\\"", "a\tb\\")]
    [InlineData("A=#", "")]
    [InlineData("A=1\nA=2", "2")]
    [InlineData("A=1\r\nB=2", "1")]
    [InlineData("# A=1", null)]
    [InlineData("nonsense", null)]
    [InlineData("AB=1", null)]
    [InlineData("", null)]
    public void Get_Notations_AreUnderstood(string text, string? value) => Assert.Equal(value, new DotEnv(text).Get("A"));

    [Theory]
    [InlineData("simple")]
    [InlineData("with space")]
    [InlineData("")]
    [InlineData("\\\"'#\n\r\t=é")]
    public void Set_AnyValue_IsReadBack(string value)
    {
        var file = new DotEnv("");
        file.Set("A", value);
        Assert.Equal(value, new DotEnv(file.ToString()).Get("A"));
    }
}
