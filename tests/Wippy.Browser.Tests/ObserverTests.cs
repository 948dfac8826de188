using static Microsoft.Playwright.Assertions;

namespace Wippy.Browser.Tests;

/// <summary>The observer's page on the system service.</summary>
[Collection(DeploymentCollection.Name)]
public sealed class ObserverTests(Deployment deployment)
{
    private const float Wait = 60_000;

    [BrowserFact]
    public async Task Tree_ProcessesOfAllNodes_AreShownWithServicesAndChannels()
    {
        var page = await deployment.OpenObserverAsync(loggedIn: true);

        foreach (var entry in (string[])["demo:desk", "demo:worker", "demo:ledger"])
            await Expect(Row(page, entry)).ToBeVisibleAsync(new() { Timeout = Wait });
        await Expect(page.Locator("#services")).ToContainTextAsync("demo:worker_service");
        await Expect(page.Locator("#hosts")).ToContainTextAsync("demo:sandbox");
        await Expect(page.Locator("#channels")).ToContainTextAsync("user.");
        await Deployment.KeepAsync(page, "observer");
    }

    [BrowserFact]
    public async Task Search_ByEntry_LeavesOnlyThatProcess()
    {
        var page = await deployment.OpenObserverAsync(loggedIn: true);
        await Expect(Row(page, "demo:ledger")).ToBeVisibleAsync(new() { Timeout = Wait });

        await page.GetByLabel("Search").FillAsync("demo:ledger");

        await Expect(page.GetByRole(AriaRole.Treeitem)).ToHaveCountAsync(1, new() { Timeout = Wait });
        await Expect(page.Locator("#count")).ToContainTextAsync("1 of ");
    }

    [BrowserFact]
    public async Task Denials_OfAPolicy_AreShown()
    {
        var page = await deployment.OpenObserverAsync(loggedIn: false);

        await Expect(page.Locator("#denials")).ToContainTextAsync("topic erase", new() { Timeout = Wait });
    }

    [BrowserFact]
    public async Task Terminate_LoggedIn_EndsTheProcessAndItsServiceStartsAnother()
    {
        var page = await deployment.OpenObserverAsync(loggedIn: true);
        var worker = Row(page, "demo:worker");
        await worker.ClickAsync(new() { Timeout = Wait });
        var pid = await worker.GetAttributeAsync("data-pid");

        await page.GetByRole(AriaRole.Button, new() { Name = "Terminate" }).ClickAsync();

        await Expect(page.GetByText("The process has ended")).ToBeVisibleAsync(new() { Timeout = Wait });
        await Expect(worker).Not.ToHaveAttributeAsync("data-pid", pid!, new() { Timeout = Wait });
    }

    [BrowserFact]
    public async Task Terminate_NotLoggedIn_IsRefused()
    {
        var page = await deployment.OpenObserverAsync(loggedIn: false);
        var ledger = Row(page, "demo:ledger");
        await ledger.ClickAsync(new() { Timeout = Wait });
        var pid = await ledger.GetAttributeAsync("data-pid");

        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Terminate" })).ToBeDisabledAsync(new() { Timeout = Wait });
        var status = await page.EvaluateAsync<int>(
            "pid => fetch(`observer/terminate?pid=${encodeURIComponent(pid)}`, { method: 'POST', headers: { 'X-Wippy-Observer': '1' } }).then(answer => answer.status)", pid);

        Assert.Equal(403, status);
        await Expect(ledger).ToHaveAttributeAsync("data-pid", pid!);
    }

    private static ILocator Row(IPage page, string entry) => page.GetByRole(AriaRole.Treeitem).Filter(new() { HasText = entry }).First;
}
