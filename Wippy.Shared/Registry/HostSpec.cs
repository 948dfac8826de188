using System.Collections.Frozen;
using Wippy.Shared.Identity;

namespace Wippy.Shared.Registry;

/// <summary>A <c>process.host</c> or <c>terminal.host</c> entry, compiled.</summary>
/// <param name="Id">The host's name, also in PIDs.</param>
/// <param name="Kind"><see cref="EntryKinds.ProcessHost"/> or <see cref="EntryKinds.TerminalHost"/>.</param>
/// <param name="Zone">The nodes it lives on.</param>
/// <param name="Workers">Worker threads, 1 to 1024; null = one per processor (a terminal host has one).</param>
/// <param name="QueueSize">Initial size of the injection queue, not a limit; default 1024.</param>
/// <param name="LocalQueueSize">Initial size of each worker's deque; default 256.</param>
/// <param name="MaxProcesses">Live processes at a time; null = the node's limit.</param>
/// <param name="HideLogs">Terminal hosts: no log lines on the console while a program runs.</param>
/// <param name="Modules">The modules its programs may use; null = all that its zone grants.</param>
/// <param name="Rules">Policies that its processes are subject to, besides their own; null = none.</param>
/// <param name="Limits">What one process may use, and how many there are.</param>
/// <param name="Lifecycle">Start, stop.</param>
internal sealed record HostSpec(
    EntryId Id,
    string Kind,
    Zone Zone,
    int? Workers,
    int QueueSize,
    int LocalQueueSize,
    int? MaxProcesses,
    bool HideLogs,
    IReadOnlySet<string>? Modules,
    SecurityBlock? Rules,
    HostLimits Limits,
    LifecycleSpec Lifecycle)
{
    /// <summary>Namespace of the hosts that no entry declares, which run the runtime's own processes.</summary>
    public const string InternalNamespace = "node";

    /// <summary>Compiles an entry if it is a host.</summary>
    public static HostSpec? TryCompile(Entry entry) => entry.Kind is EntryKinds.ProcessHost or EntryKinds.TerminalHost ? Compile(entry) : null;

    /// <param name="entry">Validated, of a host kind.</param>
    public static HostSpec Compile(Entry entry)
    {
        var fields = new EntryFields(entry.Fields);
        var host = fields.Section("host");
        var isTerminal = entry.Kind == EntryKinds.TerminalHost;
        if (!Zones.TryParse(fields.Text("zone"), out var zone)) zone = isTerminal ? Zone.Terminal : Zone.User;
        return new HostSpec(
            entry.Id,
            entry.Kind,
            zone,
            isTerminal ? 1 : host.Whole("workers"),
            host.Whole("queue_size") ?? 1024,
            host.Whole("local_queue_size") ?? 256,
            Smaller(host.Whole("max_processes"), fields.Section("limits").Whole("processes")),
            fields.Flag("hide_logs"),
            fields.Has("modules") ? fields.Texts("modules").ToFrozenSet(StringComparer.Ordinal) : null,
            fields.Has("groups") || fields.Has("policies") ? SecurityBlock.Compile(entry, fields) : null,
            HostLimits.Compile(fields.Section("limits")),
            LifecycleSpec.Compile(entry));
    }

    private static int? Smaller(int? a, int? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);
}

/// <summary>The <c>limits</c> of a <c>process.host</c>, compiled; null = the default.</summary>
/// <param name="MemoryBytes">Memory of one process.</param>
/// <param name="MailboxMessages">Messages that may wait for one process.</param>
/// <param name="MailboxBytes">What may wait for all processes of the host together.</param>
/// <param name="TimeSlice">How long a process may run before others get their turn.</param>
/// <param name="Preemption">How that is seen to.</param>
/// <param name="HibernateAfter">How long a process waits until it gives back its memory; zero for never.</param>
internal sealed record HostLimits(long? MemoryBytes, int? MailboxMessages, long? MailboxBytes, TimeSpan? TimeSlice, Preemption? Preemption, TimeSpan? HibernateAfter)
{
    public static HostLimits None { get; } = new(null, null, null, null, null, null);

    public static HostLimits Compile(EntryFields fields) =>
        new(fields.Size("memory"), fields.Whole("mailbox"), fields.Size("mailbox_memory"), fields.Duration("time_slice"), fields.Text("preemption") switch
        {
            "hook" => Registry.Preemption.Hook,
            "monitor" => Registry.Preemption.Monitor,
            _ => null,
        }, fields.Duration("hibernate_after"));
}
