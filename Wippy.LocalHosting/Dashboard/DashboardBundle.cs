using System.Diagnostics;
using System.Runtime.InteropServices;
using Aspire.Hosting;

namespace Wippy.LocalHosting;

/// <summary>
/// The programs of the real Aspire dashboard in the user's cache folder. They come with a package of npm: 1. npm installs it
/// as the lock file beside this class says, integrity included; 2. its program unpacks what it carries; 3. the result is moved to
/// its place, so that it is there whole or not at all. AppHosts that do this at the same time wait for each other.
/// </summary>
internal sealed class DashboardBundle
{
    /// <summary>Of the package.</summary>
    public const string Version = "13.5.4";

    private const string Package = "@microsoft/aspire-cli-linux-x64";

    private static readonly TimeSpan LockInterval = TimeSpan.FromSeconds(1);

    private readonly string _root;
    private readonly string? _npm;
    private readonly TimeProvider _time;

    /// <param name="root">Folder that holds one folder per version.</param>
    /// <param name="npm">Path of npm, or null without one.</param>
    /// <param name="time">For waiting.</param>
    public DashboardBundle(string root, string? npm, TimeProvider time)
    {
        _root = root;
        _npm = npm;
        _time = time;
    }

    /// <summary>In the cache folder of the user, with the npm of <c>PATH</c>.</summary>
    public static DashboardBundle OfUser(TimeProvider time) => new(Path.Combine(CacheFolder(), "wippy-aspire", "dashboard"), ChildProcess.Find("npm", "/"), time);

    /// <summary>Absolute path of the dashboard's program.</summary>
    public string Program => Path.Combine(Folder, "managed", "aspire-managed");

    /// <summary>Absolute path of the program that runs others on terminals.</summary>
    public string Dcp => Path.Combine(Folder, "dcp", "dcp");

    /// <summary>Whether it can be started as it is.</summary>
    public bool IsInstalled => File.Exists(Program);

    /// <summary>Why it can never be had here; null when it is there or can be tried.</summary>
    public string? WhyUnavailable =>
        IsInstalled ? null
        : !OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64 ? $"it is installed on Linux x64 only, this is {RuntimeInformation.RuntimeIdentifier}"
        : _npm is null ? "npm, which installs it, is not in PATH"
        : null;

    private string Folder => Path.Combine(_root, Version);

    /// <summary>Installs it, unless somebody else does so meanwhile.</summary>
    /// <param name="progress">Told each step, in words.</param>
    /// <param name="cancellationToken">Ends the installation; the next one begins anew.</param>
    /// <exception cref="DistributedApplicationException">It could not be installed.</exception>
    public async Task InstallAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_root);
        using var alone = await LockAsync(progress, cancellationToken).ConfigureAwait(false);
        if (IsInstalled)
            return;
        var staging = Path.Combine(_root, "installing");
        try
        {
            Clear(staging);
            progress($"npm installs {Package} {Version}, once (about 150 MB)");
            WriteManifest(staging);
            await RunAsync(_npm!, ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"], staging, home: null, cancellationToken).ConfigureAwait(false);
            progress("unpacking it");
            // Its own home: with another folder it would unpack to both at once and may look at the one that is not ready.
            var unpackedTo = Path.Combine(staging, ".aspire");
            var unpacker = Path.Combine(staging, "node_modules", Package, "bin", "aspire");
            await RunAsync(unpacker, ["setup", "--install-path", unpackedTo, "--non-interactive", "--nologo"], staging, home: staging, cancellationToken).ConfigureAwait(false);
            var versions = Path.Combine(unpackedTo, "versions");
            var unpacked = Directory.Exists(versions) ? Directory.GetDirectories(versions) : [];
            if (unpacked.Length != 1)
                throw new DistributedApplicationException($"'{unpacker} setup' has unpacked {unpacked.Length} versions, expected 1.");
            Directory.Move(unpacked[0], Folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"{_root} cannot be used: {e.Message}");
        }
        finally
        {
            Clear(staging);
        }
    }

    private static string CacheFolder()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(home, ".cache");
    }

    private async Task<FileStream> LockAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        for (var told = false; ; told = true)
        {
            try
            {
                return new FileStream(Path.Combine(_root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                if (!told)
                    progress("another AppHost is installing it");
                await Task.Delay(LockInterval, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static void WriteManifest(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var name in (string[])["package.json", "package-lock.json"])
        {
            using var resource = typeof(DashboardBundle).Assembly.GetManifestResourceStream(name)!;
            using var file = File.Create(Path.Combine(folder, name));
            resource.CopyTo(file);
        }
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Working directory.</param>
    /// <param name="home">What it takes for the user's home; null = that.</param>
    /// <param name="cancellationToken">Kills it.</param>
    private static async Task RunAsync(string program, IReadOnlyList<string> arguments, string folder, string? home, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (home is not null)
            start.Environment["HOME"] = home;
        start.Environment["ASPIRE_CLI_TELEMETRY_OPTOUT"] = "true";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                var line = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "it said nothing";
                throw new DistributedApplicationException($"'{Path.GetFileName(program)} {arguments[0]}' ended with exit code {process.ExitCode}: {line}");
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
