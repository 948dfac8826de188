using Wippy.Shared.Hosting;
using Wippy.Shared.Registry;

namespace Wippy.TerminalHost;

/// <summary><c>wippy check</c>: every problem of an app, nothing runs.</summary>
internal static class CheckCommand
{
    public static int Run(string app)
    {
        var loaded = App.Load(app);
        foreach (var problem in loaded.Problems) Console.Error.WriteLine(problem);
        var errors = loaded.Problems.Count(problem => problem.Severity == Severity.Error);
        if (loaded.Snapshot is null)
        {
            Console.Error.WriteLine($"{app}: {errors} error{(errors == 1 ? "" : "s")}");
            return ExitCodes.Failure;
        }
        Console.WriteLine($"{app}: {loaded.Snapshot.Entries.Count} entries, no errors");
        return ExitCodes.Success;
    }
}
