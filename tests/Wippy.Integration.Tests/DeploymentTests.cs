using System.Diagnostics;
using System.Net;

namespace Wippy.Integration.Tests;

public sealed class DeploymentTests(RunningDeployment deployment) : IClassFixture<RunningDeployment>
{
    [Theory]
    [InlineData("system", "/health")]
    [InlineData("user", "/health")]
    [InlineData("terminal", "/health")]
    [InlineData("system", "/alive")]
    [InlineData("user", "/alive")]
    [InlineData("terminal", "/alive")]
    public async Task Service_HealthEndpoints_Answer(string service, string path)
    {
        using var client = deployment.App.CreateHttpClient(service, "http");

        using var response = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(1, 20_000, 0.0)]
    [InlineData(2, 300_000, 0.02)]
    [InlineData(3, 11_000_000, 0.0005)]
    public async Task WordCount_AcrossServices_CountsWhatIsThere(int seed, int bytes, double poisoned)
    {
        var text = WordCounts.Text(seed, bytes, poisoned);
        deployment.Folder.With($"{seed}.txt", text);

        var result = await deployment.ConnectAsync("count", "--", "--workers", "3", "--poison", WordCounts.Poison, Path.Combine(deployment.Folder.Path, $"{seed}.txt"));

        Assert.Equal(WordCounts.Expected([text]), result.Output);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task WordCount_OneFileMissing_CountsTheOthersAndFails()
    {
        deployment.Folder.With("there.txt", "so it is");

        var result = await deployment.ConnectAsync("count", "--", Path.Combine(deployment.Folder.Path, "not-there.txt"), Path.Combine(deployment.Folder.Path, "there.txt"));

        Assert.Equal("1 is\n1 it\n1 so\n", result.Output);
        Assert.Contains("not-there.txt: no such file", result.Errors);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task Worker_SendsAnythingButCounts_IsRefusedByTheSystemService()
    {
        deployment.Folder.With("few.txt", "one two");

        await deployment.ConnectAsync("count", "--", Path.Combine(deployment.Folder.Path, "few.txt"));

        var line = await deployment.WaitForLogAsync("system", "topic 'secrets'");
        Assert.Contains("denied: wordcount:worker", line);
        Assert.Contains("decided by channel:user-system", line);
    }

    [Fact]
    public async Task Connect_UnknownCommand_NamesThoseThereAre()
    {
        var result = await deployment.ConnectAsync("cuont");

        Assert.Contains("no command 'cuont'", result.Errors);
        Assert.Contains("commands: count", result.Errors);
        Assert.Equal(1, result.ExitCode);
    }

    [Fact]
    public async Task Connect_WithoutProgram_RunsOneLineAfterTheOther()
    {
        deployment.Folder.With("two words.txt", "so it is");
        var path = Path.Combine(deployment.Folder.Path, "two words.txt");

        var result = await deployment.ConnectAndTypeAsync($"count --workers 1 \"{path}\"", "", "cuont", "help", $"count -- '{path}'", "exit", "count never");

        const string counts = "1 is\n1 it\n1 so\n";
        const string help = "Commands of this app, with their arguments behind them; Ctrl+C cancels one:\n  count            Counts words: [--workers N] [--poison WORD] PATH...\n";
        Assert.Equal(counts + help + counts, result.Output);
        Assert.Contains("no command 'cuont'", result.Errors);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Ps_RunningDeployment_ListsProcessesOfTheSystemService()
    {
        var result = await deployment.LookAsync("ps");

        Assert.Matches("^PID +ENTRY +HOST +STATE +MAILBOX +MEMORY +STEPS\n", result.Output);
        Assert.Matches(@"\n\{system\.\w+@node:control\|0x\w+\} +node:control +node:control +(Ready|Running|Blocked|Idle) +\d+ +- +\d+\n", result.Output);
        Assert.Equal(("", 0), (result.Errors, result.ExitCode));
    }

    [Fact]
    public async Task Ps_Limit_ShowsNoMore()
    {
        var result = await deployment.LookAsync("ps", "--limit", "1", "--sort", "memory");

        Assert.Equal(2, result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Top_IntoAPipe_LooksOnceInPlainText()
    {
        var result = await deployment.LookAsync("top", "--sort", "steps");

        Assert.Matches(@"^\d+ nodes?, \d+ process(es)?, \d+ services?, \d+ denials?, \d+ dead letters?\nPID ", result.Output);
        Assert.Contains("@node:control|", result.Output);
        Assert.DoesNotContain('\e', result.Output);
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public void ConnectFile_Written_IsForItsOwnerOnly()
    {
        if (OperatingSystem.IsWindows()) return;   // no such modes there
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(deployment.ConnectFile));
    }
}

/// <summary>Each of these ends services, so each has a deployment of its own.</summary>
public sealed class LostServiceTests : IAsyncLifetime
{
    private readonly RunningDeployment _deployment = new();

    /// <inheritdoc/>
    public Task InitializeAsync() => _deployment.InitializeAsync();

    /// <inheritdoc/>
    public Task DisposeAsync() => _deployment.DisposeAsync();

    [Fact]
    public async Task WordCount_UserServiceKilledMeanwhile_SaysSoAndEnds()
    {
        var path = Path.Combine(_deployment.Folder.Path, "endless");
        // A pipe that is never closed: the run cannot be over before the service is killed.
        using (var mkfifo = Process.Start("mkfifo", path)) await mkfifo.WaitForExitAsync();
        var run = _deployment.ConnectAsync("count", "--", path);
        await using var pipe = new FileStream(path, FileMode.Open, FileAccess.Write);
        await pipe.WriteAsync("some words\n"u8.ToArray());
        await pipe.FlushAsync();
        var pid = await _deployment.WaitHealthyAsync("user");

        await _deployment.WaitForLogAsync("system", "topic 'secrets'");   // a worker runs
        using (var user = Process.GetProcessById(pid)) user.Kill(entireProcessTree: true);

        var result = await run;
        Assert.Contains("lost the workers: node down: user.", result.Errors);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("(", await _deployment.WaitForLogAsync("system", "node down: user."));
        await _deployment.WaitHealthyAsync("system");
    }

    [Fact]
    public async Task User_Restarted_TakesPartAgain()
    {
        var old = await _deployment.WaitHealthyAsync("user");

        var result = await _deployment.App.ResourceCommands.ExecuteCommandAsync("user", KnownResourceCommands.RestartCommand);

        Assert.True(result.Success, result.Message);
        Assert.NotEqual(old, await _deployment.WaitHealthyAsync("user"));
        _deployment.Folder.With("few.txt", "one two one");
        var count = await _deployment.ConnectAsync("count", "--", Path.Combine(_deployment.Folder.Path, "few.txt"));
        Assert.Equal(("2 one\n1 two\n", 0), (count.Output, count.ExitCode));
    }

    [Fact]
    public async Task Connect_NoUserNode_SaysWhatIsMissing()
    {
        var pid = await _deployment.WaitHealthyAsync("user");
        using (var user = Process.GetProcessById(pid)) user.Kill(entireProcessTree: true);
        await _deployment.WaitForLogAsync("system", "node down: user.");

        var result = await _deployment.ConnectAsync("count", "--", "x");

        Assert.Contains("has no user node", result.Errors);
        Assert.Equal(1, result.ExitCode);
    }
}
