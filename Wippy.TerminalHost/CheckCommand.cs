using Wippy.Shared.Hosting;
using Wippy.Shared.Registry;

namespace Wippy.TerminalHost;

/// <summary><c>wippy check</c>: every problem of an app, nothing runs.</summary>
internal static class CheckCommand
{
    /// <param name="app">The app folder.</param>
    /// <param name="send">Sender, receiver and topic of a message to explain; empty for none.</param>
    /// <param name="options">How it is loaded.</param>
    public static int Run(string app, string[] send, LoadOptions options)
    {
        LoadResult loaded;
        using (new PatienceNotice($"loading {app}")) loaded = App.Load(app, options);
        foreach (var problem in loaded.Problems) Console.Error.WriteLine(problem);
        var errors = loaded.Problems.Count(problem => problem.Severity == Severity.Error);
        if (loaded.Snapshot is not { } snapshot)
        {
            Console.Error.WriteLine($"{app}: {errors} error{(errors == 1 ? "" : "s")}");
            return ExitCodes.Failure;
        }
        if (send is [var from, var to, var topic]) return Explain(loaded, snapshot, from, to, topic);
        Console.WriteLine($"{app}: {snapshot.Entries.Count} {(snapshot.Entries.Count == 1 ? "entry" : "entries")}, no errors");
        return ExitCodes.Success;
    }

    private static int Explain(LoadResult loaded, Snapshot snapshot, string from, string to, string topic)
    {
        if (SendCheck.Ask(snapshot, loaded.Settings.StrictSecurity, from, to, topic, out var problem) is not { } answer)
        {
            Console.Error.WriteLine($"wippy: {problem}");
            return ExitCodes.Usage;
        }
        foreach (var line in answer.Lines) Console.WriteLine(line);
        Console.WriteLine(answer.IsAllowed ? $"so '{topic}' may be sent" : $"so '{topic}' may not be sent");
        return answer.IsAllowed ? ExitCodes.Success : ExitCodes.Failure;
    }
}
