using System.Runtime.InteropServices;
using System.Text;
using Wippy.Shared.Hosting;

namespace Wippy.TerminalHost;

/// <summary>
/// <c>wippy top</c>: the processes of a running deployment on a screen that is drawn anew each second. <c>q</c> ends it; other keys
/// choose the order. Without a terminal to draw on it looks once, in plain text.
/// </summary>
internal static class TopCommand
{
    private const string EnterScreen = "\e[?1049h\e[?25l";
    private const string LeaveScreen = "\e[?25h\e[?1049l";
    private const string Home = "\e[H";
    private const string EndOfLine = "\e[K\n";
    private const string EndOfScreen = "\e[J";
    private const int HeadLines = 3;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(string? file, ProcessQuery query)
    {
        var (joined, problem) = await DeploymentView.JoinAsync(file);
        if (joined is null) return PsCommand.Fail(problem!);
        await using var view = joined;
        if (!Console.IsOutputRedirected) return await WatchAsync(view, query.Order);
        if (await view.LookAsync(query) is not { } nodes) return PsCommand.Fail("the system node does not answer");
        await Console.Out.WriteLineAsync(Summary(nodes));
        foreach (var line in ProcessTable.Lines(nodes, query)) await Console.Out.WriteLineAsync(line);
        return ExitCodes.Success;
    }

    private static async Task<int> WatchAsync(DeploymentView view, ProcessOrder order)
    {
        using var interrupted = new CancellationTokenSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            interrupted.Cancel();
        });
        await Console.Out.WriteAsync(EnterScreen);
        try
        {
            var key = Console.IsInputRedirected ? new TaskCompletionSource<char>().Task : NextKey();
            while (true)
            {
                var query = new ProcessQuery(order, Math.Max(1, Console.WindowHeight - HeadLines - 1));
                if (await view.LookAsync(query) is not { } nodes) break;
                await Console.Out.WriteAsync(Screen(nodes, query));
                await Task.WhenAny(key, Task.Delay(Interval, TimeProvider.System, interrupted.Token));
                if (interrupted.IsCancellationRequested) return ExitCodes.Interrupted;
                if (!key.IsCompleted) continue;
                var pressed = char.ToLowerInvariant(await key);
                if (pressed == 'q') return ExitCodes.Success;
                order = pressed switch
                {
                    'p' => ProcessOrder.Pid,
                    'm' => ProcessOrder.Memory,
                    'b' => ProcessOrder.Mailbox,
                    's' => ProcessOrder.Steps,
                    _ => order,
                };
                key = NextKey();
            }
        }
        finally
        {
            await Console.Out.WriteAsync(LeaveScreen);
        }
        return PsCommand.Fail("the system node does not answer any more");
    }

    private static Task<char> NextKey() => Task.Run(() => Console.ReadKey(intercept: true).KeyChar);

    private static string Screen(IReadOnlyList<NodeReport> nodes, ProcessQuery query)
    {
        var width = Math.Max(1, Console.WindowWidth);
        var screen = new StringBuilder(Home);
        string[] head = [Summary(nodes), $"by {query.Order.ToString().ToLowerInvariant()}; keys: p pid, m memory, b mailbox, s steps, q end", ""];
        foreach (var line in head.Concat(ProcessTable.Lines(nodes, query))) screen.Append(line.AsSpan(0, Math.Min(line.Length, width))).Append(EndOfLine);
        // The last line end would scroll.
        return screen.Remove(screen.Length - 1, 1).Append(EndOfScreen).ToString();
    }

    private static string Summary(IReadOnlyList<NodeReport> nodes) => string.Join(", ",
        Counted(nodes.Count, "node"), Counted(ProcessTable.Count(nodes), "process", "processes"), Counted(nodes.Sum(node => node.Services.Count), "service"),
        Counted(nodes.Sum(node => node.Denials), "denial"), Counted(nodes.Sum(node => node.DeadLetters), "dead letter"));

    private static string Counted(long number, string one, string? many = null) => $"{number} {(number == 1 ? one : many ?? $"{one}s")}";
}
