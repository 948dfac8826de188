using System.CommandLine;
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

        var root = new RootCommand("Runs applications made of isolated processes that talk by messages.")
        {
            Run(programArguments),
            Check(),
            Connect(programArguments),
        };
        var parsed = root.Parse(own);
        // TerminalSession handles signals: by itself the parser would give up two seconds after the first one.
        if (parsed.Errors.Count == 0) return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync($"wippy: {error.Message}");
        await Console.Error.WriteLineAsync($"Try 'wippy {(parsed.CommandResult.Command == root ? "" : parsed.CommandResult.Command.Name + " ")}--help'.");
        return ExitCodes.Usage;
    }

    private static Command Run(string[] programArguments)
    {
        var words = Words("An app folder (default: the current one), then a command of the app and its arguments.");
        var entry = EntryOption();
        var host = HostOption();
        var verbose = VerboseOption();
        var command = new Command("run", """
            Runs an app in one operating-system process: all its services, or one program on the terminal.

            Examples:
              wippy run                              services of the app in the current folder, until Ctrl+C
              wippy run samples/01-hello -x app:hello
              wippy run samples/wordcount count -- --workers 4 README.md
              wippy run samples/wordcount list       the commands of the app
              wippy run -o app:hosts:host.workers=4 --set shutdown.timeout=5s
            """) { words, entry, host, verbose };
        var load = LoadOptions(command);
        command.SetAction((parsed, _) => RunCommand.RunAsync(
            new RunArguments(parsed.GetValue(words)!, parsed.GetValue(entry), parsed.GetValue(host), parsed.GetValue(verbose), programArguments) { Load = load(parsed) }));
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
        var verbose = VerboseOption();
        var file = new Option<string?>("--file") { Description = "The connect file that the system service wrote (default: ~/.wippy/connect.json, or WIPPY_CONNECT_FILE).", HelpName = "PATH" };
        var command = new Command("connect", """
            Joins a running deployment as a terminal node and runs one of its programs here; without a program, a prompt for its commands.

            Examples:
              wippy connect
              wippy connect count -- --workers 4 README.md
              wippy connect -x app:shell
            """) { words, entry, host, verbose, file };
        command.SetAction((parsed, _) => ConnectCommand.RunAsync(
            new RunArguments(parsed.GetValue(words)!, parsed.GetValue(entry), parsed.GetValue(host), parsed.GetValue(verbose), programArguments),
            parsed.GetValue(file)));
        return command;
    }

    // Adds the options that say how an app is loaded.
    private static Func<ParseResult, LoadOptions> LoadOptions(Command command)
    {
        var overrides = new Option<string[]>("-o", "--override") { Description = "Replaces a declared value.", HelpName = "NS:ENTRY:FIELD=VALUE", DefaultValueFactory = _ => [] };
        var settings = new Option<string[]>("--set") { Description = "Replaces a setting of .wippy.yaml.", HelpName = "SECTION.KEY=VALUE", DefaultValueFactory = _ => [] };
        var lenient = new Option<bool>("--lenient") { Description = "Skips files that cannot be read, unknown kinds, and what needs them." };
        command.Add(overrides);
        command.Add(settings);
        command.Add(lenient);
        return parsed => new LoadOptions { Overrides = parsed.GetValue(overrides)!, Settings = parsed.GetValue(settings)!, IsLenient = parsed.GetValue(lenient) };
    }

    private static Argument<string[]> Words(string description)
    {
        var words = new Argument<string[]>("words") { Description = description, Arity = ArgumentArity.ZeroOrMore };
        // A mistyped option must not become a command's name; options of the program follow `--`.
        words.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith('-')) is { } option) result.AddError($"unknown option '{option.Value}' (options of the program follow --)");
        });
        return words;
    }

    private static Option<string?> EntryOption() => new("-x", "--execute") { Description = "Runs this process entry on the terminal.", HelpName = "NS:ENTRY" };

    private static Option<string?> HostOption() => new("--host") { Description = "The terminal host, when the app has several.", HelpName = "NS:ENTRY" };

    private static Option<bool> VerboseOption() => new("-v", "--verbose") { Description = "Logs everything, to standard error." };
}
