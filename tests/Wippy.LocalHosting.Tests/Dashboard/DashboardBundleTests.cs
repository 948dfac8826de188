namespace Wippy.LocalHosting.Tests.Dashboard;

/// <summary>How the dashboard gets into the cache folder, with an npm that only pretends.</summary>
public sealed class DashboardBundleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("wippy-bundle-").FullName;
    private readonly List<string> _progress = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Install_PackageWithABundle_PutsItIntoPlaceAndCleansUp()
    {
        var bundle = Bundle(Npm("""
            bin=node_modules/@microsoft/aspire-cli-linux-x64/bin
            mkdir -p $bin
            cat > $bin/aspire <<'END'
            #!/bin/sh
            mkdir -p "$HOME/.aspire/versions/x/managed"
            echo > "$HOME/.aspire/versions/x/managed/aspire-managed"
            END
            chmod +x $bin/aspire
            """));

        await bundle.InstallAsync(_progress.Add, CancellationToken.None);

        Assert.True(bundle.IsInstalled);
        Assert.Null(bundle.WhyUnavailable);
        Assert.Equal(2, _progress.Count);
        Assert.Equal([DashboardBundle.Version], Directory.GetDirectories(Root).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Install_InstalledBundle_DoesNothing()
    {
        var bundle = Bundle(Npm("exit 1"));
        Directory.CreateDirectory(Path.GetDirectoryName(bundle.Program)!);
        await File.WriteAllTextAsync(bundle.Program, "");

        await bundle.InstallAsync(_progress.Add, CancellationToken.None);

        Assert.Empty(_progress);
    }

    [Fact]
    public async Task Install_NpmFails_NamesWhatNpmSaid()
    {
        var bundle = Bundle(Npm("echo 'network is down' >&2; exit 3"));

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(() => bundle.InstallAsync(_progress.Add, CancellationToken.None));

        Assert.Equal("'npm ci' ended with exit code 3: network is down", error.Message);
        Assert.False(bundle.IsInstalled);
        Assert.Empty(Directory.GetDirectories(Root));
    }

    [Fact]
    public async Task Install_Npm_GetsTheLockFileWithIntegrityAndWithoutAddresses()
    {
        var bundle = Bundle(Npm($"cp package-lock.json '{_folder}/seen'; exit 1"));

        await Assert.ThrowsAsync<DistributedApplicationException>(() => bundle.InstallAsync(_progress.Add, CancellationToken.None));

        var seen = await File.ReadAllTextAsync(Path.Combine(_folder, "seen"));
        Assert.Contains($"\"version\": \"{DashboardBundle.Version}\"", seen);
        Assert.Contains("\"integrity\": \"sha512-", seen);
        Assert.DoesNotContain("resolved", seen);
    }

    [Fact]
    public async Task Install_Cancelled_EndsNpm()
    {
        var bundle = Bundle(Npm("exec sleep 1000"));
        using var cancel = new CancellationTokenSource();

        var install = bundle.InstallAsync(_ => cancel.Cancel(), cancel.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => install.WaitAsync(TestApplication.Safety));
        Assert.Empty(Directory.GetDirectories(Root));
    }

    [Fact]
    public void WhyUnavailable_WithoutNpm_SaysSo()
    {
        var bundle = Bundle(npm: null);

        Assert.Contains("npm", bundle.WhyUnavailable);
    }

    private string Root => Path.Combine(_folder, "cache");

    private DashboardBundle Bundle(string? npm) => new(Root, npm, TimeProvider.System);

    private string Npm(string script)
    {
        var path = Path.Combine(_folder, "npm");
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        return TestApplication.MakeExecutable(path);
    }
}
