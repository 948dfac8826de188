using Wippy.Shared.Hosting;

namespace Wippy.TerminalHost;

/// <summary><c>wippy ps</c>: the processes of a running deployment, once.</summary>
internal static class PsCommand
{
    public static async Task<int> RunAsync(string? file, ProcessQuery query)
    {
        var (joined, problem) = await DeploymentView.JoinAsync(file);
        if (joined is null) return Fail(problem!);
        await using var view = joined;
        if (await view.LookAsync(query) is not { } nodes) return Fail("the system node does not answer");
        foreach (var line in ProcessTable.Lines(nodes, query)) await Console.Out.WriteLineAsync(line);
        var all = ProcessTable.Count(nodes);
        if (all > query.Limit) await Console.Error.WriteLineAsync($"wippy: {query.Limit} of {all} processes; --limit N shows more, --sort others");
        return ExitCodes.Success;
    }

    public static int Fail(string problem)
    {
        Console.Error.WriteLine($"wippy: {problem}");
        return ExitCodes.Failure;
    }
}
