using System.Text;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;
using Wippy.Shared.Registry;

namespace Wippy.TerminalHost;

/// <summary>
/// A prompt: each line is a command of the app with its arguments, which runs on the terminal until it ends; then comes the
/// next line. The words <c>help</c> and <c>exit</c> are the prompt's own, unless the app has commands of those names.
/// </summary>
internal sealed class CommandPrompt(Runtime runtime, ConsoleTerminal terminal)
{
    private const string Prompt = "> ";

    private volatile Process? _running;   // set by the loop, read where signals are handled

    private Snapshot App => runtime.Node.Registry.Current;

    /// <summary>Reads and runs, one after the other.</summary>
    /// <param name="stopping">Ends it; a program that runs then is left to the runtime's stop.</param>
    /// <returns>At the end of input, after <c>exit</c>, or when it was stopped.</returns>
    public async Task RunAsync(CancellationToken stopping)
    {
        if (ConsoleTerminal.IsInteractive) Help();
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                if (ConsoleTerminal.IsInteractive) Write(Prompt);
                if (await terminal.ReadLineAsync().WaitAsync(stopping) is not { } line) return;
                if (Words(Encoding.UTF8.GetString(line)) is not [var command, ..] words) continue;
                var isOwn = RunArguments.Commands(App).All(known => known.Command!.Name != command);
                if (isOwn && command == "exit") return;
                if (isOwn && command == "help") Help();
                else await ExecuteAsync(words).WaitAsync(stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    /// <summary>What Ctrl+C means: cancels the program; without one a new line is begun, as the terminal has dropped what was typed. Any thread.</summary>
    public void Interrupt()
    {
        if (_running is { } process) process.Post(new Signal(SignalKind.Cancel, Pid.None, TimeProvider.System.GetUtcNow()) { Reason = "interrupted" });
        else Write($"\n{Prompt}");
    }

    private async Task ExecuteAsync(string[] words)
    {
        var arguments = new RunArguments(words, Entry: null, Host: null, LogDetail.Fitting, ProgramArguments: []);
        if (arguments.FindProgram(App, out var unknown) is not { } program)
        {
            Say(unknown!.Message);
            return;
        }
        terminal.Arguments = program.Arguments;
        var (process, refusal) = await program.StartAsync(runtime);
        if (process is null)
        {
            Say($"{program.Entry} could not be started: {refusal!.Message}");
            return;
        }
        _running = process;
        var result = await process.WhenEnded();
        _running = null;
        terminal.Flush();
        if (result.Error is { } error) Say($"{program.Entry} failed: {error.Message}");
    }

    private void Help()
    {
        var text = new StringBuilder("Commands of this app, with their arguments behind them; Ctrl+C cancels one:\n");
        foreach (var known in RunArguments.Commands(App)) text.Append("  ").Append(known.Command!.Name.PadRight(16)).Append(' ').Append(known.Command.Short).Append('\n');
        Write(text.ToString());
    }

    private void Say(string text) => terminal.WriteError(Encoding.UTF8.GetBytes($"wippy: {text}\n"));

    private void Write(string text)
    {
        terminal.Write(Encoding.UTF8.GetBytes(text));
        terminal.Flush();
    }

    /// <summary>The words of a line; quotes, single or double, keep spaces. A first <c>--</c>, which a shell would need, is dropped.</summary>
    internal static string[] Words(string line)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        char? quote = null;
        foreach (var next in line)
        {
            if (quote is null && char.IsWhiteSpace(next))
            {
                Take();
            }
            else if (next == quote)
            {
                quote = null;
            }
            else if (quote is null && next is '"' or '\'')
            {
                quote = next;
                word ??= new StringBuilder();
            }
            else
            {
                (word ??= new StringBuilder()).Append(next);
            }
        }
        Take();
        if (words.Count > 1 && words[1] == "--") words.RemoveAt(1);
        return [.. words];

        void Take()
        {
            if (word is not null) words.Add(word.ToString());
            word = null;
        }
    }
}
