using Wippy.Shared.Hosting;

namespace Wippy.SystemHost.Observer;

/// <summary>
/// What one page has not been told yet. Of thousands of processes few change from one look to the next, so only those are
/// sent; everything else is small and sent each time. One caller at a time.
/// </summary>
/// <param name="mayEnd">Whether the page may end processes.</param>
internal sealed class ObserverChanges(bool mayEnd)
{
    private Dictionary<string, ProcessReport> _known = new(StringComparer.Ordinal);

    /// <summary>The difference between what was seen last and this.</summary>
    public ObserverChange Next(IReadOnlyList<NodeReport> nodes)
    {
        var now = nodes.SelectMany(node => node.Processes).ToDictionary(process => process.Pid, StringComparer.Ordinal);
        var changed = now.Values.Where(process => !_known.TryGetValue(process.Pid, out var known) || known != process).ToList();
        var gone = _known.Keys.Where(pid => !now.ContainsKey(pid)).ToList();
        _known = now;
        return new ObserverChange(mayEnd, [.. nodes.Select(node => node with { Processes = [] })], changed, gone);
    }
}

/// <summary>One message to the page.</summary>
/// <param name="MayEnd">Whether it may end processes.</param>
/// <param name="Nodes">All nodes, without their processes.</param>
/// <param name="Changed">Processes that are new or different.</param>
/// <param name="Gone">PIDs of those that are no more.</param>
internal sealed record ObserverChange(bool MayEnd, IReadOnlyList<NodeReport> Nodes, IReadOnlyList<ProcessReport> Changed, IReadOnlyList<string> Gone);
