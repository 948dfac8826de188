using System.CommandLine;
using System.CommandLine.Parsing;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.Registry;

namespace Wippy.TerminalHost;

/// <summary>
/// The command line <c>wippy</c>. What follows <c>--</c> belongs to the program and is never looked at here, so it is
/// split off before parsing.
/// </summary>
internal static class WippyCommand
{
    /// <summary>Parses, runs, and gives the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var split = Array.IndexOf(args, "--");
        var own = split < 0 ? args : args[..split];
        var programArguments = split < 0 ? [] : args[(split + 1)..];

        (string Name, Func<Command> Create)[] commands =
        [
            ("run", () => Run(programArguments)), ("test", () => Test(programArguments)), ("check", Check), ("connect", () => Connect(programArguments)),
            ("ps", Ps), ("top", Top), ("init", Init),
        ];
        var root = new RootCommand("Runs applications made of isolated processes that talk by messages.");
        // Only the one that is called is made: all of them would take a good part of the time of a start.
        var called = own is [var first, ..] && Array.Exists(commands, command => command.Name == first) ? first : null;
        foreach (var (name, create) in commands)
        {
            if (called is null || name == called) root.Add(create());
        }
        var parsed = root.Parse(own);
        // TerminalSession handles signals: by itself the parser would give up two seconds after the first one.
        if (parsed.Errors.Count == 0) return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        // That a command is missing says nothing when there is a word that should be one.
        var isUnknown = parsed.CommandResult.Command == root && parsed.UnmatchedTokens.Count > 0;
        foreach (var error in parsed.Errors.Where(error => !isUnknown || parsed.UnmatchedTokens.Any(token => error.Message.Contains($"'{token}'", StringComparison.Ordinal)))) await Console.Error.WriteLineAsync($"wippy: {error.Message}{Suggestion(parsed, error.Message)}");
        await Console.Error.WriteLineAsync($"Try 'wippy {(parsed.CommandResult.Command == root ? "" : parsed.CommandResult.Command.Name + " ")}--help'.");
        return ExitCodes.Usage;
    }

    private static Command Run(string[] programArguments)
    {
        var words = Words("An app folder (default: the current one), then a command of the app and its arguments.");
        var entry = EntryOption();
        var host = HostOption();
        var memory = MemoryOption();
        var logs = LogOptions(out var detail);
        var command = new Command("run", """
            Runs an app in one operating-system process: all its services, or one program on the terminal.

            Examples:
              wippy run                              services of the app in the current folder, until Ctrl+C
              wippy run samples/01-hello -x app:hello
              wippy run samples/wordcount count -- --workers 4 README.md
              wippy run samples/wordcount list       the commands of the app
              wippy run -o app:hosts:host.workers=4 --set shutdown.timeout=5s
            """) { words, entry, host, memory };
        foreach (var option in logs) command.Add(option);
        var load = LoadOptions(command);
        command.SetAction((parsed, _) => RunCommand.RunAsync(
            new RunArguments(parsed.GetValue(words)!, parsed.GetValue(entry), parsed.GetValue(host), detail(parsed), programArguments) { Load = load(parsed), MemoryLimit = MemoryLimit(parsed, memory) }));
        return command;
    }

    private static Command Test(string[] programArguments)
    {
        var words = Words("An app folder (default: the current one), then arguments of its command 'test'.");
        var host = HostOption();
        var memory = MemoryOption();
        var logs = LogOptions(out var detail);
        var command = new Command("test", """
            Runs the command 'test' of an app: the same as 'wippy run [APP] test'.

            Examples:
              wippy test
              wippy test path/to/app channel
            """) { words, host, memory };
        foreach (var option in logs) command.Add(option);
        var load = LoadOptions(command);
        command.SetAction((parsed, _) => RunCommand.RunAsync(
            new RunArguments(parsed.GetValue(words)!, null, parsed.GetValue(host), detail(parsed), programArguments) { Load = load(parsed), MemoryLimit = MemoryLimit(parsed, memory), Command = "test" }));
        return command;
    }

    private static Command Check()
    {
        var app = new Argument<string>("app") { Description = "The app folder.", DefaultValueFactory = _ => "." };
        var send = new Option<string[]>("--can")
        {
            Description = "Explains whether a message could be sent: ids of a service, host or process (or PROCESS@HOST) that sends, of one that receives, and the topic.",
            HelpName = "FROM TO TOPIC",
            Arity = new ArgumentArity(3, 3),
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("check", """
            Loads an app and reports every problem without running anything. Exit code 1 if there is an error, or if the
            message that --can asks about could not be sent.

            Examples:
              wippy check samples/wordcount
              wippy check samples/10-quota --can app.user:guests app.system:quota quota.get
            """) { app, send };
        var load = LoadOptions(command);
        command.SetAction(parsed => CheckCommand.Run(parsed.GetValue(app)!, parsed.GetValue(send) ?? [], load(parsed)));
        return command;
    }

    private static Command Connect(string[] programArguments)
    {
        var words = Words("A command of the app and its arguments.");
        var entry = EntryOption();
        var host = HostOption();
        var logs = LogOptions(out var detail);
        var file = FileOption();
        var command = new Command("connect", """
            Joins a running deployment as a terminal node and runs one of its programs here; without a program, a prompt for its commands.

            Examples:
              wippy connect
              wippy connect count -- --workers 4 README.md
              wippy connect -x app:shell
            """) { words, entry, host, file };
        foreach (var option in logs) command.Add(option);
        command.SetAction((parsed, _) => ConnectCommand.RunAsync(
            new RunArguments(parsed.GetValue(words)!, parsed.GetValue(entry), parsed.GetValue(host), detail(parsed), programArguments),
            parsed.GetValue(file)));
        return command;
    }

    // Adds the options that say how an app is loaded.
    private static Func<ParseResult, LoadOptions> LoadOptions(Command command)
    {
        var overrides = new Option<string[]>("-o", "--override") { Description = "Replaces a declared value.", HelpName = "NS:ENTRY:FIELD=VALUE", DefaultValueFactory = _ => [] };
        var settings = new Option<string[]>("--set") { Description = "Replaces a setting of .wippy.yaml.", HelpName = "SECTION.KEY=VALUE", DefaultValueFactory = _ => [] };
        var config = new Option<string?>("--config") { Description = "The settings file (default: .wippy.yaml of the app, if there is one).", HelpName = "PATH" };
        var lenient = new Option<bool>("--lenient") { Description = "Skips files that cannot be read, unknown kinds, entries with errors, and what needs them." };
        command.Add(overrides);
        command.Add(settings);
        command.Add(config);
        command.Add(lenient);
        return parsed => new LoadOptions { Overrides = parsed.GetValue(overrides)!, Settings = parsed.GetValue(settings)!, SettingsFile = parsed.GetValue(config), IsLenient = parsed.GetValue(lenient) };
    }

    private static Argument<string[]> Words(string description)
    {
        var words = new Argument<string[]>("words") { Description = description, Arity = ArgumentArity.ZeroOrMore };
        // A mistyped option must not become a command's name; options of the program follow `--`.
        words.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith('-')) is { } option) result.AddError($"unknown option '{option.Value}'{NearMiss.Suggest(option.Value, OptionsOf(result.Parent))} (options of the program follow --)");
        });
        return words;
    }

    private static Option<string?> EntryOption() => IdOption("Runs this process entry on the terminal.", "-x", "--execute");

    private static Option<string?> HostOption() => IdOption("The terminal host, when the app has several.", "--host");

    private static Option<string?> IdOption(string description, string name, params string[] aliases)
    {
        var option = new Option<string?>(name, aliases) { Description = description, HelpName = "NS:ENTRY" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !EntryId.TryParse(text, out _)) result.AddError($"{result.IdentifierToken?.Value} {text}: an entry id is written namespace:name");
        });
        return option;
    }

    private static Option<string?> MemoryOption()
    {
        var memory = new Option<string?>("-m", "--memory-limit") { Description = "Above this much managed memory, unused memory is collected once a second.", HelpName = "SIZE" };
        memory.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && (!ByteSize.TryParse(text, out var bytes) || bytes == 0)) result.AddError($"{result.IdentifierToken?.Value} {text}: expected a size such as 512MB");
        });
        return memory;
    }

    private static long? MemoryLimit(ParseResult parsed, Option<string?> option) => ByteSize.TryParse(parsed.GetValue(option), out var bytes) ? bytes : null;

    private static Option<string?> FileOption() => new("--file") { Description = "The connect file that the system service wrote (default: ~/.wippy/connect.json, or WIPPY_CONNECT_FILE).", HelpName = "PATH" };

    // Options that say how much is logged, to standard error; at most one may be given.
    private static LogOption[] LogOptions(out Func<ParseResult, LogDetail> detail)
    {
        LogOption[] options =
        [
            new(LogDetail.Verbose, "-v", "--verbose") { Description = "Logs with details." },
            new(LogDetail.VeryVerbose, "--very-verbose") { Description = "Logs with all details." },
            new(LogDetail.Console, "-c", "--console") { Description = "Logs also while a program has the terminal, which otherwise sees warnings only." },
            new(LogDetail.Silent, "-s", "--silent") { Description = "Logs nothing." },
        ];
        foreach (var option in options) option.Validators.Add(Alone);
        detail = parsed => options.FirstOrDefault(option => parsed.GetValue(option))?.Detail ?? default;
        return options;

        void Alone(OptionResult result)
        {
            var given = options.Where(option => result.GetResult(option) is { Implicit: false }).Select(option => option.Name).ToList();
            if (given.Count > 1 && given[0] == result.Option.Name) result.AddError($"{string.Join(" and ", given)} cannot be combined");
        }
    }

    private static Command Ps()
    {
        var file = FileOption();
        var query = QueryOptions(out var options);
        var command = new Command("ps", """
            Lists the processes of a running deployment: PID, entry, host, state, messages in the mailbox, memory of the Lua state, steps.

            Examples:
              wippy ps
              wippy ps --sort memory --limit 10
            """) { file };
        foreach (var option in options) command.Add(option);
        command.SetAction((parsed, _) => PsCommand.RunAsync(parsed.GetValue(file), query(parsed)));
        return command;
    }

    private static Command Top()
    {
        var file = FileOption();
        var query = QueryOptions(out var options);
        var command = new Command("top", """
            Watches the processes of a running deployment. Keys: p, m, b, s sort by PID, memory, mailbox, steps; q ends. Into a pipe or a file it writes
            one look, in plain text.

            Examples:
              wippy top
              wippy top --sort mailbox
              wippy top --limit 20 | cat
            """) { file };
        foreach (var option in options) command.Add(option);
        command.SetAction((parsed, _) => TopCommand.RunAsync(parsed.GetValue(file), query(parsed)));
        return command;
    }

    private static Func<ParseResult, ProcessQuery> QueryOptions(out Option[] options)
    {
        var sort = new Option<string>("--sort") { Description = "The order; the most first.", DefaultValueFactory = _ => "pid" };
        sort.AcceptOnlyFromAmong([.. Enum.GetNames<ProcessOrder>().Select(name => name.ToLowerInvariant())]);
        var limit = new Option<int>("--limit") { Description = $"How many at most, 1 to {ProcessQuery.MaxLimit}.", HelpName = "N", DefaultValueFactory = _ => 1000 };
        limit.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && (!int.TryParse(text, out var count) || count is < 1 or > ProcessQuery.MaxLimit)) result.AddError($"--limit {text}: expected a whole number from 1 to {ProcessQuery.MaxLimit}");
        });
        options = [sort, limit];
        return parsed => new ProcessQuery(Enum.Parse<ProcessOrder>(parsed.GetValue(sort)!, ignoreCase: true), parsed.GetValue(limit));
    }

    private static Command Init()
    {
        var app = new Argument<string>("app") { Description = "The app folder.", DefaultValueFactory = _ => "." };
        var command = new Command("init", """
            Writes wippy.lock, which says that the sources of an app are in its folder src, where they are looked for anyway.

            Examples:
              wippy init
              wippy init samples/01-hello
            """) { app };
        command.SetAction(parsed => InitCommand.Run(parsed.GetValue(app)!));
        return command;
    }

    // The nearest command or option to a word that is neither, if the complaint is about that word.
    private static string Suggestion(ParseResult parsed, string complaint)
    {
        var command = parsed.CommandResult.Command;
        var known = command.Subcommands.Select(one => one.Name).Concat(OptionsOf(parsed.CommandResult)).ToList();
        return parsed.UnmatchedTokens.FirstOrDefault(token => complaint.Contains($"'{token}'", StringComparison.Ordinal)) is { } word ? NearMiss.Suggest(word, known) : "";
    }

    private static IEnumerable<string> OptionsOf(SymbolResult? result) =>
        result is CommandResult { Command.Options: var options } ? options.SelectMany(option => option.Aliases.Prepend(option.Name)) : [];

    private sealed class LogOption(LogDetail detail, string name, params string[] aliases) : Option<bool>(name, aliases)
    {
        public LogDetail Detail => detail;
    }
}
