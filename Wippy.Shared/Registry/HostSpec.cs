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
    LifecycleSpec Lifecycle)
{
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
            host.Whole("max_processes"),
            fields.Flag("hide_logs"),
            LifecycleSpec.Compile(entry));
    }
}
