using System.Text.RegularExpressions;

namespace Wippy.Samples.Tests;

/// <summary>docs/cli.md names every command and option, and its examples print what it shows.</summary>
public sealed class CommandLinePageTests
{
    private static readonly string Page = File.ReadAllText(Repository.PathOf("docs/cli.md"));

    [Theory]
    [InlineData("run")]
    [InlineData("test")]
    [InlineData("check")]
    [InlineData("connect")]
    [InlineData("ps")]
    [InlineData("top")]
    [InlineData("init")]
    public async Task Page_HasEveryOptionOfACommand(string command)
    {
        var help = await WippyProcess.RunAsync(command, "--help");

        Assert.Contains($"## wippy {command}", Page);
        var options = Regex.Matches(help.Output[help.Output.IndexOf("Options:", StringComparison.Ordinal)..], @"(?<=^ .*?)--[a-z-]+", RegexOptions.Multiline);
        Assert.NotEmpty(options);
        foreach (Match option in options) Assert.Contains($"`{option.Value}", Page);
    }

    [Fact]
    public async Task Page_HasEveryCommand()
    {
        var help = await WippyProcess.RunAsync("--help");

        var commands = Regex.Matches(help.Output[help.Output.IndexOf("Commands:", StringComparison.Ordinal)..], "^  ([a-z]+)", RegexOptions.Multiline);
        Assert.NotEmpty(commands);
        foreach (Match command in commands) Assert.Contains($"## wippy {command.Groups[1].Value}", Page);
    }

    public static TheoryData<string, string> Examples()
    {
        var examples = new TheoryData<string, string>();
        foreach (Match block in Regex.Matches(Page, "^```console\n\\$ wippy (.*)\n((?:.*\n)*?)```$", RegexOptions.Multiline)) examples.Add(block.Groups[1].Value, block.Groups[2].Value);
        return examples;
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task Example_PrintsWhatThePageShows(string arguments, string output)
    {
        var result = await WippyProcess.RunAsync(arguments.Split(' '));

        Assert.Equal(output, result.Output + result.Errors);
    }
}
