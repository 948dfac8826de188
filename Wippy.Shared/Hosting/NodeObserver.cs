using System.Text.Json;
using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Supervision;

namespace Wippy.Shared.Hosting;

/// <summary>
/// Looks at the nodes of a deployment, and ends processes, for people in front of a page. Works for the system node, which alone is
/// answered by the others. Any thread.
/// </summary>
/// <param name="node">This node.</param>
/// <param name="reporter">Tells about it.</param>
/// <param name="deployment">Its part in the deployment.</param>
internal sealed class NodeObserver(Node node, NodeReporter reporter, Deployment deployment)
{
    /// <summary>Entries told at a time: a person searches for others.</summary>
    public const int MaxEntries = 100;

    /// <summary>All nodes, this one first. One that does not answer in time is left out.</summary>
    public async Task<IReadOnlyList<NodeReport>> ObserveAsync()
    {
        var others = await Task.WhenAll(node.Peers.Values.OfType<Channel>().OrderBy(peer => peer.Name, StringComparer.Ordinal).Select(peer => AskAsync(peer, "")));
        return [reporter.Report(""), .. others.OfType<NodeReport>()];
    }

    /// <summary>One process with its relations, or null when it does not live.</summary>
    /// <param name="pid">Its text.</param>
    /// <param name="withMessages">Its last messages, too; they are kept from the first time on that somebody asks for them.</param>
    public async Task<ProcessReport?> FindAsync(string pid, bool withMessages = false)
    {
        if (!Pid.TryParse(pid, out var parsed)) return null;
        var about = withMessages ? pid + NodeReporter.WithMessages : pid;
        var report = parsed.Node == node.Name ? reporter.Report(about)
            : node.Peers.TryGetValue(parsed.Node, out var peer) && peer is Channel channel ? await AskAsync(channel, about)
            : null;
        return report?.Processes.SingleOrDefault();
    }

    /// <summary>The entries of the registry whose id, kind or comment contains a text, in the order of their ids.</summary>
    public EntriesReport Entries(string search)
    {
        var snapshot = node.Registry.Current;
        var matching = snapshot.Entries.Values
            .Select(entry => new EntryReport(entry.Id.ToString(), entry.Kind, entry.Meta.GetValueOrDefault("comment") as string ?? ""))
            .Where(entry => $"{entry.Id} {entry.Kind} {entry.Comment}".Contains(search, StringComparison.OrdinalIgnoreCase))
            .ToList();
        return new EntriesReport(snapshot.Version, snapshot.Entries.Count, matching.Count, [.. matching.Take(MaxEntries)]);
    }

    /// <summary>Asks a process to end.</summary>
    /// <returns>False when there is no such process or node.</returns>
    public bool Cancel(string pid) => Perform(AskKind.Cancel, pid);

    /// <summary>Ends a process.</summary>
    /// <returns>False when there is no such process or node.</returns>
    public bool Terminate(string pid) => Perform(AskKind.Terminate, pid);

    /// <summary>Lets a node answer the system node.</summary>
    public static void Answer(Deployment deployment, NodeReporter reporter) => deployment.Describe = pid => JsonSerializer.SerializeToUtf8Bytes(reporter.Report(pid));

    /// <summary>Lets the system node answer terminal nodes, which ask about all nodes with a <see cref="ProcessQuery"/>.</summary>
    public void AnswerTerminals() => deployment.DescribeAll = async query =>
        ProcessQuery.Parse(query) is { } wanted ? JsonSerializer.SerializeToUtf8Bytes(wanted.Cut(await ObserveAsync())) : [];

    private async Task<NodeReport?> AskAsync(Channel peer, string pid)
    {
        try
        {
            return JsonSerializer.Deserialize<NodeReport>(await deployment.ObserveAsync(peer, pid));
        }
        catch (Exception failure) when (failure is TimeoutException or JsonException)
        {
            return null;
        }
    }

    private bool Perform(AskKind kind, string pid)
    {
        if (!Pid.TryParse(pid, out var to)) return false;
        // Nobody waits for the answer, and no process asks: the page does.
        var ask = new Ask(kind, new Pid(node.Name, Supervisor.ControlHost.Id.ToString(), 1), to, "observer");
        if (to.Node == node.Name) return node.Router.Accept(ask) is null;
        if (!node.Peers.TryGetValue(to.Node, out var peer)) return false;
        peer.Ask(ask, null, static _ => { });
        return true;
    }
}
