using System.Runtime.InteropServices;
using Wippy.Shared.Errors;
using Wippy.Shared.Hosting;
using Wippy.Shared.Identity;
using Wippy.Shared.MessagePack;
using Wippy.Shared.Messaging;
using Wippy.Shared.Processes;

namespace Wippy.TerminalHost;

/// <summary>
/// One program, a prompt, or all services, from start to exit code. The first SIGINT or SIGTERM asks everything to end, in order;
/// a second one ends this operating-system process at once. At a prompt SIGINT is about the program that runs.
/// </summary>
internal sealed class TerminalSession : IDisposable
{
    private readonly Runtime _runtime;
    private readonly ConsoleTerminal _terminal;
    private readonly TaskCompletionSource _interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> _signals = [];
    private CommandPrompt? _prompt;

    public TerminalSession(Runtime runtime, ConsoleTerminal terminal)
    {
        _runtime = runtime;
        _terminal = terminal;
        runtime.Node.Exit = code => _exit.TrySetResult(code);
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM]) _signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
    }

    /// <summary>Runs until a signal, or until a program says that it is over.</summary>
    public async Task<int> RunServicesAsync()
    {
        await Task.WhenAny(_interrupted.Task, _exit.Task);
        await _runtime.StopAsync();
        return _exit.Task.IsCompletedSuccessfully ? await _exit.Task : ExitCodes.Success;
    }

    /// <summary>Runs a program, then stops the runtime.</summary>
    public async Task<int> RunProgramAsync(TerminalProgram program)
    {
        var (process, refusal) = await program.StartAsync(_runtime);
        if (process is null)
        {
            await Console.Error.WriteLineAsync($"wippy: {program.Entry} could not be started: {refusal!.Message}");
            await _runtime.StopAsync();
            return ExitCodes.Failure;
        }
        var ended = process.WhenEnded();
        var first = await Task.WhenAny(_exit.Task, ended, _interrupted.Task);
        if (first == _exit.Task)
        {
            await _runtime.StopAsync();
            _terminal.Flush();
            return await _exit.Task;
        }
        if (first == ended)
        {
            var result = await ended;
            _terminal.Flush();
            if (result.Error is { } error) await Console.Error.WriteLineAsync($"wippy: {program.Entry} failed: {error.Message}");
            await _runtime.StopAsync();
            return ExitCodeOf(result);
        }
        process.Post(new Signal(SignalKind.Cancel, Pid.None, TimeProvider.System.GetUtcNow()) { Reason = "interrupted" });
        await _runtime.StopAsync();
        _terminal.Flush();
        return ended is { IsCompletedSuccessfully: true } && (await ended).Error is null ? ExitCodeOf(await ended) : ExitCodes.Interrupted;
    }

    /// <summary>Runs a prompt until its end, then stops the runtime.</summary>
    public async Task<int> RunPromptAsync()
    {
        _prompt = new CommandPrompt(_runtime, _terminal);
        using var stopping = new CancellationTokenSource();
        var prompt = _prompt.RunAsync(stopping.Token);
        await Task.WhenAny(prompt, _exit.Task, _interrupted.Task);
        await stopping.CancelAsync();
        await prompt;
        await _runtime.StopAsync();
        _terminal.Flush();
        return _exit.Task.IsCompletedSuccessfully ? await _exit.Task : ExitCodes.Success;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
    }

    // A number is the code, true and false are 0 and 1, an error is 1, anything else 0 (reference: registry-and-config §7).
    private static int ExitCodeOf(ExitResult result)
    {
        if (result.Error is not null) return ExitCodes.Failure;
        if (result.Value.IsEmpty) return ExitCodes.Success;
        var reader = new MessagePackReader(result.Value.Span);
        return PayloadValues.Read(ref reader) switch
        {
            long number => unchecked((int)number),
            double number => (int)number,
            false => ExitCodes.Failure,
            _ => ExitCodes.Success,
        };
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_prompt is not null && context.Signal == PosixSignal.SIGINT)
        {
            _prompt.Interrupt();
            return;
        }
        if (_interrupted.TrySetResult()) return;
        Console.Error.WriteLine("force exit");
        Environment.Exit(ExitCodes.Failure);
    }
}
