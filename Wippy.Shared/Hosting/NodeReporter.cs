using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Scheduling;

namespace Wippy.Shared.Hosting;

/// <summary>Tells what one node looks like now. Any thread.</summary>
/// <param name="node">The node.</param>
/// <param name="zone">Its zone, in words.</param>
internal sealed class NodeReporter(Node node, string zone)
{
    /// <summary>Behind the PID in a question: its messages, too.</summary>
    public const string WithMessages = " messages";

    /// <summary>What it looks like.</summary>
    /// <param name="about">The PID of the one process to tell about, with its relations and perhaps <see cref="WithMessages"/>; empty for all, without.</param>
    public NodeReport Report(string about)
    {
        var withMessages = about.EndsWith(WithMessages, StringComparison.Ordinal);
        var pid = withMessages ? about[..^WithMessages.Length] : about;
        var snapshot = node.Registry.Current;
        var isWhole = pid.Length == 0;
        var processes = isWhole ? node.Processes.All : Pid.TryParse(pid, out var one) && node.Processes.TryGet(one, out var found) ? [found] : [];
        return new NodeReport(
            node.Name,
            zone,
            snapshot.Version,
            snapshot.Entries.Count,
            node.DeadLetters.Count,
            node.Denials.Count,
            [.. node.Hosts.OrderBy(host => host.Spec.Id).Select(Report)],
            [.. node.Peers.Values.OfType<Channel>().OrderBy(peer => peer.Name, StringComparer.Ordinal).Select(Report)],
            [.. (node.Services?.All ?? []).Select(service => new ServiceReport(service.Id.ToString(), service.Status, service.Restarts, service.Pid.IsNone ? "" : service.Pid.ToString()))],
            [.. processes.OrderBy(process => process.Pid.Number).Select(process => Report(process, withRelations: !isWhole, withMessages))],
            node.Denials.Recent,
            [.. node.RecentFailures.Select(failure => new FailureReport(failure.At, failure.Pid.ToString(), failure.Entry.ToString(), failure.Error))]);
    }

    private static HostReport Report(ProcessHost host)
    {
        var scheduler = host.Scheduler as Scheduler;
        return new HostReport(host.Name, host.Zone.ToText(), host.Count, scheduler?.Workers.Length ?? 0, scheduler?.QueueDepth ?? 0, scheduler?.Steps ?? 0, scheduler?.Steals ?? 0);
    }

    private static ChannelReport Report(Channel channel)
    {
        var sent = channel.Sent;
        var received = channel.Received;
        return new ChannelReport(channel.Name, channel.Zone.ToText(), sent.Frames, sent.Bytes, received.Frames, received.Bytes, channel.Backlog, channel.Denials);
    }

    private static ProcessReport Report(Process process, bool withRelations, bool withMessages)
    {
        var report = new ProcessReport(
            process.Pid.ToString(), process.Entry.ToString(), process.Host.Name, process.State.ToString(), process.Mailbox.Count,
            process.MemoryBytes, process.Steps, process.Parent.IsNone ? "" : process.Parent.ToString(), process.Security.Actor?.Id);
        if (!withRelations) return report;
        var related = process.Related;
        return report with
        {
            Relations = new RelationsReport(Texts(related.Watchers), Texts(related.Watching), Texts(related.Links)),
            Messages = withMessages ? [.. process.LookAtMessages().Select(Report)] : null,
        };
    }

    private static MessageReport Report(SeenMessage message) => new(
        message.At, message.IsSent, message.Other.IsNone ? "" : message.Other.ToString(), message.Topic, MessageText.Of(message), message.TraceId);

    private static string[] Texts(Pid[] pids) => [.. pids.Select(pid => pid.ToString())];
}
