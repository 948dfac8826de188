using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace Wippy.LocalHosting;

/// <summary>
/// Terminals for the replicas of resources that ask for one. DCP is started with the first of them. Where there is no dashboard to
/// show a terminal in, or it cannot be had, the replica runs without and its console says why. Any thread.
/// </summary>
internal sealed class Terminals(Dashboard dashboard, DashboardBundle bundle, ProcessGuard guard, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim _alone = new(1);
    private readonly Dictionary<string, ReplicaTerminal> _terminals = [];   // by replica; under _alone
    private DirectoryInfo? _folder;
    private Dcp? _dcp;
    private int _runs;

    /// <summary>The terminal of a replica, the same one for each of its runs.</summary>
    /// <param name="replica">Its id.</param>
    /// <param name="resource">Its resource.</param>
    /// <param name="say">Told what people should know.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when the resource has not asked for one, or it cannot be had.</returns>
    public async Task<ReplicaTerminal?> OpenAsync(string replica, IResource resource, Action<string> say, CancellationToken cancellationToken)
    {
        if (resource.Annotations.OfType<TerminalAnnotation>().LastOrDefault() is not { } size || dashboard.Otlp is null)
            return null;
        if (!dashboard.Installed.IsCompleted)
            say("Waiting for the dashboard to be installed: it brings the terminal.");
        if (!await dashboard.Installed.WaitAsync(cancellationToken).ConfigureAwait(false))
            return null;
        await _alone.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_terminals.TryGetValue(replica, out var known))
                return known;
            _folder ??= Directory.CreateTempSubdirectory("wippy-");
            _dcp ??= await Dcp.StartAsync(bundle.Dcp, _folder.CreateSubdirectory("dcp").FullName, guard, time, cancellationToken).ConfigureAwait(false);
            var path = Path.Combine(_folder.FullName, $"{_terminals.Count}");
            return _terminals[replica] = await ReplicaTerminal.StartAsync(bundle.Program, path, size, guard, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DistributedApplicationException or IOException or HttpRequestException)
        {
            say($"No terminal: {e.Message}");
            return null;
        }
        finally
        {
            _alone.Release();
        }
    }

    /// <summary>Starts a program on a terminal.</summary>
    /// <exception cref="DistributedApplicationException">It cannot be started.</exception>
    public async Task<IRunningProcess> StartAsync(Launch launch, string replica, ReplicaTerminal terminal) =>
        await TerminalProcess.StartAsync(_dcp!, $"{replica}-{Interlocked.Increment(ref _runs)}", launch, terminal, guard, time).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var terminal in _terminals.Values)
            terminal.Dispose();
        if (_dcp is not null)
            await _dcp.DisposeAsync().ConfigureAwait(false);
        if (_folder is { Exists: true })
            _folder.Delete(recursive: true);
        _alone.Dispose();
    }
}
