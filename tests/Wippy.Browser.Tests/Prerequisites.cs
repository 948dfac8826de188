using Wippy.LocalHosting;

namespace Wippy.Browser.Tests;

/// <summary>What these tests need beyond .NET. Where it is not to be had they are skipped, with the reason.</summary>
internal static class Prerequisites
{
    /// <summary>Debian's Chromium: <c>.ci/run</c> installs it.</summary>
    public const string Chromium = "/usr/bin/chromium";

    /// <summary>Why there is no browser; null when there is one.</summary>
    public static string? WhyNoBrowser { get; } = File.Exists(Chromium) ? null : $"{Chromium} is missing: apt-get install chromium";

    /// <summary>Why there is no dashboard; null when there is one. Installs it on first use.</summary>
    public static string? WhyNoDashboard { get; } = InstallDashboard();

    private static string? InstallDashboard()
    {
        var bundle = DashboardBundle.OfUser(TimeProvider.System);
        if (bundle.WhyUnavailable is { } why)
            return why;
        try
        {
            bundle.InstallAsync(_ => { }, CancellationToken.None).GetAwaiter().GetResult();
            return null;
        }
        catch (DistributedApplicationException e)
        {
            return e.Message;
        }
    }
}

/// <summary>A test in a browser.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        Skip = Prerequisites.WhyNoBrowser;
    }
}

/// <summary>Likewise, with several cases.</summary>
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute()
    {
        Skip = Prerequisites.WhyNoBrowser;
    }
}

/// <summary>A test of the dashboard in a browser.</summary>
public sealed class DashboardFactAttribute : FactAttribute
{
    public DashboardFactAttribute()
    {
        Skip = Prerequisites.WhyNoBrowser ?? Prerequisites.WhyNoDashboard;
    }
}
