namespace Wippy.Shared.Hosting;

/// <summary>In which order processes are shown: by PID, or those with the most of something first.</summary>
internal enum ProcessOrder
{
    Pid,
    Memory,
    Mailbox,
    Steps,
}

/// <summary>Which processes of a deployment somebody wants to see: so many at most, the first ones in some order.</summary>
/// <param name="Order">The order.</param>
/// <param name="Limit">How many at most, 1 to <see cref="MaxLimit"/>.</param>
internal sealed record ProcessQuery(ProcessOrder Order, int Limit)
{
    /// <summary>What fits into one answer.</summary>
    public const int MaxLimit = 10_000;

    /// <summary>Reads what <see cref="ToString"/> writes; null for anything else.</summary>
    public static ProcessQuery? Parse(string text) =>
        text.Split(' ') is [var order, var limit]
        && Enum.TryParse<ProcessOrder>(order, out var known) && Enum.IsDefined(known)
        && int.TryParse(limit, out var count) && count is >= 1 and <= MaxLimit
            ? new ProcessQuery(known, count)
            : null;

    public override string ToString() => $"{Order} {Limit}";

    /// <summary>Those processes, in that order.</summary>
    public IEnumerable<ProcessReport> Of(IEnumerable<ProcessReport> processes)
    {
        var ordered = Order == ProcessOrder.Pid ? processes.OrderBy(process => process.Pid, StringComparer.Ordinal)
            : processes.OrderByDescending(Figure).ThenBy(process => process.Pid, StringComparer.Ordinal);
        return ordered.Take(Limit);
    }

    /// <summary>The nodes with no other processes than those.</summary>
    public IReadOnlyList<NodeReport> Cut(IReadOnlyList<NodeReport> nodes)
    {
        var chosen = Of(nodes.SelectMany(node => node.Processes)).ToHashSet();
        return [.. nodes.Select(node => node with { Processes = [.. node.Processes.Where(chosen.Contains)] })];
    }

    private long Figure(ProcessReport process) => Order switch
    {
        ProcessOrder.Memory => process.Memory,
        ProcessOrder.Mailbox => process.Mailbox,
        _ => process.Steps,
    };
}
