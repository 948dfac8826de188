using System.Globalization;
using Wippy.Shared.Hosting;

namespace Wippy.TerminalHost;

/// <summary>Processes as lines of text, one column under the other.</summary>
internal static class ProcessTable
{
    private static readonly string[] Header = ["PID", "ENTRY", "HOST", "STATE", "MAILBOX", "MEMORY", "STEPS"];

    // From here on figures, which stand to the right.
    private const int FirstFigure = 4;

    /// <summary>All processes of the nodes, whether they were told about or not.</summary>
    public static int Count(IReadOnlyList<NodeReport> nodes) => nodes.Sum(node => node.Hosts.Sum(host => host.Processes));

    /// <summary>A line of names, then one per process, in the order of the query. Memory is that of the Lua state, in units of 1,024 bytes.</summary>
    public static IReadOnlyList<string> Lines(IReadOnlyList<NodeReport> nodes, ProcessQuery query)
    {
        string[][] rows = [Header, .. query.Of(nodes.SelectMany(node => node.Processes)).Select(Row)];
        var widths = Header.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        return [.. rows.Select(row => string.Join("  ", row.Select((cell, column) => column < FirstFigure ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))))];
    }

    private static string[] Row(ProcessReport process) =>
    [
        process.Pid, process.Entry, process.Host, process.State,
        Text(process.Mailbox), process.Memory == 0 ? "-" : $"{Text((process.Memory + 1023) / 1024)}K", Text(process.Steps),
    ];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
