using System.Diagnostics.Metrics;
using Wippy.Shared.Channels;
using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Scheduling;
using Wippy.Shared.Telemetry;

namespace Wippy.Shared.Hosting;

/// <summary>Where the figures of a node come from, for those who collect metrics. From construction to disposal.</summary>
internal sealed class NodeMetrics : IDisposable
{
    private readonly RuntimeMeter _meter = new();
    private readonly Histogram<double> _stepDuration;

    public NodeMetrics(Node node)
    {
        _stepDuration = _meter.StepDuration();
        _meter.Processes(() => node.Processes.All
            .GroupBy(process => (process.Host, process.State))
            .Select(group => new Measurement<long>(group.LongCount(), [.. Tags(group.Key.Host), new(RuntimeMeter.State, group.Key.State.ToString())])));
        _meter.ProcessesSpawned(() => node.Processes.Spawned);
        _meter.ProcessesEnded(() => node.Processes.Spawned - node.Processes.Count);
        _meter.MailboxMessages(() => PerHost(node, process => process.Mailbox.Count));
        _meter.LuaMemory(() => PerHost(node, process => process.MemoryBytes));
        _meter.QueueLength(() => PerScheduler(node, scheduler => scheduler.QueueDepth));
        _meter.Steps(() => PerScheduler(node, scheduler => scheduler.Steps));
        _meter.Steals(() => PerScheduler(node, scheduler => scheduler.Steals));
        _meter.Parks(() => PerScheduler(node, scheduler => scheduler.Parks));
        _meter.Preemptions(() => node.Hosts.Select(host => new Measurement<long>(host.Preemptions, Tags(host))));
        _meter.ChannelFrames(() => PerDirection(node, count => count.Frames));
        _meter.ChannelBytes(() => PerDirection(node, count => count.Bytes));
        _meter.ChannelBacklog(() => Channels(node).Select(channel => new Measurement<long>(channel.Backlog, Peer(channel))));
        _meter.Denials(() => node.Denials.Count);
        _meter.DeadLetters(() => node.DeadLetters.Count);
        _meter.ServiceRestarts(() => (node.Services?.All ?? []).Select(service =>
            new Measurement<long>(service.Restarts, new KeyValuePair<string, object?>(RuntimeMeter.Service, service.Id.ToString()))));
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> PerHost(Node node, Func<Process, long> figure) =>
        node.Processes.All.GroupBy(process => process.Host).Select(group => new Measurement<long>(group.Sum(figure), Tags(group.Key)));

    /// <summary>Measures steps of a host, as long as somebody collects that. Before its workers start.</summary>
    public void Measure(ProcessHost host, Scheduler scheduler)
    {
        var tags = Tags(host);
        scheduler.StepTimer = new StepTimer(() => _stepDuration.Enabled, duration => _stepDuration.Record(duration.TotalSeconds, tags));
    }

    private static IEnumerable<Measurement<long>> PerScheduler(Node node, Func<Scheduler, long> figure) =>
        from host in node.Hosts
        let scheduler = host.Scheduler as Scheduler
        where scheduler is not null
        select new Measurement<long>(figure(scheduler), Tags(host));

    private static IEnumerable<Measurement<long>> PerDirection(Node node, Func<FrameCount, long> figure) =>
        Channels(node).SelectMany(channel => (Measurement<long>[])
        [
            new(figure(channel.Sent), Peer(channel), new(RuntimeMeter.Direction, "sent")),
            new(figure(channel.Received), Peer(channel), new(RuntimeMeter.Direction, "received")),
        ]);

    private static IEnumerable<Channel> Channels(Node node) => node.Peers.Values.OfType<Channel>();

    private static KeyValuePair<string, object?> Peer(Channel channel) => new(RuntimeMeter.Peer, channel.Name);

    private static KeyValuePair<string, object?>[] Tags(ProcessHost host) => [new(RuntimeMeter.Host, host.Name), new(RuntimeMeter.Zone, host.Zone.ToText())];
}
