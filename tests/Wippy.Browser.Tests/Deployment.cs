using Microsoft.Extensions.DependencyInjection;
using Wippy.LocalHosting;
using Wippy.Testing;

namespace Wippy.Browser.Tests;

/// <summary>The real AppHost with its three services, the dashboard and a browser. Every wait has a safety limit.</summary>
public sealed class Deployment : IAsyncLifetime
{
    private static readonly TimeSpan Safety = TimeSpan.FromSeconds(90);

    private readonly TempFolder _folder = new();
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The application.</summary>
    public DistributedApplication App { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Prerequisites.WhyNoBrowser is not null)
            return;
        var app = Path.Combine(Repository.Root, "tests", "Wippy.Browser.Tests", "app");
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Wippy_AppHost>(
            ["--App", app, "--ConnectFile", Path.Combine(_folder.Path, "connect.json")],
            (options, _) => options.DisableDashboard = Prerequisites.WhyNoDashboard is not null);
        App = await builder.BuildAsync();
        await App.StartAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Prerequisites.Chromium,
            Args =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
        foreach (var service in (string[])["system", "user", "terminal"])
            await WaitHealthyAsync(service);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (App is not null)
            await App.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>A page of the dashboard, logged in.</summary>
    public async Task<IPage> OpenDashboardAsync(string path = "/")
    {
        var login = await App.Services.GetRequiredService<Dashboard>().Login.WaitAsync(Safety)
            ?? throw new InvalidOperationException("The dashboard has not started.");
        var page = await NewPageAsync();
        await page.GotoAsync(login.AbsoluteUri);
        if (path != "/")
            await page.GotoAsync(new Uri(login, path).AbsoluteUri);
        return page;
    }

    /// <summary>The observer's page.</summary>
    /// <param name="loggedIn">Whether through the address that the AppHost prints.</param>
    /// <param name="prepare">Done to the page before it is opened.</param>
    public async Task<IPage> OpenObserverAsync(bool loggedIn, Func<IPage, Task>? prepare = null)
    {
        var page = await NewPageAsync();
        if (prepare is not null)
            await prepare(page);
        var urls = App.ResourceNotifications.Replicas("system").Single().Snapshot.Urls;
        var login = urls.Single(url => url.Url.Contains("/login")).Url;
        await page.GotoAsync(loggedIn ? login : new Uri(new Uri(login), "/").AbsoluteUri);
        return page;
    }

    public async Task WaitHealthyAsync(string resource)
    {
        using var safety = new CancellationTokenSource(Safety);
        await App.ResourceNotifications.WaitForResourceHealthyAsync(resource, safety.Token);
    }

    public async Task WaitForStateAsync(string resource, string state)
    {
        using var safety = new CancellationTokenSource(Safety);
        await App.ResourceNotifications.WaitForResourceAsync(resource, state, safety.Token);
    }

    /// <summary>Keeps a picture of the page beside the test's output.</summary>
    public static Task KeepAsync(IPage page, string name) =>
        page.ScreenshotAsync(new() { Path = Path.Combine(AppContext.BaseDirectory, "screenshots", name + ".png") });

    /// <summary>A page with cookies of its own.</summary>
    private async Task<IPage> NewPageAsync()
    {
        var page = await _browser!.NewPageAsync(new() { ViewportSize = new() { Width = 1280, Height = 720 } });
        page.SetDefaultTimeout((float)Safety.TotalMilliseconds);
        return page;
    }
}

/// <summary>The tests share one deployment and take turns.</summary>
[CollectionDefinition(Name)]
public sealed class DeploymentCollection : ICollectionFixture<Deployment>
{
    public const string Name = "deployment";
}
