using static Microsoft.Playwright.Assertions;

namespace Wippy.Browser.Tests;

/// <summary>The terminal of the terminal service, as a person uses it in the dashboard.</summary>
[Collection(DeploymentCollection.Name)]
public sealed class TerminalTests(Deployment deployment)
{
    private const float Wait = 60_000;

    [DashboardFact]
    public async Task Prompt_CommandTyped_RunsAndReadsWhatIsTyped()
    {
        var page = await deployment.OpenDashboardAsync("/consolelogs/resource/terminal");
        var screen = page.Locator(".xterm-rows");
        await Expect(screen).ToContainTextAsync("Greets whoever is there", new() { Timeout = Wait });

        await TypeAsync(page, "greet 'Good morning'");
        await Expect(screen).ToContainTextAsync("Who is there?", new() { Timeout = Wait });
        await TypeAsync(page, "Ada");

        await Expect(screen).ToContainTextAsync("Good morning, Ada!", new() { Timeout = Wait });
        await Deployment.KeepAsync(page, "terminal");
    }

    [DashboardFact]
    public async Task CtrlC_WhileAProgramRuns_CancelsItAndTheServiceGoesOn()
    {
        var page = await deployment.OpenDashboardAsync("/consolelogs/resource/terminal");
        var screen = page.Locator(".xterm-rows");
        await TypeAsync(page, "wait");
        await Expect(screen).ToContainTextAsync("waiting", new() { Timeout = Wait });

        await page.Keyboard.PressAsync("Control+c");
        await Expect(screen).ToContainTextAsync("cancelled", new() { Timeout = Wait });
        await TypeAsync(page, "nonsense");

        await Expect(screen).ToContainTextAsync("no command 'nonsense'", new() { Timeout = Wait });
    }

    [DashboardFact]
    public async Task Restart_OfTheService_ShowsAPromptAgain()
    {
        var page = await deployment.OpenDashboardAsync("/consolelogs/resource/terminal");
        var screen = page.Locator(".xterm-rows");
        await Expect(screen).ToContainTextAsync("> ", new() { Timeout = Wait });

        var restarted = await deployment.App.ResourceCommands.ExecuteCommandAsync("terminal", KnownResourceCommands.RestartCommand);
        await deployment.WaitHealthyAsync("terminal");

        Assert.True(restarted.Success, restarted.Message);
        await TypeAsync(page, "greet Again");
        await Expect(screen).ToContainTextAsync("Who is there?", new() { Timeout = Wait });
        await TypeAsync(page, "Bo");
        await Expect(screen).ToContainTextAsync("Again, Bo!", new() { Timeout = Wait });
    }

    private static async Task TypeAsync(IPage page, string line)
    {
        var input = page.GetByLabel("Terminal input");
        await input.PressSequentiallyAsync(line, new() { Timeout = Wait });
        await input.PressAsync("Enter");
    }
}
