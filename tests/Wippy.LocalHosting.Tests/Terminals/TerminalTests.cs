using Microsoft.Extensions.DependencyInjection;

namespace Wippy.LocalHosting.Tests.Terminals;

#pragma warning disable ASPIRETERMINAL001

/// <summary>Programs on terminals of the dashboard's bundle.</summary>
public sealed class TerminalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wippy-terminal-").FullName;

    private string Said => Path.Combine(_folder, "said");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [BundleFact]
    public async Task WithTerminal_Program_RunsOnATerminalOfThatSizeAndItsExitCodeIsKnown()
    {
        await using var app = await StartAsync($"(test -t 0 && test -t 1 && stty size; echo \"$TEXT\") > '{Said}' 2>&1 < /dev/tty; test -t 1 && exit 3");

        var change = await app.WaitAsync("program", KnownResourceStates.Exited);

        Assert.Equal(3, change.Snapshot.ExitCode);
        Assert.Equal("{{ not a template }}\n", await File.ReadAllTextAsync(Said));
    }

    [BundleFact]
    public async Task WithTerminal_Program_IsFoundByTheDashboardAndStopsWhenAsked()
    {
        await using var app = await StartAsync($"trap 'exit 5' TERM; stty size > {Said}; while true; do sleep 0.1; done");

        var change = await app.WaitAsync("program", snapshot => snapshot.State?.Text == KnownResourceStates.Running && File.Exists(Said));
        var properties = change.Snapshot.Properties.ToDictionary(property => property.Name);
        var stop = await app.ResourceCommands.ExecuteCommandAsync("program", KnownResourceCommands.StopCommand);

        Assert.Equal("true", properties["terminal.enabled"].Value);
        Assert.True(properties["terminal.consumerUdsPath"].IsSensitive);
        Assert.True(File.Exists((string)properties["terminal.consumerUdsPath"].Value!));
        Assert.True(stop.Success, stop.Message);
        // The size asked for, until the bundle's terminal host is connected and, as long as nobody looks, makes it its own.
        Assert.Contains(await File.ReadAllTextAsync(Said), (string[])["30 100\n", "24 80\n"]);
        Assert.Equal(5, (await app.WaitAsync("program", KnownResourceStates.Exited)).Snapshot.ExitCode);
    }

    [BundleFact]
    public async Task WithTerminal_ProgramThatDoesNotStop_IsKilledWithTheApplication()
    {
        var app = await StartAsync("trap '' TERM HUP; echo $$ > '" + Said + "'; while true; do sleep 0.1; done");
        var pid = (await app.WaitAsync("program", KnownResourceStates.Running)).Pid();

        await app.DisposeAsync();

        Assert.Throws<ArgumentException>(() => System.Diagnostics.Process.GetProcessById(pid));
    }

    [Fact]
    public async Task WithTerminal_NoDashboard_RunsWithoutOne()
    {
        await using var app = await TestApplication.StartAsync(builder => builder.AddScript("program", "test -t 1 || exit 3").WithTerminal());

        var change = await app.WaitAsync("program", KnownResourceStates.Exited);

        Assert.Equal(3, change.Snapshot.ExitCode);
        Assert.DoesNotContain(change.Snapshot.Properties, property => property.Name.StartsWith("terminal.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(100, 0)]
    public void WithTerminal_NoSize_IsRefused(int columns, int rows)
    {
        var builder = DistributedApplication.CreateBuilder([]);

        Assert.Throws<ArgumentOutOfRangeException>(() =>
            builder.AddExecutable("program", "sh", "/").WithTerminal(terminal => (terminal.Columns, terminal.Rows) = (columns, rows)));
    }

    private static async Task<DistributedApplication> StartAsync(string script)
    {
        var builder = DistributedApplicationTestingBuilder.Create(["--LocalHosting:StopGrace", "00:00:02"], (options, _) => options.DisableDashboard = false);
        builder.AddScript("program", script).WithEnvironment("TEXT", "{{ not a template }}")
            .WithTerminal(terminal => (terminal.Columns, terminal.Rows) = (100, 30));
        var app = await builder.BuildAsync();
        await app.StartAsync();
        return app;
    }

    /// <summary>A test that needs the bundle; other tests and the first run of an AppHost install it.</summary>
    private sealed class BundleFactAttribute : FactAttribute
    {
        public BundleFactAttribute()
        {
            if (!DashboardBundle.OfUser(TimeProvider.System).IsInstalled)
                Skip = "The dashboard's bundle is not installed: tests/Wippy.Browser.Tests does that.";
        }
    }
}
