using System.Text.Json;
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

        await page.SetViewportSizeAsync(1024, 720);
        Assert.Equal("", await page.EvaluateAsync<string>("[...document.querySelectorAll('section')].filter(card => card.scrollWidth > card.clientWidth).map(card => card.innerText).join()"));
    }

    [BrowserFact]
    public async Task Search_ByEntry_LeavesOnlyThatProcess()
    {
        var page = await deployment.OpenObserverAsync(loggedIn: true);
        await Expect(Row(page, "demo:ledger")).ToBeVisibleAsync(new() { Timeout = Wait });

        await page.GetByLabel("Search", new() { Exact = true }).FillAsync("demo:ledger");

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
        await worker.ClickAsync();
        await Expect(page.Locator("#facts")).ToContainTextAsync($"{pid} ", new() { Timeout = Wait });
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

    [BrowserFact]
    public async Task Messages_AskedFor_AreShownToWhoHasLoggedInOnly()
    {
        var page = await deployment.OpenObserverAsync(loggedIn: true);
        await Row(page, "demo:worker").ClickAsync(new() { Timeout = Wait });
        var pid = await Row(page, "demo:worker").GetAttributeAsync("data-pid");

        await page.GetByLabel("Show its messages").CheckAsync(new() { Timeout = Wait });

        await Expect(page.Locator("#messages")).ToContainTextAsync("job", new() { Timeout = Wait });
        var stranger = await deployment.OpenObserverAsync(loggedIn: false);
        var status = await stranger.EvaluateAsync<int>(
            "pid => fetch(`observer/process?messages=true&pid=${encodeURIComponent(pid)}`).then(answer => answer.status)", pid);
        Assert.Equal(403, status);
    }

    [BrowserFact]
    public async Task Entries_Searched_AreThoseThatMatch()
    {
        var page = await deployment.OpenObserverAsync(loggedIn: false);

        await page.GetByLabel("Search entries").FillAsync("security.policy");

        await Expect(page.Locator("#entries")).ToContainTextAsync("demo:entries_only", new() { Timeout = Wait });
        await Expect(page.Locator("#entry-count")).ToContainTextAsync("1 of ", new() { Timeout = Wait });
    }

    [BrowserFact]
    public async Task TenThousandProcesses_Shown_DrawOnlyThoseInViewAndAnswerTheKeyboard()
    {
        var page = await deployment.OpenObserverAsync(loggedIn: false, async page => await page.RouteAsync("**/observer/changes", route => route.FulfillAsync(new()
        {
            ContentType = "text/event-stream",
            Body = $"data: {Crowd(10_000)}\n\n",
        })));
        await Expect(page.Locator("#count")).ToContainTextAsync("10000", new() { Timeout = Wait });
        var rows = page.GetByRole(AriaRole.Treeitem);
        Assert.InRange(await rows.CountAsync(), 1, 100);

        await page.GetByRole(AriaRole.Tree).FocusAsync();
        await page.Keyboard.PressAsync("End");

        await Expect(Row(page, "demo:idler9999")).ToHaveAttributeAsync("aria-selected", "true", new() { Timeout = Wait });
        Assert.InRange(await rows.CountAsync(), 1, 100);
        await page.GetByLabel("Search", new() { Exact = true }).FillAsync("idler1234");
        await Expect(page.Locator("#count")).ToContainTextAsync("1 of 10000", new() { Timeout = Wait });
    }

    [BrowserTheory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Page_LightAndDark_CanBeReadAndEverythingHasAName(ColorScheme scheme)
    {
        var page = await deployment.OpenObserverAsync(loggedIn: true, page => page.EmulateMediaAsync(new() { ColorScheme = scheme }));
        await Row(page, "demo:worker").ClickAsync(new() { Timeout = Wait });
        await Expect(page.Locator("#facts")).ToContainTextAsync("Monitored by", new() { Timeout = Wait });

        var problems = await page.EvaluateAsync<string[]>(Accessibility);

        Assert.Empty(problems);
        await Deployment.KeepAsync(page, $"observer-{scheme}".ToLowerInvariant());
    }

    [BrowserFact]
    public async Task Keyboard_AloneSelectsAndReachesTheButtons()
    {
        var page = await deployment.OpenObserverAsync(loggedIn: true);
        await Expect(Row(page, "demo:worker")).ToBeVisibleAsync(new() { Timeout = Wait });

        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByLabel("Search", new() { Exact = true })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Tree)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeEnabledAsync(new() { Timeout = Wait });
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Terminate" })).ToBeFocusedAsync();
    }

    [BrowserFact]
    public async Task Related_Process_KeepsTheFocusWhileThePageFollowsAndOpensOnEnter()
    {
        var page = await deployment.OpenObserverAsync(loggedIn: false);
        await Row(page, "demo:worker").ClickAsync(new() { Timeout = Wait });
        var related = page.Locator("#facts").GetByRole(AriaRole.Button).First;
        var steps = page.Locator("#facts dt:has-text('Steps') + dd");
        await related.FocusAsync(new() { Timeout = Wait });
        var before = await steps.InnerTextAsync();

        // The worker does a job each moment, so this is drawn anew.
        await Expect(steps).Not.ToHaveTextAsync(before, new() { Timeout = Wait });
        await Expect(related).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator("#process-title")).Not.ToHaveTextAsync("demo:worker", new() { Timeout = Wait });
    }

    /// <summary>
    /// What can be checked without judgement: a language and a title; headings without gaps; a name for everything that is
    /// operated; scopes of headings; ids used once; text that stands out from what is behind it by 4.5 to 1.
    /// </summary>
    private const string Accessibility = """
        () => {
          const problems = [];
          if (!document.documentElement.lang || !document.title) problems.push('no language or title');
          const shown = [...document.querySelectorAll('body *')].filter(element => element.checkVisibility());
          for (const element of shown) {
            const tag = element.tagName.toLowerCase();
            const name = (element.ariaLabel || element.innerText || element.labels?.[0]?.innerText
              || document.getElementById(element.getAttribute('aria-labelledby'))?.innerText || '').trim();
            if ((['button', 'input', 'a'].includes(tag) || element.tabIndex >= 0 || ['tree', 'treeitem'].includes(element.role)) && !name) problems.push(`${tag}#${element.id} has no name`);
            if (tag === 'th' && !element.scope) problems.push(`a heading without scope: ${name}`);
          }
          const levels = shown.filter(element => /^H[1-6]$/.test(element.tagName)).map(element => +element.tagName[1]);
          if (levels[0] !== 1 || levels.some((level, i) => i > 0 && level > levels[i - 1] + 1)) problems.push(`headings ${levels}`);
          const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
          for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) problems.push(`two of #${id}`);

          const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
          const pixel = (colours) => {
            canvas.clearRect(0, 0, 1, 1);
            for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
            return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
          };
          const luminance = (rgb) => {
            const [r, g, b] = rgb.map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          for (const element of shown) {
            if (element.disabled || ![...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())) continue;
            const behind = [];
            for (let other = element; other; other = other.parentElement) behind.unshift(getComputedStyle(other).backgroundColor);
            const [light, dark] = [luminance(pixel(behind)), luminance(pixel([...behind, getComputedStyle(element).color]))].sort((a, b) => b - a);
            const ratio = (light + 0.05) / (dark + 0.05);
            if (ratio < 4.5) problems.push(`${element.tagName} '${element.textContent.trim().slice(0, 20)}' has contrast ${ratio.toFixed(2)}`);
          }
          return problems;
        }
        """;

    private static string Crowd(int count) => JsonSerializer.Serialize(new
    {
        mayEnd = false,
        nodes = new[]
        {
            new
            {
                node = "user.crowd", zone = "user", registryVersion = 0, entries = 1, deadLetters = 0, denials = 0, hosts = Array.Empty<object>(), channels = Array.Empty<object>(),
                services = Array.Empty<object>(), recentDenials = Array.Empty<object>(), recentFailures = Array.Empty<object>(),
            },
        },
        changed = Enumerable.Range(0, count).Select(i => new
        {
            pid = $"{{user.crowd@demo:sandbox|0x{i:x5}}}", entry = $"demo:idler{i}", host = "demo:sandbox", state = "Idle", mailbox = 0, memory = 7_000, steps = 2, parent = "", actor = (string?)null,
        }),
        gone = Array.Empty<string>(),
    });

    private static ILocator Row(IPage page, string entry) => page.GetByRole(AriaRole.Treeitem).Filter(new() { HasText = entry }).First;
}
