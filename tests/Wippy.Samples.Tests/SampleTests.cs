namespace Wippy.Samples.Tests;

/// <summary>Each folder in <c>samples</c> does what its README says.</summary>
public class SampleTests
{
    private const string Fence = "```";
    private const string Prompt = "$ ";

    // A web server prints nothing; HttpSampleTests asks it.
    private const string WebServer = "09-http";

    /// <summary>Every sample.</summary>
    internal static IEnumerable<string> Folders => Directory.GetDirectories(Repository.PathOf("samples")).Select(folder => Path.GetFileName(folder)).Order();

    public static TheoryData<string> Samples() => new(Folders.Where(name => name != WebServer));

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Command_OfReadme_PrintsExpectedOutput(string sample)
    {
        var (command, _) = Console(sample);

        var result = await WippyProcess.RunAsync(command);

        Assert.Equal(ExpectedOutput(sample), result.Output);
        Assert.Equal(0, result.ExitCode);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Readme_ShowsExpectedOutput(string sample) => Assert.Equal(ExpectedOutput(sample), Console(sample).Output);

    internal static string ExpectedOutput(string sample) => File.ReadAllText(Repository.PathOf($"samples/{sample}/expected.txt"));

    // The block ```console: a line `$ wippy run ...`, then what it prints.
    internal static (string[] Command, string Output) Console(string sample)
    {
        var block = File.ReadLines(Repository.PathOf($"samples/{sample}/README.md"))
            .SkipWhile(line => line != $"{Fence}console")
            .Skip(1)
            .TakeWhile(line => line != Fence)
            .ToList();
        Assert.StartsWith($"{Prompt}wippy run samples/{sample} ", block.FirstOrDefault() ?? "");
        return (block[0][Prompt.Length..].Split(' ')[1..], string.Concat(block.Skip(1).Select(line => line + "\n")));
    }
}
