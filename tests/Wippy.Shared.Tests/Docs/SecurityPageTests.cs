using System.Text.RegularExpressions;
using Wippy.Shared.Hosting;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Docs;

/// <summary>docs/security.md names tests that exist and shows what the command line prints.</summary>
public class SecurityPageTests
{
    private static readonly string Page = File.ReadAllText(Repository.PathOf("docs/security.md"));

    [Fact]
    public void Threats_TestsNamed_Exist()
    {
        var tests = typeof(SecurityPageTests).Assembly.GetTypes().SelectMany(type => type.GetMethods().Select(method => $"{type.Name}.{method.Name}")).ToHashSet();
        var named = Regex.Matches(Page, @"`(\w+Tests\.\w+)`").Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, test => Assert.Contains(test, tests));
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
