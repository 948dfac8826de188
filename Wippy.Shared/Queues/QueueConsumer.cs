using Wippy.Shared.Identity;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;
using Wippy.Shared.Security;

namespace Wippy.Shared.Queues;

/// <summary>A <c>queue.consumer</c> entry, compiled, and how many calls it has under way.</summary>
internal sealed class QueueConsumer
{
    private QueueConsumer(Entry entry)
    {
        var fields = new EntryFields(entry.Fields);
        EntryId Reference(string name) => EntryId.TryResolve(fields.Text(name), entry.Id.Namespace, out var id) ? id : EntryId.None;
        Entry = entry;
        Queue = Reference("queue");
        Function = Reference("func");
        Concurrency = fields.Whole("concurrency") ?? 1;
        AutoAck = fields.Flag("auto_ack");
        Zone = Zones.TryParse(fields.Text("zone"), out var zone) ? zone : Zone.User;
    }

    public Entry Entry { get; }

    public EntryId Queue { get; }

    public EntryId Function { get; }

    /// <summary>Calls at a time.</summary>
    public int Concurrency { get; }

    /// <summary>Whether a message counts as done when it is handed out.</summary>
    public bool AutoAck { get; }

    /// <summary>Where its calls run.</summary>
    public Zone Zone { get; }

    /// <summary>Under what its calls run.</summary>
    public SecurityContext Security { get; private init; }

    /// <summary>Calls under way. Guarded by the lock of its queue.</summary>
    public int Busy { get; set; }

    /// <summary>Completed when it is no longer busy; null while nobody waits for that. Guarded likewise.</summary>
    public TaskCompletionSource? Idle { get; set; }

    /// <summary>The host that lends its calls workers: the first of its zone; null when this node has none.</summary>
    public ProcessHost? FindHost(Node node) => node.Hosts
        .Where(host => host.Zone == Zone && host.Spec.Kind == EntryKinds.ProcessHost && node.Registry.Current.TryGetHost(host.Spec.Id, out _))
        .MinBy(host => host.Spec.Id);

    /// <summary>Compiles an entry.</summary>
    /// <param name="entry">Validated, of that kind.</param>
    /// <param name="node">Where it is to run.</param>
    /// <param name="problem">Why it cannot; null when it is another node's business.</param>
    public static QueueConsumer? TryMake(Entry entry, Node node, out string? problem)
    {
        problem = null;
        var consumer = new QueueConsumer(entry);
        if (consumer.FindHost(node) is null)
        {
            var isDeclared = node.Registry.Current.Hosts.Any(host => host.Zone == consumer.Zone && host.Kind == EntryKinds.ProcessHost);
            if (!isDeclared) problem = $"there is no process.host of zone {consumer.Zone.ToText()} for its calls";
            return null;
        }
        var security = default(SecurityContext);
        if (LifecycleSpec.Compile(entry).Security is { } block && !node.Policies.TryFromBlock(block, out security, out var unknown))
        {
            problem = unknown!.Message;
            return null;
        }
        return new QueueConsumer(entry) { Security = security };
    }
}
