using System.Text.RegularExpressions;
using Wippy.Shared.Hosting;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Docs;

/// <summary>docs/security.md and docs/reliability.md name tests that exist, and the former shows what the command line prints.</summary>
public class SecurityPageTests
{
    private static readonly string Page = File.ReadAllText(Repository.PathOf("docs/security.md"));

    [Theory]
    [InlineData("security")]
    [InlineData("reliability")]
    public void Page_TestsNamed_Exist(string page)
    {
        var sources = Directory.GetDirectories(Repository.PathOf("tests"), "Wippy.*").SelectMany(project => Directory.GetFiles(project, "*Tests.cs", SearchOption.AllDirectories)).Select(File.ReadAllText).ToList();
        var named = Regex.Matches(File.ReadAllText(Repository.PathOf($"docs/{page}.md")), @"`(\w+Tests)\.(\w+)`").Select(match => (Class: match.Groups[1].Value, Method: match.Groups[2].Value)).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, test => Assert.Contains(sources, source => source.Contains($" class {test.Class}", StringComparison.Ordinal) && source.Contains($" {test.Method}(", StringComparison.Ordinal)));
    }

    [Fact]
    public void Example_Answer_IsWhatTheCommandSays()
    {
        var snapshot = App.Load(Repository.PathOf("samples/10-quota")).Snapshot!;
        var answer = SendCheck.Ask(snapshot, strict: false, "app.user:guests", "app.system:quota", "quota.set", out _)!;
        Assert.Contains(string.Join('\n', answer.Lines), Page);
        Assert.False(answer.IsAllowed);
    }
}
