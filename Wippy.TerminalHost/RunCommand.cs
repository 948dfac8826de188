using Wippy.Shared.Hosting;
using Wippy.Shared.Registry;

namespace Wippy.TerminalHost;

/// <summary><c>wippy run</c>: embedded mode, every zone in this operating-system process.</summary>
internal static class RunCommand
{
    private const string ListWord = "list";

    public static async Task<int> RunAsync(RunArguments arguments)
    {
        var (app, rest) = arguments.TakeApp();
        LoadResult loaded;
        using (new PatienceNotice($"loading {app}")) loaded = App.Load(app, arguments.Load);
        foreach (var problem in loaded.Problems) Console.Error.WriteLine(problem);
        if (loaded.Snapshot is not { } snapshot)
        {
            await Console.Error.WriteLineAsync($"wippy: {app} could not be loaded");
            return ExitCodes.Failure;
        }
        if (snapshot.Entries.IsEmpty)
        {
            await Console.Error.WriteLineAsync($"wippy: no entries in {Path.GetFullPath(app)}: it has no YAML file with a namespace");
            return ExitCodes.Failure;
        }
        if (rest is { Entry: null, Words: [ListWord] }) return ListCommands(snapshot);

        TerminalProgram? program = null;
        if (rest.NamesProgram)
        {
            program = rest.FindProgram(snapshot, out var error);
            if (program is null)
            {
                await Console.Error.WriteLineAsync($"wippy: {error!.Message}");
                return ExitCodes.Failure;
            }
        }
        using var loggers = ConsoleLogging.Create(program is not null, HidesLogs(snapshot, program) && rest.Logs == LogDetail.Fitting ? LogDetail.Silent : rest.Logs);
        var terminal = new ConsoleTerminal(program?.Arguments ?? []);
        var options = new RuntimeOptions { ShutdownTimeout = loaded.Settings.ShutdownTimeout, StrictSecurity = loaded.Settings.StrictSecurity };
        await using var runtime = new Runtime(options, snapshot, TerminalNatives.Create(), TimeProvider.System, loggers, terminal);
        if (arguments.MemoryLimit is { } limit) runtime.Node.GcSettings.SetLimit(limit);
        using var session = new TerminalSession(runtime, terminal);
        runtime.Start();
        await runtime.StartServicesAsync();
        if (program is null)
        {
            await Console.Error.WriteLineAsync($"wippy: running {Path.GetFullPath(app)} ({snapshot.Entries.Count} entries); Ctrl+C stops it");
            return await session.RunServicesAsync();
        }
        return await session.RunProgramAsync(program);
    }

    private static bool HidesLogs(Snapshot snapshot, TerminalProgram? program) =>
        program is not null && snapshot.Entries[program.Host].Fields.GetValueOrDefault("hide_logs") is true;

    private static int ListCommands(Snapshot snapshot)
    {
        foreach (var process in RunArguments.Commands(snapshot)) Console.WriteLine($"{process.Command!.Name,-16} {process.Command.Short}");
        return ExitCodes.Success;
    }
}
