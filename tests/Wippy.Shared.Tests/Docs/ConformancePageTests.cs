using System.Text.RegularExpressions;
using Wippy.Shared.Tests.Lua;
using Wippy.Testing;

namespace Wippy.Shared.Tests.Docs;

/// <summary>docs/conformance.md names every test in Lua about the process model; that its links lead to files is tested with those of all pages.</summary>
public class ConformancePageTests
{
    private static readonly string[] Subjects =
    [
        "channel", "control", "coroutine", "ctx", "ends", "environment", "errors", "events", "exec", "funcs", "http", "io", "logger", "messages", "names", "os", "payload",
        "process", "receive", "relations", "security", "spawn", "spawner", "time", "types", "upgrade", "uuid",
    ];

    [Fact]
    public void EveryLuaTestOfItsSubjects_IsNamed()
    {
        var named = Regex.Matches(File.ReadAllText(Repository.PathOf("docs/conformance.md")), @"\]\(\.\./tests/lua/([\w/]+)\.lua\)").Select(match => match.Groups[1].Value);

        Assert.Empty(LuaTestFile.All().Concat(LuaTestFile.ForRequests()).Where(test => Subjects.Contains(test.Split('/')[0])).Except(named));
    }

    [Fact]
    public void EveryRule_HasATest()
    {
        var rules = File.ReadLines(Repository.PathOf("docs/conformance.md"))
            .TakeWhile(line => line != "## Decided against")
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !Regex.IsMatch(line, @"^\| (Rule|Module|---) ?\|"))
            .ToList();

        Assert.NotEmpty(rules);
        Assert.All(rules, rule => Assert.Matches(@"\]\(\.\./(tests|samples)/", rule.Split('|')[2]));
    }
}
