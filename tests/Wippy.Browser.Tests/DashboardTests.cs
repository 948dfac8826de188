using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Wippy.Browser.Tests;

/// <summary>The real dashboard, as a person uses it.</summary>
[Collection(DeploymentCollection.Name)]
public sealed partial class DashboardTests(Deployment deployment)
{
    private const float Wait = 60_000;

    [DashboardFact]
    public async Task Resources_AllServices_AreListedAndRun()
    {
        var page = await deployment.OpenDashboardAsync();

        foreach (var project in (string[])["Wippy.SystemHost", "Wippy.UserHost", "Wippy.TerminalHost"])
        {
            var row = Row(page, project);
            await Expect(row).ToContainTextAsync("Running", new() { Timeout = Wait });
            await Expect(row).Not.ToContainTextAsync("Unhealthy", new() { Timeout = Wait });
        }
        await Deployment.KeepAsync(page, "resources");
    }

    [DashboardFact]
    public async Task StructuredLogs_OfALuaProgram_ArriveWithItsFields()
    {
        var page = await deployment.OpenDashboardAsync("/structuredlogs/resource/user");

        await Expect(page.GetByText("job done").First).ToBeVisibleAsync(new() { Timeout = Wait });
    }

    [DashboardFact]
    public async Task StructuredLogs_Filtered_AreThoseThatMatch()
    {
        var page = await deployment.OpenDashboardAsync("/structuredlogs");
        await Expect(page.GetByText("job done").First).ToBeVisibleAsync(new() { Timeout = Wait });

        await page.Locator("input[placeholder='Filter...']").FillAsync("node joined");

        await Expect(page.GetByText("node joined").First).ToBeVisibleAsync(new() { Timeout = Wait });
        await Expect(page.GetByText("job done")).ToHaveCountAsync(0, new() { Timeout = Wait });
        await Deployment.KeepAsync(page, "structured-logs");
    }

    [DashboardFact]
    public async Task ConsoleLogs_Filtered_AreThoseThatMatch()
    {
        var page = await deployment.OpenDashboardAsync("/consolelogs/resource/user");
        await Expect(page.GetByText("job done").First).ToBeVisibleAsync(new() { Timeout = Wait });

        await page.Locator("input[placeholder='Filter...']").FillAsync("node joined");

        await Expect(page.GetByText("node joined").First).ToBeVisibleAsync(new() { Timeout = Wait });
        await Expect(page.GetByText("job done")).ToHaveCountAsync(0, new() { Timeout = Wait });
        await Deployment.KeepAsync(page, "console-logs");
    }

    [DashboardFact]
    public async Task Traces_OneJob_GoesThroughThreeServices()
    {
        // A list that grows while somebody clicks into it may lose the click, so the trace is opened by its address.
        var list = await deployment.OpenDashboardAsync("/traces/resource/terminal");
        // Newer rows come above it, and their parts may come one after the other: one that has both.
        var row = list.GetByRole(AriaRole.Row, new() { NameRegex = TraceId() }).Filter(new() { HasText = "demo:desk wakes" }).First;
        // Of what is sure to have it: a row may be drawn anew just when it is read.
        var title = await row.Locator("[title*='Trace Id: ']").First.GetAttributeAsync("title", new() { Timeout = Wait });
        var trace = TraceId().Match(title!).Groups[1].Value;
        var page = await deployment.OpenDashboardAsync($"/traces/detail/{trace}");

        await Expect(page.GetByText("demo:worker job").First).ToBeVisibleAsync(new() { Timeout = Wait });
        await Expect(page.GetByText("demo:ledger entry").First).ToBeVisibleAsync(new() { Timeout = Wait });
        await Expect(page.GetByText("erase denied").First).ToBeVisibleAsync(new() { Timeout = Wait });
        await Deployment.KeepAsync(page, "trace");
    }

    [DashboardFact]
    public async Task Commands_StopAndStart_AreDoneToTheResource()
    {
        var page = await deployment.OpenDashboardAsync();
        var row = Row(page, "Wippy.TerminalHost");

        await row.GetByTitle("Stop resource").First.ClickAsync();
        await deployment.WaitForStateAsync("terminal", KnownResourceStates.Exited);
        await Expect(row).ToContainTextAsync("Exited", new() { Timeout = Wait });
        await Deployment.KeepAsync(page, "stopped");
        await row.GetByTitle("Start resource").First.ClickAsync();

        await deployment.WaitForStateAsync("terminal", KnownResourceStates.Running);
        await deployment.WaitHealthyAsync("terminal");
    }

    private static ILocator Row(IPage page, string project) => page.GetByRole(AriaRole.Row).Filter(new() { HasText = $"{project}.csproj" });

    [GeneratedRegex("Trace Id: ([0-9a-f]{32})")]
    private static partial Regex TraceId();
}
