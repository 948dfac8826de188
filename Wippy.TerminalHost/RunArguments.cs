using Wippy.Shared.Errors;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;

namespace Wippy.TerminalHost;

/// <summary>What <c>run</c> and <c>connect</c> were told.</summary>
/// <param name="Words">Positional words.</param>
/// <param name="Entry">The entry of <c>-x</c>, as written.</param>
/// <param name="Host">The host of <c>--host</c>, as written.</param>
/// <param name="Logs">How much is logged.</param>
/// <param name="ProgramArguments">What followed <c>--</c>.</param>
internal sealed record RunArguments(string[] Words, string? Entry, string? Host, LogDetail Logs, string[] ProgramArguments)
{
    /// <summary>How the app is loaded.</summary>
    public LoadOptions Load { get; init; } = new();

    /// <summary>Bytes of managed memory beyond which unused memory is collected; null for no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>The command that stands in front of the words behind the app; null when they say themselves.</summary>
    public string? Command { get; init; }

    /// <summary>Takes an app folder off the words: the first one, if such a folder exists and the word is not a command of the app one is in.</summary>
    public (string App, RunArguments Program) TakeApp()
    {
        var hasApp = Words.Length > 0 && Directory.Exists(Words[0]) && !(IsName(Words[0]) && IsInApp);
        var rest = hasApp ? Words[1..] : Words;
        return (hasApp ? Words[0] : ".", this with { Words = Command is null ? rest : [Command, .. rest] });
    }

    // An app may well have a command test and a folder test; ./test is then the folder.
    private static bool IsName(string word) => word == Path.GetFileName(word) && word is not ("." or "..");

    private static bool IsInApp => File.Exists("wippy.lock") || File.Exists("_index.yaml") || File.Exists("src/_index.yaml");

    /// <summary>Whether a program was named, rather than all services.</summary>
    public bool NamesProgram => Entry is not null || Words.Length > 0;

    /// <summary>Finds the program that was named, its host and its arguments.</summary>
    /// <returns>Null with the reason, which names what there is instead.</returns>
    public TerminalProgram? FindProgram(Snapshot app, out Error? error)
    {
        var arguments = Entry is null ? [.. Words[1..], .. ProgramArguments] : (string[])[.. Words, .. ProgramArguments];
        var entry = FindEntry(app, out error);
        var host = entry is null ? null : FindHost(app, out error);
        return host is null ? null : new TerminalProgram(entry!, host.Id, arguments);
    }

    /// <summary>The app's commands, by name.</summary>
    public static IEnumerable<ProcessSpec> Commands(Snapshot app) =>
        app.Processes.Where(process => process.Command is not null).OrderBy(process => process.Command!.Name, StringComparer.Ordinal);

    private EntryId? FindEntry(Snapshot app, out Error? error)
    {
        error = null;
        if (Entry is null)
        {
            var command = Commands(app).FirstOrDefault(process => process.Command!.Name == Words[0]);
            if (command is not null) return command.Id;
            var names = string.Join(", ", Commands(app).Select(process => process.Command!.Name));
            error = new Error(ErrorKind.NotFound, $"no command '{Words[0]}' in this app, and no such folder ({(names.Length == 0 ? "the app has no commands" : $"commands: {names}")})");
            return null;
        }
        if (EntryId.TryParse(Entry, out var id) && app.TryGetProcess(id, out _)) return id;
        error = new Error(ErrorKind.NotFound, $"-x {Entry}: no such process entry{NearMiss.Suggest(Entry, app.Processes.Select(process => process.Id.ToString()))}");
        return null;
    }

    private HostSpec? FindHost(Snapshot app, out Error? error)
    {
        error = null;
        var terminals = app.Hosts.Where(host => host.Kind == EntryKinds.TerminalHost).OrderBy(host => host.Id).ToList();
        if (Host is not null)
        {
            if (EntryId.TryParse(Host, out var id) && app.TryGetHost(id, out var named)) return named;
            error = new Error(ErrorKind.NotFound, $"--host {Host}: no such host entry{NearMiss.Suggest(Host, app.Hosts.Select(host => host.Id.ToString()))}");
            return null;
        }
        if (terminals.Count == 1) return terminals[0];
        error = new Error(ErrorKind.NotFound, terminals.Count == 0
            ? "no terminal.host found in registry"
            : $"multiple terminal hosts found ({string.Join(", ", terminals.Select(host => host.Id))}), use --host");
        return null;
    }
}

/// <summary>A program to run on the terminal.</summary>
/// <param name="Entry">The process entry.</param>
/// <param name="Host">The host to run it on.</param>
/// <param name="Arguments">For its method and <c>io.args()</c>.</param>
internal sealed record TerminalProgram(EntryId Entry, EntryId Host, IReadOnlyList<string> Arguments)
{
    /// <summary>Starts it.</summary>
    /// <returns>Its process, or why there is none.</returns>
    public async Task<(Process? Process, Error? Error)> StartAsync(Runtime runtime)
    {
        using var arguments = new ByteBuffer();
        PayloadValues.WriteArguments(arguments, [.. Arguments]);
        return await runtime.SpawnAsync(Entry, Host, Payload.Copy(arguments.WrittenSpan));
    }
}
